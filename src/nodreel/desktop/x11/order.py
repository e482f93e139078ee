"""One stream out of two connections that have no common order, by server time and by buttons.

Keys, buttons (without place) and scenes come on one connection, the pointer's path and its buttons
(with place) on the other. A button is on both, and so ties them together.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nodreel.desktop.x11.pointer import BUTTON_PRESS, BUTTON_RELEASE, MOTION, Touch
from nodreel.events import MILLISECOND, Button, Geometry, Key, Move, Nanos, Scroll
from nodreel.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE = 500 * MILLISECOND  # for the other half of a button; it never takes that long
_WHEEL = {4: (0, 1), 5: (0, -1), 6: (-1, 0), 7: (1, 0)}


@dataclass(frozen=True, slots=True)
class RawButton:
    """A button as XInput2 tells it: whose hand it was, but not where."""

    t: Nanos
    press: bool
    button: int
    synthetic: bool


Told = Key | Scene | Geometry | RawButton
Seen = Key | Scene | Geometry | Button | Scroll | Move


class Order:
    """Collects from both connections; ``take`` returns what is certain, in time order."""

    def __init__(self, program_moved: Callable[[Nanos], bool], x: int, y: int) -> None:
        self.told: list[Told] = []
        self.touches: list[Touch] = []
        self.epoch = 0
        self._program_moved = program_moved
        self._x, self._y = x, y

    def tell(self, item: Told) -> None:
        """Append what came on the first connection; a scene before it is not later than it."""
        for i in range(len(self.told) - 1, -1, -1):
            before = self.told[i]
            if before.t <= item.t or not isinstance(before, Scene | Geometry):
                break
            self.told[i] = replace(before, t=item.t)
        self.told.append(item)

    def leave_out(self, read: list[Touch], before: Nanos) -> bool:
        """Append touches without moves before that time, the last one excepted; whether any came.

        For when nobody wants to know: then they cost only this.
        """
        known = self.touches + read
        moves = [i for i, touch in enumerate(known) if touch.kind == MOTION]
        last = moves[-1] if moves else -1
        self.touches = [
            touch for i, touch in enumerate(known)
            if touch.kind != MOTION or touch.t >= before or i == last
        ]  # fmt: skip
        return bool(read)

    def keys_only(self, told: int) -> bool:
        """Whether the first ``told`` are keys, and nothing of the pointer's path waits for them."""
        if not told or self.touches:
            return False
        return all(isinstance(item, Key) for item in self.told[:told])

    @property
    def patient(self) -> bool:
        """Whether nothing was told that has to go on at once: keys, wheels and releases can wait.

        A click is asked about (what lies under it), and a scene says what may go on at all.
        """
        return all(
            isinstance(item, Key)
            or (isinstance(item, RawButton) and (not item.press or item.button in _WHEEL))
            for item in self.told
        )

    def complete(self, told: int, read: Callable[[], list[Touch]]) -> bool:
        """Whether the first ``told`` are keys and buttons, and the path up to these is here.

        ``read`` is asked for more of it: it comes in order, so that whatever was before a button
        is here with the button itself.
        """
        raw = [item for item in self.told[:told] if not isinstance(item, Key)]
        buttons = [item for item in raw if isinstance(item, RawButton)]
        if not buttons or len(buttons) < len(raw):
            return False
        self.touches += read()
        there = Counter((t.t, t.kind, t.button) for t in self.touches if t.kind != MOTION)
        there.subtract((b.t, _kind(b), b.button) for b in buttons)
        return min(there.values()) >= 0

    def take(self, told: int, until: Nanos) -> list[Seen]:
        """Return the first ``told`` of one side and what the other has before them and ``until``.

        The caller has made sure that no older pointer event is still on its way.
        """
        out: list[Seen] = []
        now, self.told = self.told[:told], self.told[told:]
        for item in now:
            if isinstance(item, RawButton):
                out += self._up_to(self._partner(item))
                out += self._button(item)
            else:
                out += self._path(item.t)
                out.append(item)
        out += self._path(Nanos(until + 1))
        return out

    def _partner(self, raw: RawButton) -> int:
        """Find the same button in the pointer's stream, or where it should be."""
        kind = _kind(raw)
        same = [i for i, t in enumerate(self.touches) if t.t == raw.t and t.kind == kind]
        exact = [i for i in same if self.touches[i].button == raw.button]
        return (exact or same or [self._before(raw.t)])[0]

    def _before(self, t: Nanos) -> int:
        """Find the first touch that is not older; a button first waits for whose hand it was."""
        for i, touch in enumerate(self.touches):
            if touch.t >= t or (touch.kind != MOTION and touch.t > t - _PATIENCE):
                return i
        return len(self.touches)

    def _up_to(self, index: int) -> Iterator[Seen]:
        taken, self.touches = self.touches[:index], self.touches[index:]
        for touch in taken:
            yield from self._alone(touch)

    def _path(self, t: Nanos) -> Iterator[Seen]:
        """Yield what the pointer did before ``t``."""
        return self._up_to(self._before(t))

    def _alone(self, touch: Touch) -> Iterator[Seen]:
        """Yield a move; or a button that nobody claims, which no device can have made."""
        if touch.kind == MOTION:
            self._x, self._y = touch.x, touch.y
            moved = self._program_moved(touch.t)
            yield Move(touch.t, touch.x, touch.y, synthetic=moved, epoch=self.epoch)
        else:
            yield from self._pressed(touch, synthetic=True)

    def _button(self, raw: RawButton) -> Iterator[Seen]:
        kind = _kind(raw)
        head = self.touches[0] if self.touches else None
        if head is not None and head.kind == kind and head.t == raw.t:
            self.touches.pop(0)
        else:  # the server kept it to itself: the last known place is the best there is
            head = Touch(raw.t, kind, raw.button, self._x, self._y, 0)
        yield from self._pressed(head, synthetic=raw.synthetic)

    def _pressed(self, touch: Touch, *, synthetic: bool) -> Iterator[Seen]:
        self._x, self._y = touch.x, touch.y
        press = touch.kind == BUTTON_PRESS
        if touch.button in _WHEEL:
            if press:
                dx, dy = _WHEEL[touch.button]
                yield Scroll(
                    touch.t, dx, dy, touch.x, touch.y, touch.modifiers,
                    synthetic=synthetic, epoch=self.epoch,
                )  # fmt: skip
            return
        yield Button(
            touch.t, press, touch.button, touch.x, touch.y, touch.modifiers,
            synthetic=synthetic, epoch=self.epoch,
        )  # fmt: skip


def _kind(raw: RawButton) -> int:
    """Return the kind of a button's other half."""
    return BUTTON_PRESS if raw.press else BUTTON_RELEASE
