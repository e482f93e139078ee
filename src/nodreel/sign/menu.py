"""The menu of the tray and of the sign: what a person can do at this moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from nodreel.language.speech import ENGLISH, message
from nodreel.sign.looks import plain

if TYPE_CHECKING:
    from nodreel.language import Speech
    from nodreel.sign.said import Said


class Choice(IntEnum):
    """What can be chosen; the numbers travel over D-Bus and stay what they are."""

    PAUSE_15 = 2
    PAUSE_60 = 3
    PAUSE_TOMORROW = 4
    PAUSE = 5
    RESUME = 6
    DELETE_5 = 7
    DELETE_60 = 8
    REVIEW = 9
    RECORDED = 10
    EXPLAIN = 11
    WITHDRAW = 12
    QUIT = 13


STATUS: Final = 1
"""The number of the line that says how things are; it cannot be chosen."""
_LINES: Final = {20: Choice.DELETE_5, 21: Choice.REVIEW, 22: Choice.WITHDRAW}
"""Separators by number, and the entry that each stands before."""
LONGEST: Final = 72
_MINUTE: Final = 60

WORDS: Final = {
    Choice.PAUSE_15: message("Pause for 15 minutes"),
    Choice.PAUSE_60: message("Pause for 1 hour"),
    Choice.PAUSE_TOMORROW: message("Pause until tomorrow"),
    Choice.PAUSE: message("Pause until I resume"),
    Choice.RESUME: message("Resume"),
    Choice.DELETE_5: message("Delete the last 5 minutes"),
    Choice.DELETE_60: message("Delete the last hour"),
    Choice.REVIEW: message("Review what is stored"),
    Choice.RECORDED: message("What is recorded"),
    Choice.EXPLAIN: message("Explain this moment"),
    Choice.WITHDRAW: message("Withdraw my consent"),
    Choice.QUIT: message("Quit (stays quit)"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu; without a label it is a separator."""

    id: int
    label: str
    enabled: bool = True


def menu_of(
    status: Said | None, told: str = "", passed: float = 0.0, shortcut: str = "",
    say: Speech = ENGLISH,
) -> tuple[Entry, ...]:  # fmt: skip
    """Return the lines from the top; ``told`` is what the last choice led to, if it is news.

    ``passed`` seconds ago the status was as it says. ``shortcut``: which keys pause.
    """
    head = Entry(STATUS, plain(told or _state(status, passed, say), LONGEST), enabled=False)
    lines = {choice: number for number, choice in _LINES.items()}
    entries = [head]
    for choice in Choice:
        if choice in lines:
            entries.append(Entry(lines[choice], "", enabled=False))
        keys = f" ({shortcut})" if shortcut and choice is Choice.PAUSE else ""
        entries.append(Entry(choice, say(WORDS[choice]) + keys, enabled=_can(choice, status)))
    return tuple(entries)


def _can(choice: Choice, status: Said | None) -> bool:
    """Resume only what is paused; all that takes away is there always, agent or no agent."""
    paused = status is not None and status.state == "paused"
    if choice is Choice.RESUME:
        return paused
    return choice not in {
        Choice.PAUSE_15,
        Choice.PAUSE_60,
        Choice.PAUSE_TOMORROW,
        Choice.PAUSE,
    } or (status is not None)


def _state(status: Said | None, passed: float, say: Speech) -> str:
    """Say how things are, by what was durably written."""
    if status is None:
        return say("nodreel does not answer")
    if not status.recording:
        return say(status.sentence)
    if status.last_written_s is None:
        return say("Recording: {app}, nothing saved yet", app=status.app)
    ago = _ago(status.last_written_s + passed)
    return say("Recording: {app}, saved {time} ago", app=status.app, time=ago)


def _ago(seconds: float) -> str:
    """Say how long; coarsely when long, so that a menu need not change with each look."""
    return f"{seconds:.0f} s" if seconds < _MINUTE else f"{seconds / _MINUTE:.0f} min"
