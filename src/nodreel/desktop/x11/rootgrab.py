"""The fallback without the Composite extension: pixels off the screen, where nothing lies over.

Not as good: what is covered is not had at all, and when the stack changed while we read, the result
is thrown away.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import time
from typing import TYPE_CHECKING, Any

from nodreel.desktop.base import Pixmap
from nodreel.desktop.x11.pixels import Pixels
from nodreel.events import Nanos, Rect
from nodreel.rects import clip, disjoint, subtract

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.desktop.x11.connection import Connection
    from nodreel.desktop.x11.look import Look
    from nodreel.rects import Region


class RootPixels(Pixels):
    """Watches windows like Pixels, and reads the screen with mss."""

    redirects = False

    def __init__(self, x: Connection, look: Look, settle: Callable[[], None]) -> None:
        super().__init__(x, look, settle)
        import mss

        self._screen: Any = mss.MSS()
        self._seen: dict[int, Region] = {}

    def close(self) -> None:
        """Let go of every window and of the screen."""
        super().close()
        self._screen.close()

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        """Read what can be seen and is known of these rectangles, in desktop pixels."""
        chosen = self._look.area(window)  # the rectangles are chosen for where it lay
        self._settle()
        surface, area = self._watched.get(window), self._look.area(window)
        if surface is None or area is None or area != chosen or self._look.scene is None:
            return []
        before = self._look.scene.windows
        self._uncover(window, area)
        if surface.unknown:
            surface.fetch()
        unknown = [Rect(r.x + area.x, r.y + area.y, r.w, r.h) for r in surface.unknown]
        wanted = subtract(clip(disjoint(rects), self._look.seen(window)), unknown)
        t = Nanos(time.monotonic_ns())
        data = [self._read(r) for r in wanted]
        done = Nanos(time.monotonic_ns())
        self._settle()
        if self._look.scene.windows != before:
            return []
        return [Pixmap(window, r, d, t, done) for r, d in zip(wanted, data, strict=True)]

    def _uncover(self, window: int, area: Rect) -> None:
        """Take what came into sight for unknown: the screen still shows what lay over it."""
        seen = [Rect(r.x - area.x, r.y - area.y, r.w, r.h) for r in self._look.seen(window)]
        new = subtract(seen, self._seen.get(window, seen))
        self._seen[window] = tuple(seen)
        if new:
            self.doubt(window, new)

    def _read(self, r: Rect) -> bytes:
        shot = self._screen.grab({"left": r.x, "top": r.y, "width": r.w, "height": r.h})
        return bytes(shot.bgra)
