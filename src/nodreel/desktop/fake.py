"""A desktop that a test writes: same promises as a real one, no operating system.

``feed`` plays events; ``draw`` paints windows. Pixels are flat colours of the window's own.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.desktop.base import Pixmap
from nodreel.events import SECOND, Geometry, Monitor, Nanos, Rect
from nodreel.rects import intersect
from nodreel.scene import Company, Damage, Scene

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nodreel.scene import Sensed

_SIZE = (1920, 1080)
_BOOT = Nanos(0)


def empty_scene(t: Nanos = _BOOT) -> Scene:
    """Return an empty, unlocked desktop of 1920x1080."""
    whole = Rect(0, 0, *_SIZE)
    return Scene(t, (), None, grabbed=False, locked=False, epoch=0,
                 width=whole.w, height=whole.h, monitors=(Monitor(whole),), plain=True)  # fmt: skip


class FakeDesktop:
    """See ``nodreel.desktop.base.Desktop``; ``feed``, ``draw`` and ``show`` are for the test."""

    def __init__(self, scene: Scene | None = None) -> None:
        self._scene = scene or empty_scene()
        s = self._scene
        self._queue: list[Sensed] = [Geometry(s.t, s.epoch, s.width, s.height, s.monitors), s]
        self._colours: dict[int, bytes] = {}
        self._drawn: dict[int, list[Rect]] = {}
        self._reported: set[int] = set()
        self._watched: frozenset[int] = frozenset()
        self._bell = threading.Condition()
        self._woken = False
        self._asleep = False
        self._began = self._heard = _BOOT
        self.closed = False
        self.closely = True
        self.others: Company | None = Company(())

    # ------------------------------------------------------------------------------ for the test

    def feed(self, *sensed: Sensed) -> None:
        """Let these happen, in this order; a Scene becomes the current one."""
        with self._bell:
            for one in sensed:
                self._scene = one if isinstance(one, Scene) else self._scene
                self._queue.append(one)
            self._bell.notify_all()

    def draw(self, window: int, colour: bytes, rect: Rect | None = None) -> None:
        """Paint a window in one colour (BGRX, 4 bytes); ``rect`` is what counts as drawn."""
        shown = self._scene.window(window)
        area = rect or (shown.inner if shown else None)
        self._colours[window] = colour
        if area is None or window not in self._watched:
            return
        self._drawn.setdefault(window, []).append(area)
        if window not in self._reported:
            self._reported.add(window)
            self.feed(Damage(Nanos(time.monotonic_ns()), window))

    # ------------------------------------------------------------------------------- the protocol

    def wait(self, timeout: Nanos) -> Sequence[Sensed]:
        """Return what was fed; see the protocol."""
        with self._bell:
            self._heard, self._began = self._began, Nanos(time.monotonic_ns())
            self._asleep = True
            self._bell.wait_for(lambda: self._queue or self._woken, timeout / SECOND)
            self._asleep = self._woken = False
            out, self._queue = self._queue, []
            return out

    def listen(self, *, closely: bool) -> None:
        """Remember it; see the protocol."""
        self.closely = closely

    def flush(self) -> tuple[Sequence[Sensed], Nanos]:
        """Return what was fed and now; see the protocol."""
        now = Nanos(time.monotonic_ns())
        return self.wait(Nanos(0)), now

    def heard(self) -> Nanos:
        """Return now while ``wait`` waits for more; see the protocol."""
        with self._bell:
            caught_up = self._asleep and not (self._queue or self._woken)
            return Nanos(time.monotonic_ns()) if caught_up else self._heard

    def scene(self) -> Scene:
        """Return the last scene fed; see the protocol."""
        return replace(self._scene, t=Nanos(time.monotonic_ns()))

    def watch(self, windows: Collection[int]) -> None:
        """Remember which windows report Damage; see the protocol."""
        self._watched = frozenset(windows)
        self._reported &= self._watched
        self._drawn = {w: r for w, r in self._drawn.items() if w in self._watched}

    def damaged(self, window: int) -> Sequence[Rect]:
        """Take what was drawn; see the protocol."""
        self._reported.discard(window)
        return self._drawn.pop(window, [])

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        """Return the window's colour; see the protocol."""
        shown = self._scene.window(window)
        if shown is None or window not in self._watched:
            return []
        colour, t = self._colours.get(window, b"\0\0\0\0"), Nanos(time.monotonic_ns())
        parts = [part for r in rects if (part := intersect(r, shown.inner))]
        return [Pixmap(window, r, colour * (r.w * r.h), t, t) for r in parts]

    def company(self) -> Company | None:
        """Return what ``others`` was set to; see the protocol."""
        return self.others

    def wake(self) -> None:
        """Make ``wait`` return; see the protocol."""
        with self._bell:
            self._woken = True
            self._bell.notify_all()

    def close(self) -> None:
        """Forget everything; see the protocol."""
        self.closed = True
        self.watch(())
        self._queue = []
