"""A desktop that tests paint and script: each window shows one colour, events come when told."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from nodreel.desktop.base import Pixmap
from nodreel.events import SECOND, Nanos, Rect
from nodreel.scene import Company
from tests.scenes import scene

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nodreel.scene import Scene, Sensed


class Painted:
    """``tell`` makes ``wait`` return; ``draw`` changes a window's colour."""

    def __init__(self) -> None:
        self.colour: dict[int, int] = {}
        self.drawn: dict[int, list[Rect]] = {}
        self.watched: set[int] = set()
        self.grabs: list[tuple[int, Rect]] = []
        self.now = scene()
        self.closed = False
        self.others: Company | None = Company(())
        self._told: deque[Sensed] = deque()
        self._bell = threading.Event()

    def tell(self, *sensed: Sensed) -> None:
        """Let these things be sensed next."""
        self._told.extend(sensed)
        self._bell.set()

    def draw(self, ident: int, colour: int, rect: Rect) -> None:
        """Change a window's colour; ``rect`` is what is reported as drawn."""
        self.colour[ident] = colour
        self.drawn.setdefault(ident, []).append(rect)

    def wait(self, timeout: Nanos) -> Sequence[Sensed]:
        """Hand out what was told."""
        self._bell.wait(timeout / SECOND)
        self._bell.clear()
        out = []
        while self._told:
            out.append(self._told.popleft())
        return out

    def flush(self) -> tuple[Sequence[Sensed], Nanos]:
        """Nothing is ever late here."""
        return (), Nanos(0)

    def heard(self) -> Nanos:
        """Nothing is ever late here."""
        return Nanos(time.monotonic_ns())

    def scene(self) -> Scene:
        """Return the scene it was given."""
        return self.now

    def watch(self, windows: Collection[int]) -> None:
        """Remember what is watched."""
        self.watched = set(windows)

    def damaged(self, window: int) -> Sequence[Rect]:
        """Hand out what was drawn."""
        return self.drawn.pop(window, [])

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        """Return the window's colour."""
        self.grabs += [(window, r) for r in rects]
        pixel = bytes([self.colour[window], 0, 0, 255])
        return [Pixmap(window, r, pixel * (r.w * r.h), Nanos(7), Nanos(9)) for r in rects]

    def listen(self, *, closely: bool) -> None:
        self.closely = closely

    def company(self) -> Company | None:
        """Return what ``others`` was set to."""
        return self.others

    def wake(self) -> None:
        """Make ``wait`` return."""
        self._bell.set()

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
