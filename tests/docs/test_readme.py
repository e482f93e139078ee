"""What the README says is true: its commands, its codes, its examples, its links."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from nodreel import errors

ROOT = Path(__file__).parents[2]
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "config").glob("*")])
PROSE = [t for t in TEXTS if t.suffix == ".md"]


def spoken_commands() -> list[tuple[str, str]]:
    """Every `nodreel ...` that a text tells people to type, with the options it names."""
    found = set()
    for text in PROSE:
        for match in re.finditer(r"`nodreel ([^`]+)`", text.read_text()):
            found.add((text.name, match.group(1)))
    return sorted(found)


@pytest.mark.parametrize(("text", "typed"), spoken_commands())
def test_commands_exist(text: str, typed: str) -> None:
    import click

    from nodreel.cli.main import main

    command: click.Command = main
    context = click.Context(main)
    words = typed.split()
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        step = command.get_command(context, words[0])
        assert step is not None, f"{text}: there is no `nodreel {typed}`"
        command = step
        words.pop(0)
    options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    for word in words:
        if word.startswith("--"):
            assert word in options, f"{text}: `nodreel {typed}` has no {word}"


def test_exit_codes_are_those_of_the_errors() -> None:
    told = re.findall(r"^\| (\d+) \| `(\w+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    real = {
        (str(kind.exit_code), name)
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.NodreelError)
    }
    assert set(told) == real


@pytest.mark.parametrize("text", PROSE, ids=lambda p: p.name)
def test_links_lead_somewhere(text: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text.read_text()):
        if "://" not in target:
            assert (text.parent / target).exists(), target


@pytest.mark.parametrize("text", PROSE, ids=lambda p: p.name)
def test_files_that_are_named_exist(text: Path) -> None:
    for name in re.findall(
        r"`((?:src|tests|scripts|docs|config|requirements)/[^`\s*<]+)", text.read_text()
    ):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("text", TEXTS, ids=lambda p: p.name)
def test_nodreel_records_and_says_so(text: Path) -> None:
    """It never monitors, tracks or watches: people should not have to read between lines."""
    assert not re.search(
        r"\b(monitor(ing|ed)|track(s|ed|ing)?|surveil\w*)\b", text.read_text(), re.IGNORECASE
    )


def test_architecture_lists_the_layers() -> None:
    import tomllib

    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {c["id"]: c for c in config["tool"]["importlinter"]["contracts"]}
    rows = [re.sub(r"\([a-z]+\)|\s", "", row).strip("|") for row in contracts["layers"]["layers"]]
    rows = ["|".join(sorted(filter(None, row.split("|")))) for row in rows]
    text = (ROOT / "docs" / "architecture.md").read_text()
    table = re.findall(r"^\| ((?:`\w+`(?: · )?)+) \|", text, re.MULTILINE)
    told = ["|".join(sorted(re.findall(r"`(\w+)`", row))) for row in table]
    assert told == [row for row in rows if row]
