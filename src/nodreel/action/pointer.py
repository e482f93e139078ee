"""Buttons, wheel and pointer: single clicks, drags and notches. ``joining`` makes more of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from nodreel.action.keysyms import held
from nodreel.action.model import Action, ActionKind, Point

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodreel.action.model import Settings
    from nodreel.events import Button, Element, Move, Nanos, Scroll

CLICKS: Final = {1: ActionKind.CLICK, 2: ActionKind.MIDDLE_CLICK, 3: ActionKind.RIGHT_CLICK}
LONGEST_PATH: Final = 100_000  # points between two actions; older ones go first


@dataclass(slots=True)
class _Press:
    """A button that is down, and where the pointer's way stood then."""

    button: Button
    number: int
    passed: int


@dataclass(slots=True)
class Pointer:
    """Takes events in order; ``done`` are the actions so far."""

    settings: Settings
    elements: Mapping[Nanos, tuple[int, Element]]
    done: list[Action] = field(default_factory=list)
    _path: list[Point] = field(default_factory=list)
    _moves: list[int] = field(default_factory=list)
    _down: dict[int, _Press] = field(default_factory=dict)

    def move(self, event: Move, number: int) -> None:
        """Take a step of the pointer's way."""
        self._path.append(Point(event.t, event.x, event.y))
        self._moves.append(number)
        if len(self._path) > LONGEST_PATH:
            del self._path[: LONGEST_PATH // 2], self._moves[: LONGEST_PATH // 2]

    def button(self, event: Button, number: int) -> None:
        """Take a press or a release; a release that never had a press means nothing."""
        if event.press:
            self._down[event.button] = _Press(event, number, len(self._path))
            return
        press = self._down.pop(event.button, None)
        if press is not None:
            self._released(press, event, number)

    def _released(self, press: _Press, up: Button, number: int) -> None:
        down = press.button
        way = [(p.x, p.y) for p in self._path[press.passed :]] + [(up.x, up.y)]
        far = max(max(abs(x - down.x), abs(y - down.y)) for x, y in way)
        kind = CLICKS.get(down.button, ActionKind.OTHER_CLICK)
        if far > self.settings.drag_px and not up.released_unseen:
            kind = ActionKind.DRAG
        at, element = self.elements.get(down.t, (None, None))
        ids = [*self._moves, press.number, number, *([] if at is None else [at])]
        self.done.append(Action(
            kind, down.t, up.t, down.app, tuple(sorted(ids)), down.x, down.y, up.x, up.y,
            button=down.button, modifiers=held(down.modifiers), element=element,
            path=tuple(self._path), sure=not up.released_unseen,
        ))  # fmt: skip
        self._forget_way()

    def scroll(self, event: Scroll, number: int) -> None:
        """Take one notch."""
        self.done.append(Action(
            ActionKind.SCROLL, event.t, event.t, event.app, (*self._moves, number), event.x,
            event.y, event.x, event.y, dx=event.dx, dy=event.dy, modifiers=held(event.modifiers),
            path=tuple(self._path),
        ))  # fmt: skip
        if not self._down:
            self._forget_way()

    def interrupted(self) -> None:
        """Forget what was begun: what comes next was not seen to follow."""
        self._down.clear()
        self._forget_way()

    def _forget_way(self) -> None:
        self._path, self._moves = [], []
        for press in self._down.values():
            press.passed = 0
