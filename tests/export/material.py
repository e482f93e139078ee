"""A recording with something of everything in it, and what is in it; written without a desktop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.events import (
    Button,
    Cause,
    Element,
    Focus,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Monitor,
    Move,
    Note,
    Rect,
    Scroll,
    Why,
    Withheld,
)
from tests.episode.studio import HEIGHT, WIDTH, Screen, Studio, at

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.events import Event, Frame

TEXT = "Grüße, <b>x</b>"
NOTE = "tidy the <invoices>"


@dataclass
class Recording:
    studio: Studio
    events: list[Event]
    frames: list[Frame]
    identity: Path

    def count(self, kind: type) -> int:
        return sum(isinstance(e, kind) for e in self.events)


def strokes(ms: float, text: str) -> list[Event]:
    out: list[Event] = []
    for n, sign in enumerate(text):
        code = 24 + n % 40
        for press in (True, False):
            t = at(ms + 30 * n + (0 if press else 15))
            out.append(
                Key(t, press, KeyClass.CHARACTER, code, ord(sign), layout="de", app="editor")
            )
    return out


def button(ms: float, x: int, y: int, number: int = 1) -> list[Event]:
    return [
        Button(at(ms), True, number, x, y, app="editor"),
        Button(at(ms + 30), False, number, x, y, app="editor"),
    ]


def material(folder: Path, rounds: int = 3) -> Recording:
    """Record ``rounds`` of the same work: 12 actions each, all kinds but few."""
    studio, screen = Studio(folder / "episodes"), Screen()
    studio.folder.mkdir(mode=0o700)
    desktop = (Monitor(Rect(0, 0, WIDTH, HEIGHT)),)
    events: list[Event] = [Geometry(at(0), 1, WIDTH, HEIGHT, desktop)]
    frames = [screen.frame(1, full=True)]
    events.append(Note(at(2), NOTE))
    for n in range(rounds):
        o = 100 + 20_000 * n
        events.append(Focus(at(o), "editor", f"Draft {n} | <notes>"))
        events += [Move(at(o + 10 * k), 10 * k, 5 * k, "editor") for k in range(1, 11)]
        events += button(o + 200, 100, 50)
        events.append(
            Element(at(o + 200), Cause.CLICK, "button", "Save", Rect(90, 40, 40, 20), app="editor")
        )
        frames += [screen.frame(o + 400, (0, 0)), screen.frame(o + 500, (1, 1))]
        events += strokes(o + 3000, TEXT)
        for press in (True, False):
            events.append(Key(at(o + 3800), press, KeyClass.NAVIGATION, 36, 0xFF0D, app="editor"))
        frames.append(screen.frame(o + 4200, (2, 2)))
        for k in range(3):  # only the class of these
            events.append(Key(at(o + 6000 + 40 * k), True, KeyClass.CHARACTER, app="editor"))
            events.append(Key(at(o + 6020 + 40 * k), False, KeyClass.CHARACTER, app="editor"))
        events.append(Key(at(o + 6500), True, KeyClass.MODIFIER, 37, 0xFFE3, app="editor"))
        for press in (True, False):
            t = at(o + (6520 if press else 6540))
            events.append(Key(t, press, KeyClass.SHORTCUT, 39, ord("s"), 0, 4, "de", "editor"))
        events.append(Key(at(o + 6560), False, KeyClass.MODIFIER, 37, 0xFFE3, app="editor"))
        events += [Scroll(at(o + 7000 + 50 * k), 0, -1, 120, 60, app="editor") for k in range(4)]
        events += button(o + 8000, 30, 30, 3)
        events.append(Button(at(o + 9000), True, 1, 20, 20, app="editor"))
        events += [Move(at(o + 9000 + 20 * k), 20 + 15 * k, 20, "editor") for k in range(1, 6)]
        events.append(Button(at(o + 9200), False, 1, 95, 20, app="editor"))
        frames.append(screen.frame(o + 9500, (0, 1)))
        events.append(Withheld(at(o + 10_000), at(o + 10_500), Why.SECRET_FIELD, "editor"))
        events.append(Gap(at(o + 12_000), at(o + 15_000)))
    everything = sorted([*events, *frames], key=lambda e: getattr(e, "done", e.t))
    studio.write(everything, seal_every=40)
    identity = folder / "research.key"
    identity.write_text(studio.identity)
    return Recording(studio, events, frames, identity)
