"""An app that a test writes: answers what AT-SPI asks, at once, late or never. No bus, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodreel.desktop.atspi.ask import Ref
from nodreel.desktop.atspi.attended import Attended
from nodreel.desktop.atspi.talk import Ask, Talks
from nodreel.desktop.atspi.verdicts import Memory
from nodreel.desktop.atspi.words import ACTIVE, EDITABLE, FOCUSABLE, FOCUSED, ROOT, SHOWING
from nodreel.events import MILLISECOND, SECOND, Nanos, Rect
from nodreel.rects import contains
from nodreel.scene import Process, Window

if TYPE_CHECKING:
    from nodreel.desktop.atspi.talk import Answer

APP = ":1.7"
AREA = Rect(100, 100, 400, 300)
PROCESS = Process(4711, 1, "/usr/bin/form", trusted=True)
WINDOW = Window(7, AREA, AREA, PROCESS)
SHOWN = (SHOWING,)
TYPED = (SHOWING, EDITABLE, FOCUSABLE)


@dataclass
class Thing:
    """One accessible object; ``box`` in pixels of the app."""

    role: int
    name: str = ""
    states: tuple[int, ...] = SHOWN
    box: tuple[int, int, int, int] = (110, 110, 100, 20)
    parent: str = ROOT
    label: str | None = None
    hint: str = ""


class Stand:
    """``things`` by path; ``run`` answers all that was asked, unless it is ``silent``."""

    def __init__(self) -> None:
        self.now = 100 * SECOND
        self.things: dict[str, Thing] = {}
        self.asked: list[Ask] = []
        self.silent = False
        self.toolkit = ("gtk", "3.24.38")
        self._open: list[tuple[int, Ask]] = []
        self._serial = 0
        self.talks = Talks(self.send)

    def clock(self) -> Nanos:
        return Nanos(self.now)

    def attended(self) -> Attended:
        return Attended(WINDOW, PROCESS, Memory(), APP)

    def put(self, path: str, role: int, **more: Any) -> Ref:
        self.things[path] = Thing(role, **more)
        return Ref(APP, path)

    def window(self) -> Ref:
        """Put a window in which the other things lie."""
        return self.put("/w", 23, states=(SHOWING, ACTIVE), box=(AREA.x, AREA.y, AREA.w, AREA.h))

    def focus(self, path: str) -> Ref:
        """Move the FOCUSED state."""
        for at, thing in self.things.items():
            rest = tuple(s for s in thing.states if s != FOCUSED)
            thing.states = (*rest, FOCUSED) if at == path else rest
        return Ref(APP, path)

    def later(self, milliseconds: int) -> None:
        self.now += milliseconds * MILLISECOND
        self.talks.expire(self.clock())

    def send(self, ask: Ask) -> int:
        self._serial += 1
        self.asked.append(ask)
        self._open.append((self._serial, ask))
        return self._serial

    def run(self) -> None:
        while self._open and not self.silent:
            serial, ask = self._open.pop(0)
            self.talks.answer(serial, ask.to, self.reply(ask))

    def reply(self, ask: Ask) -> Answer:
        if ask.path == ROOT and ask.member == "GetChildren":
            return ([(APP, path) for path in self.inside(ROOT)],)
        if ask.path == ROOT and ask.member == "Get":
            return (("s", self.toolkit[ask.body[1] == "Version"]),)
        thing = self.things.get(ask.path)
        return None if thing is None else self.of(ask, thing)

    def inside(self, path: str) -> list[str]:
        return [p for p, t in self.things.items() if t.parent == path]

    def of(self, ask: Ask, thing: Thing) -> Answer:
        bits = sum(1 << state for state in thing.states)
        inside = self.inside(ask.path)
        answers: dict[str, Answer] = {
            "GetRole": (thing.role,),
            "GetState": ([bits & 0xFFFFFFFF, bits >> 32],),
            "GetExtents": (thing.box,),
            "GetAttributes": ({"text-input-type": thing.hint},),
            "GetChildren": ([(APP, path) for path in inside],),
            "GetChildAtIndex": ((APP, inside[0]),) if inside else None,
            "GetRelationSet": ([(2, [(APP, thing.label)])] if thing.label else [],),
        }
        if ask.member == "GetAccessibleAtPoint":
            x, y, _ = ask.body
            hits = [p for p in inside if contains(Rect(*self.things[p].box), x, y)]
            return ((APP, hits[-1] if hits else "/org/a11y/atspi/null"),)
        if ask.member == "Get":
            return (self.prop(ask.path, thing, ask.body[1]),)
        return answers.get(ask.member)

    def prop(self, path: str, thing: Thing, name: str) -> tuple[str, Any]:
        match name:
            case "Name":
                return ("s", thing.name)
            case "Parent":
                return ("(so)", (APP, thing.parent))
            case "ChildCount":
                return ("i", len(self.inside(path)))
        return ("s", "")
