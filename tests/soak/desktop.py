"""A desktop of one designated window on which somebody works at 200 events a second, for a day."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from nodreel.desktop.base import Pixmap
from nodreel.events import (
    SECOND,
    Button,
    Geometry,
    Key,
    KeyClass,
    Monitor,
    Move,
    Nanos,
    Rect,
    Scroll,
)
from nodreel.scene import Company, Damage, Field, Process, Scene, Verdict, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from nodreel.scene import Sensed
    from tests.soak.clock import Bell, PlayedClock

RATE: Final = 200  # events a second of played time
STEP: Final = SECOND // RATE
BATCH: Final = 20  # events at a time: a tenth of a second
AHEAD: Final = SECOND // 2  # how far the desktop may run ahead of the agent
EXE: Final = "/usr/bin/xterm"
WINDOW: Final = 7
_PLACE: Final = Rect(0, 0, 320, 192)


def scene(t: int) -> Scene:
    window = Window(WINDOW, _PLACE, _PLACE, Process(100, 1, EXE, trusted=True), title="work")
    return Scene(
        Nanos(t), (window,), WINDOW, grabbed=False, locked=False, epoch=1,
        width=_PLACE.w, height=_PLACE.h, monitors=(Monitor(_PLACE),), plain=True,
    )  # fmt: skip


def event(number: int, t: Nanos) -> Sensed:
    """The ``number``-th thing that happens: mostly moves, then keys, clicks, notches, drawing."""
    place = number % RATE
    if place < 40:
        code = 38 + number // 2 % 8
        return Key(t, number % 2 == 0, KeyClass.CHARACTER, code, 97 + code - 38, layout="us")
    if place < 48:
        return Button(t, number % 2 == 0, 1, number % 300, 50)
    if place < 60:
        return Scroll(t, 0, 1 if number % 400 < 200 else -1, number % 300, 50)
    if place == 60:
        return Damage(t, WINDOW)
    return Move(t, number % 320, number // 320 % 192)


class BusyDesktop:
    """See ``nodreel.desktop.base.Desktop``; plays ``event`` after event as the clock is moved."""

    def __init__(self, clock: PlayedClock, bell: Bell) -> None:
        self._clock, self._bell = clock, bell
        self._number = clock.events
        self._woken = threading.Event()
        self._first = True

    def wait(self, timeout: Nanos) -> Sequence[Sensed]:
        now = self._clock.mono()
        if self._first:
            self._first = False
            shown = scene(now)
            return [Geometry(shown.t, 1, _PLACE.w, _PLACE.h, shown.monitors), shown]
        while now - self._bell.heard > AHEAD and not self._woken.is_set():
            self._bell.set()  # the agent has something to look after
            self._clock.wait_until(now + 1, self._woken, 0.002)
        self._woken.clear()
        count = max(1, min(BATCH, timeout // STEP))
        happened = [event(self._number + i, Nanos(now + i * STEP)) for i in range(count)]
        self._number += count
        self._clock.advance(now + count * STEP, count)
        return happened

    def listen(self, *, closely: bool) -> None: ...

    def heard(self) -> Nanos:
        return self._clock.mono()

    def flush(self) -> tuple[Sequence[Sensed], Nanos]:
        return [], self._clock.mono()

    def scene(self) -> Scene:
        return scene(self._clock.mono())

    def watch(self, windows: Collection[int]) -> None:
        del windows

    def damaged(self, window: int) -> Sequence[Rect]:
        return [Rect(64 * (self._number // RATE % 5), 64, 64, 64)]

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        now = self._clock.mono()
        colour = (self._number // RATE % 251).to_bytes(1, "little") * 4
        return [Pixmap(window, r, colour * (r.w * r.h), now, now) for r in rects]

    def company(self) -> Company | None:
        return Company(())

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        self._woken.set()


class ClearFields:
    """See ``nodreel.desktop.base.Accessibility``: whatever has the keyboard is no secret."""

    def __init__(self, feed: Callable[[Sensed], None]) -> None:
        self._feed = feed

    def attend(self, front: Window | None, t: Nanos) -> None:
        if front is not None and front.process is not None:
            self._feed(Field(t, t, front.process.pid, Verdict.CLEAR))

    def note(self, t: Nanos) -> None: ...

    def point(self, t: Nanos, x: int, y: int) -> None: ...

    def close(self) -> None: ...
