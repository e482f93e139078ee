"""Hands at a keyboard, the seconds that events wait, and what of the text would be stored."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeGuard

from nodreel.events import (
    Button,
    Cause,
    Element,
    Event,
    Focus,
    Frame,
    Key,
    KeyClass,
    Nanos,
    Rect,
    Scroll,
    Withheld,
)
from nodreel.rects import area, subtract
from nodreel.scrub.sieve import Scrubber
from tests.scenes import MS, PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.scene import Scene
    from nodreel.scrub.shape import Finder

HOLD_BACK = 2000  # milliseconds
BEAT = 250
PAD, WEB = PLACES["pad"], PLACES["web"]

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

    def focus(self, app: str, title: str | None = None, address: str | None = None) -> None:
        self.app = app
        self.events.append(Focus(Nanos(self.t * MS), app, title, address=address))
        self.t += 10

    def field(self, *place: int, clicked: tuple[str, ...] | None = None) -> None:
        """An element gets the keyboard, or is clicked (having those states)."""
        cause = Cause.FOCUS if clicked is None else Cause.CLICK
        rect = Rect(*place) if place else None
        self.events.append(
            Element(Nanos(self.t * MS), cause, "entry", "", rect, clicked or (), app=self.app)
        )
        self.t += 10

    def scroll(self) -> None:
        self.events.append(Scroll(Nanos(self.t * MS), 0, -1, 5, 5, app=self.app))
        self.t += 10

    def look(self, *, full: bool = False) -> None:
        """Take a frame that shows both designated windows."""
        at = Nanos(self.t * MS)
        self.events.append(Frame(at, at, 1, 800, 600, (PAD, WEB), (), full=full, app=self.app))
        self.t += 10


def keysym(character: str) -> int:
    code = ord(character)
    return code if 0x20 <= code < 0x100 else 0x0100_0000 + code


def stored(
    events: Sequence[Event],
    *,
    beat: int = BEAT,
    hold_back: int = HOLD_BACK,
    scenes: Sequence[Scene] = (),
    shape: bool = False,
    own: Sequence[Finder] = (),
    told: bool = False,
    cuts: Sequence[int] = (),
) -> tuple[list[Event], Scrubber]:
    """Send events through the sieve as the pipeline does: a batch, and what waits behind it.

    ``shape``: of characters no more than that there were any may be kept. ``told``: with what says
    that something was withheld. ``cuts``: when keys ceased or began to be seen, in milliseconds.
    """
    scrubber, out, here, parted = Scrubber(own), [], deque(scenes), deque(cuts)
    inside = sorted(events, key=lambda e: e.t)
    now, done, known = 0, 0, 0
    while done < len(inside):
        now += beat
        while parted and parted[0] <= now:
            scrubber.cut(Nanos(parted.popleft() * MS))
        while known < len(inside) and inside[known].t <= now * MS:
            known += 1
        until = done
        while until < known and inside[until].t <= (now - hold_back) * MS:
            until += 1
        waiting = [e for e in inside[until:known] if isinstance(e, Key | Button)]
        batch, unkept, new = inside[done:until], [], []
        while here and here[0].t <= (now - hold_back) * MS:
            new.append(here.popleft())
        if shape:
            unkept = [(n, e) for n, e in enumerate(batch) if is_typed(e)]
            batch = [replace(e, keysym=None, keycode=None) if is_typed(e) else e for e in batch]
        out += scrubber.sift(batch, waiting, unkept, new)
        done = until
    return [e for e in out if told or not isinstance(e, Withheld)], scrubber


def is_typed(event: Event) -> TypeGuard[Key]:
    return isinstance(event, Key) and event.press and event.key_class is KeyClass.CHARACTER


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
            told = [event.app, event.title, event.address]
            said += f"<focus {' '.join(word for word in told if word)}>"
        elif isinstance(event, Frame):
            said += f"<{'whole ' if event.full else ''}{seen_in(event)}>"
        elif isinstance(event, Withheld):
            said += f"<withheld {(event.until - event.t) // MS}>"
    return said


def seen_in(frame: Frame) -> str:
    """Name what is blank in a frame."""
    gone = subtract((PAD, WEB), frame.kept)
    if not gone:
        return "seen"
    left, top = min(r.x for r in gone), min(r.y for r in gone)
    w, h = max(r.x + r.w for r in gone) - left, max(r.y + r.h for r in gone) - top
    if area(gone) != w * h:
        return "blank in parts"
    blank = Rect(left, top, w, h)
    names = {PAD: "pad", WEB: "web", Rect(0, 0, 800, 300): "all"}
    return f"blank {names.get(blank) or f'{left},{top},{w},{h}'}"
