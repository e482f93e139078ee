"""The manual page knows every command, option and exit code, and is roff."""

from __future__ import annotations

from click.testing import CliRunner

from nodreel.cli.commands import COMMANDS
from nodreel.cli.examples import EXAMPLES
from nodreel.cli.main import main
from nodreel.cli.man import FIRST, _safe
from nodreel.errors import GrantError


def test_it_knows_everything_and_is_roff() -> None:
    told = CliRunner().invoke(main, ["man"]).output
    for name in COMMANDS:
        assert f"nodreel {name}" in told
    assert "\\-\\-withdraw" in told
    assert f".B {GrantError.exit_code}\n" in told
    requests = {line.split()[0] for line in told.splitlines() if line.startswith(".")}
    assert requests <= {".TH", ".SH", ".SS", ".TP", ".PP", ".B"}


def test_it_begins_with_what_people_need() -> None:
    told = CliRunner().invoke(main, ["man"]).output
    assert told.index("SH EXAMPLES") < told.index("SH COMMANDS")
    for name in FIRST:
        for words, _ in EXAMPLES[name]:
            assert f".B nodreel {_safe(words)}\n" in told


def test_nothing_that_is_said_becomes_a_request() -> None:
    assert _safe(".x \\y -z") == "\\&.x \\ey \\-z"
