"""What each choice does: a word to the agent, or a command whose end is told."""

from __future__ import annotations

from datetime import datetime

import pytest

from nodreel.clock import WallNanos
from nodreel.events import SECOND
from nodreel.ipc.wire import DAY_MINUTES, REQUEST, Pause, Resume, Stop
from nodreel.sign import deeds
from nodreel.sign.deeds import Commands, message_of
from nodreel.sign.menu import Choice
from tests.bed.waiting import wait_for


def wall(hour: int, minute: int = 0) -> WallNanos:
    here = datetime(2026, 5, 4, hour, minute).astimezone()
    return WallNanos(round(here.timestamp()) * SECOND)


def told(choice: Choice, at: WallNanos) -> object:
    """Understand a message as the agent does."""
    line = message_of(choice, at)
    assert line is not None
    assert line.endswith(b"\n")
    return REQUEST.validate_json(line)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (Choice.PAUSE_15, Pause(minutes=15)),
        (Choice.PAUSE_60, Pause(minutes=60)),
        (Choice.PAUSE_TOMORROW, Pause(minutes=12 * 60)),
        (Choice.PAUSE, Pause()),
        (Choice.RESUME, Resume()),
        (Choice.QUIT, Stop()),
    ],
)
def test_what_the_agent_is_told(choice: Choice, message: object) -> None:
    assert told(choice, wall(16)) == message


def test_every_choice_does_something_and_only_one_thing() -> None:
    for choice in Choice:
        assert (message_of(choice, wall(16)) is None) == (choice in deeds._COMMANDS)


def test_until_tomorrow_is_a_day_at_most() -> None:
    assert told(Choice.PAUSE_TOMORROW, wall(1)) == Pause(minutes=DAY_MINUTES)
    assert told(Choice.PAUSE_TOMORROW, wall(23, 59)) == Pause(minutes=4 * 60 + 1)


def test_a_command_runs_once_and_its_first_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deeds, "_COMMANDS", {Choice.DELETE_5: ("delete", "--last", "5m", "--yes")})
    commands = Commands()
    commands.run(Choice.DELETE_5)
    commands.run(Choice.DELETE_5)
    commands.run(Choice.REVIEW)
    said = wait_for(lambda: commands.ended() or None, "the end of the command")
    assert said == "There was nothing to delete."
    assert not commands.ended()
