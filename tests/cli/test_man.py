"""The manual page knows every command, option and exit code, and is roff."""

from __future__ import annotations

import re

from click.testing import CliRunner

from nodreel.cli.commands import COMMANDS
from nodreel.cli.main import main
from nodreel.cli.man import EXAMPLES, _safe
from nodreel.errors import GrantError


def test_it_knows_everything_and_is_roff() -> None:
    told = CliRunner().invoke(main, ["man"]).output
    for name in COMMANDS:
        assert f"nodreel {name}" in told
    assert "\\-\\-withdraw" in told
    assert f".B {GrantError.exit_code}\n" in told
    requests = {line.split()[0] for line in told.splitlines() if line.startswith(".")}
    assert requests <= {".TH", ".SH", ".SS", ".TP", ".PP", ".B"}


def test_its_examples_are_commands_that_exist() -> None:
    for words, _ in EXAMPLES:
        name, *more = words.split()[1:]
        options = [word for word in more if word.startswith("-")]
        told = CliRunner().invoke(main, [name, "--help"]).output
        assert told.startswith("Usage")
        assert all(re.search(rf"{option}\b", told) for option in options)


def test_nothing_that_is_said_becomes_a_request() -> None:
    assert _safe(".x \\y -z") == "\\&.x \\ey \\-z"
