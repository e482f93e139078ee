"""Every command is there, has help, and the list tells them in one line each."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from nodreel.cli.commands import COMMANDS
from nodreel.cli.main import main


def all_commands() -> list[tuple[str, click.Command]]:
    """Return every command and subcommand with the words that call it."""
    found: list[tuple[str, click.Command]] = []
    for name, (load, _) in COMMANDS.items():
        command = load()
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", what) for sub, what in command.commands.items()]
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_goes_by_its_name(name: str) -> None:
    assert COMMANDS[name][0]().name == name


@pytest.mark.parametrize(("name", "command"), all_commands(), ids=str)
def test_every_command_explains_itself(name: str, command: click.Command) -> None:
    done = CliRunner().invoke(main, [*name.split(), "--help"])
    assert done.exit_code == 0
    assert command.help


def test_the_list_shows_all_of_them() -> None:
    told = CliRunner().invoke(main, ["--help"]).stdout
    for name, (_, line) in COMMANDS.items():
        assert f"  {name} " in told
        assert len(line) < 60
        assert line in told


NO_ANSWERS = {
    "consent give", "consent receipt", "policy schema", "fleet report",  # talk, files, JSON anyway
    "completion", "man",  # what shells and man read
}  # fmt: skip


@pytest.mark.parametrize(("name", "command"), all_commands(), ids=str)
def test_every_answer_comes_as_json(name: str, command: click.Command) -> None:
    if isinstance(command, click.Group) or name in NO_ANSWERS:
        return
    assert any("--json" in param.opts for param in command.params), name


FORBIDDEN = {"--yes", "--force", "--accept", "--agree", "--consent", "--no-confirm", "-y"}


@pytest.mark.parametrize(("name", "command"), all_commands(), ids=str)
def test_no_option_says_yes(name: str, command: click.Command) -> None:
    """Deleting may be answered beforehand, since it only ever leads to less."""
    options = {option for param in command.params for option in param.opts}
    assert not options & FORBIDDEN or name == "delete"
    assert not any(param.envvar for param in command.params)
