"""What the sign shows for each state: a shape and a colour of its own, and words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from nodreel.language.speech import ENGLISH

if TYPE_CHECKING:
    from nodreel.language import Speech
    from nodreel.sign.said import Said

STALE_S = 8
"""Recording, but nothing reached the disk for so many seconds although there was something.

What is well is on the disk after six; the sign is told of each second from the eighth on.
"""

LONGEST = 52  # characters of the words
_NAME = 24  # characters of an app's name
_WRITTEN = (range(0x20, 0x250), range(0x2010, 0x2028))  # Latin letters; dashes and quotes

NEEDS_A_LOOK = {"disk", "senses", "policy", "remote"}
"""Interlocks that do not close by themselves: somebody has to do something about it."""

Colour = tuple[int, int, int]


class Shape(StrEnum):
    """What the mark looks like, also to those who see no colours."""

    DOT = "filled circle"
    RING = "hollow circle"
    TRIANGLE = "triangle"
    BAR = "bar"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class Look:
    """One appearance of the sign."""

    shape: Shape
    colour: Colour
    words: str


RED: Colour = (0xF0, 0x3E, 0x3E)
AMBER: Colour = (0xFF, 0xA9, 0x1F)
GREY: Colour = (0xAD, 0xB5, 0xBD)
BLUE: Colour = (0x74, 0xA9, 0xDB)
GROUND: Colour = (0x1B, 0x1E, 0x23)
"""What the marks stand on."""


def look_of(status: Said | None, say: Speech = ENGLISH) -> Look:
    """Choose the look; None means that the agent does not answer."""
    if status is None:
        return Look(Shape.CROSS, AMBER, say("nodreel: the recorder does not answer"))
    if status.state == "paused":
        return Look(Shape.RING, GREY, _paused(status.paused_s, say))
    if not status.recording:
        words = plain(say("not recording: {why}", why=say(status.sentence)))
        if status.open in NEEDS_A_LOOK:
            return Look(Shape.TRIANGLE, AMBER, words)
        return Look(Shape.BAR, BLUE, words)
    if status.unwritten_s > STALE_S:
        seconds = f"{status.unwritten_s:.0f}"
        words = say("nodreel: nothing saved for {seconds} s", seconds=seconds)
        return Look(Shape.TRIANGLE, AMBER, words)
    app = plain(status.app, _NAME) or say("this app")
    return Look(Shape.DOT, RED, say("nodreel: recording {app}", app=app))


def _paused(seconds: float | None, say: Speech) -> str:
    if seconds is None:
        return say("nodreel: paused (click: resume)")
    minutes = max(1, round(seconds / 60))
    return say("nodreel: paused, {minutes} min left", minutes=minutes)


def drawn(say: Speech) -> Speech:
    """Return the language itself if the X server's own fonts can write it, else English.

    They know letters, and neither signs of words nor letters that join from right to left.
    """
    letters = {ord(letter) for words in say.words.values() for letter in words}
    fine = say.direction == "ltr" and all(any(one in r for r in _WRITTEN) for one in letters)
    return say if fine else ENGLISH


def plain(text: str, longest: int = LONGEST) -> str:
    """Make any text one short line: no control or direction marks, cut with an ellipsis."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= longest else line[: longest - 3].rstrip() + "..."
