"""Hands at a keyboard, the seconds that events wait, and what of the text would be stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodreel.events import Button, Event, Focus, Key, KeyClass, Nanos
from nodreel.scrub.sieve import Scrubber
from tests.scenes import MS

if TYPE_CHECKING:
    from collections.abc import Sequence

HOLD_BACK = 2000  # milliseconds
BEAT = 250

NAMED = {
    "BackSpace": (KeyClass.EDITING, 0xFF08),
    "Delete": (KeyClass.EDITING, 0xFFFF),
    "Left": (KeyClass.NAVIGATION, 0xFF51),
    "Right": (KeyClass.NAVIGATION, 0xFF53),
    "Up": (KeyClass.NAVIGATION, 0xFF52),
    "Home": (KeyClass.NAVIGATION, 0xFF50),
    "End": (KeyClass.NAVIGATION, 0xFF57),
    "Return": (KeyClass.NAVIGATION, 0xFF0D),
    "Tab": (KeyClass.NAVIGATION, 0xFF09),
    "Escape": (KeyClass.NAVIGATION, 0xFF1B),
    "Compose": (KeyClass.MODIFIER, 0xFF20),
    "Shift": (KeyClass.MODIFIER, 0xFFE1),
    "dead_acute": (KeyClass.CHARACTER, 0xFE51),
    "ctrl+v": (KeyClass.SHORTCUT, 0x76),
    "ctrl+s": (KeyClass.SHORTCUT, 0x73),
}


@dataclass(slots=True)
class Hands:
    """Types into ``events``; ``t`` is in milliseconds."""

    app: str = "pad"
    t: int = 1000
    events: list[Event] = field(default_factory=list)

    def key(self, name: str, *, held: int = 30, shift: bool = False, then: int = 100) -> None:
        kind, sym = NAMED.get(name) or (KeyClass.CHARACTER, keysym(name))
        code = 8 + sym % 240
        mask = 1 if shift else 0
        for t, press in ((self.t, True), (self.t + held, False)):
            self.events.append(
                Key(Nanos(t * MS), press, kind, code, sym, 0, mask, app=self.app, layout="us")
            )
        self.t += max(then, held + 1)

    def type(self, text: str, then: int = 100) -> None:
        for character in text:
            name = {"\n": "Return", "\t": "Tab"}.get(character, character)
            self.key(name, then=then)

    def click(self) -> None:
        for press in (True, False):
            self.events.append(Button(Nanos(self.t * MS), press, 1, 5, 5, app=self.app))
            self.t += 50

    def focus(self, app: str, title: str | None = None) -> None:
        self.app = app
        self.events.append(Focus(Nanos(self.t * MS), app, title))
        self.t += 10


def keysym(character: str) -> int:
    code = ord(character)
    return code if 0x20 <= code < 0x100 else 0x0100_0000 + code


def stored(
    events: Sequence[Event], *, beat: int = BEAT, hold_back: int = HOLD_BACK
) -> tuple[list[Event], Scrubber]:
    """Send events through the sieve as the pipeline does: a batch, and what waits behind it."""
    scrubber, out = Scrubber(), []
    inside = sorted(events, key=lambda e: e.t)
    now, done, known = 0, 0, 0
    while done < len(inside):
        now += beat
        while known < len(inside) and inside[known].t <= now * MS:
            known += 1
        until = done
        while until < known and inside[until].t <= (now - hold_back) * MS:
            until += 1
        waiting = [e for e in inside[until:known] if isinstance(e, Key | Button)]
        out += scrubber.sift(inside[done:until], waiting)
        done = until
    return out, scrubber


def text_of(events: Sequence[Event]) -> str:
    """The presses as stored: a middle dot for what was taken out, ``<…>`` for other keys."""
    names = {what: name for name, what in NAMED.items()}
    said = ""
    for event in events:
        if isinstance(event, Key) and event.press:
            if event.keysym is None:
                said += "·"
            elif name := names.get((event.key_class, event.keysym)):
                said += f"<{name}>"
            else:
                said += chr(event.keysym & 0x00FF_FFFF)
        elif isinstance(event, Button) and event.press:
            said += "<click>"
        elif isinstance(event, Focus):
            said += f"<focus {event.app}{f' {event.title}' if event.title else ''}>"
    return said
