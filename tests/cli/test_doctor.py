"""nodreel doctor: each line ok or bad, how to mend it, and the code of the first that is bad."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.cli import checks
from nodreel.cli.checks import Finding
from nodreel.cli.main import main

if TYPE_CHECKING:
    import pytest

LINES = (
    Finding("person", "ok", "You are you."),
    Finding("policy", "bad", "Line 3 is wrong.", "Mend line 3.", 78),
    Finding("consent", "bad", "No yes.", "Say it.", 77),
    Finding("agent", "note", "Not running."),
)


def test_as_people_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "examine", lambda *_, **__: LINES)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 78
    assert done.stdout == (
        "ok   person    You are you.\n"
        "BAD  policy    Line 3 is wrong.\n"
        "               Mend line 3.\n"
        "BAD  consent   No yes.\n"
        "               Say it.\n"
        " -   agent     Not running.\n"
    )


def test_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "examine", lambda *_, **__: LINES)
    done = CliRunner().invoke(main, ["doctor", "--json"])
    assert json.loads(done.stdout)[1] == {
        "name": "policy", "mark": "bad", "sentence": "Line 3 is wrong.", "advice": "Mend line 3.",
    }  # fmt: skip


def test_all_well_is_zero_and_the_probe_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def examine(*_: object, probe: bool) -> tuple[Finding, ...]:
        asked.append(probe)
        return (LINES[0], LINES[3])

    monkeypatch.setattr(checks, "examine", examine)
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 0
    assert CliRunner().invoke(main, ["doctor", "--probe"]).exit_code == 0
    assert asked == [False, True]
