"""Plays actions again through XTEST, from what they say and nothing else."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from nodreel.action import ActionKind
from nodreel.events import SECOND
from tests.recovery.typist import Typist

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.action import Action
    from tests.bed.injector import Injector

KEYS: Final = {
    "ctrl": "Control_L", "alt": "Alt_L", "shift": "Shift_L", "super": "Super_L", "enter": "Return",
    "home": "Home", "end": "End", "left": "Left", "right": "Right", "up": "Up", "down": "Down",
    "tab": "Tab", "esc": "Escape", "backspace": "BackSpace", "delete": "Delete",
}  # fmt: skip
TIMES: Final = {ActionKind.DOUBLE_CLICK: 2, ActionKind.TRIPLE_CLICK: 3}
LONGEST: Final = 1.0  # seconds between two points of a way, however long it was
APART: Final = 0.5


class Replayer:
    """One pair of hands that only knows actions."""

    def __init__(self, hands: Injector) -> None:
        self._hands, self._typist = hands, Typist(hands)

    def replay(self, actions: Iterable[Action]) -> None:
        """Do what they say, in order."""
        for action in actions:
            self._do(action)
            time.sleep(APART)

    def _do(self, a: Action) -> None:
        if a.x is not None and a.y is not None:
            self._hands.move(a.x, a.y)
            time.sleep(0.1)
        match a.kind:
            case ActionKind.SCROLL:
                self._hands.scroll(a.dx, a.dy)
            case ActionKind.DRAG:
                self._drag(a)
            case ActionKind.TYPE:
                assert a.text is not None, "a text that is not recorded cannot be replayed"
                self._typist.type(a.text)
            case ActionKind.HOTKEY | ActionKind.KEY:
                for _ in range(a.length):
                    self._tap(a.keys)
            case ActionKind.SELECT:
                self._select(a)
            case ActionKind.WAIT | ActionKind.SWITCH:
                pass
            case _:
                self._click(a.button or 1, TIMES.get(a.kind, 1))

    def _click(self, button: int = 1, times: int = 1) -> None:
        for _ in range(times):
            self._hands.button_down(button)
            time.sleep(0.03)
            self._hands.button_up(button)
            time.sleep(0.04)

    def _drag(self, a: Action) -> None:
        self._hands.button_down(a.button or 1)
        self._follow(a)
        self._hands.move(a.to_x or 0, a.to_y or 0)
        time.sleep(0.05)
        self._hands.button_up(a.button or 1)

    def _select(self, a: Action) -> None:
        """Open with the first click, follow the way, which opens what it lies over; choose."""
        self._click()
        time.sleep(0.3)
        if a.keys:
            for keys in a.keys:
                time.sleep(0.15)
                self._tap(keys.split("+"))
            return
        self._follow(a)
        if a.to_x is not None and a.to_y is not None:
            self._hands.move(a.to_x, a.to_y)
            time.sleep(0.3)
            self._click()

    def _follow(self, a: Action) -> None:
        way = [p for p in a.path if p.t > a.start]
        for before, point in pairwise([None, *way]):
            if before is not None and point is not None:
                time.sleep(min(LONGEST, (point.t - before.t) / SECOND))
            if point is not None:
                self._hands.move(point.x, point.y)

    def _tap(self, names: Iterable[str]) -> None:
        words = [KEYS.get(name, name) for name in names]
        for word in words:
            self._hands.key_down(word)
            time.sleep(0.02)
        for word in reversed(words):
            self._hands.key_up(word)
            time.sleep(0.02)
