"""What nodreel tells the person by itself, in words, and what they can do about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nodreel.language.speech import message


class Occasion(StrEnum):
    """Why the person is told something; the values travel on a command line."""

    BROKEN = "broken"
    PAUSE_ENDS = "pause-ends"
    ASK = "ask"
    WIDER = "wider"
    EXPIRES = "expires"
    REVOKED = "revoked"
    FIRST = "first"
    STILL_ON = "still-on"


PAUSE_S: Final = 30
"""So long before a pause ends it is said; the button is waited for until then, and a bit longer."""
READING_S: Final = 300


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification. ``do`` is a message to the agent, or the words of a command of nodreel.

    ``why``: the agent's own sentence on how things are takes the place of the text.
    """

    title: str
    text: str
    button: str
    do: bytes | tuple[str, ...]
    urgent: bool = False
    why: bool = False
    waits_s: float = READING_S


NOTICES: Final[dict[Occasion, Notice]] = {
    Occasion.BROKEN: Notice(
        message("nodreel cannot record"),
        message("Nothing is recorded until this is mended."),
        message("See why"),
        ("open", "explain"),
        urgent=True,
        why=True,
    ),
    Occasion.PAUSE_ENDS: Notice(
        message("Your pause ends in half a minute"),
        message("Then designated programs are recorded again."),
        message("Keep paused"),
        b'{"do":"pause"}\n',
        waits_s=PAUSE_S,
    ),
    Occasion.ASK: Notice(
        message("May nodreel record?"),
        message(
            "Nothing is recorded now. Read what it would be, and decide. No is as good as yes."
        ),
        message("Read it"),
        ("open", "consent"),
    ),
    Occasion.WIDER: Notice(
        message("nodreel is asked to record more"),
        message("So nothing is recorded now. Read what is new, and decide; you need not agree."),
        message("Read it"),
        ("open", "consent"),
    ),
    Occasion.EXPIRES: Notice(
        message("Your agreement ends soon"),
        message(
            "After that nothing is recorded, unless you agree again. You need not do anything."
        ),
        message("Read it"),
        ("open", "consent"),
    ),
    Occasion.REVOKED: Notice(
        message("Your organisation has had all recordings deleted"),
        message(
            "They go here at once, and where they were sent. Nothing is recorded unless you agree"
            " anew."
        ),
        message("Read it"),
        ("open", "consent"),
    ),
    Occasion.FIRST: Notice(
        message("nodreel is recording"),
        message("It records in designated programs, as you agreed. A click on the sign pauses it."),
        message("What is recorded"),
        ("open", "recorded"),
    ),
    Occasion.STILL_ON: Notice(
        message("nodreel still records"),
        message("It has been on for a month, as you agreed. You can look at it, or take it back."),
        message("Look at it"),
        ("open", "review"),
    ),
}
