"""One watched window: its own pixels, apart from whatever lies over it on the screen.

Redirected by the Composite extension (automatically: the screen looks as before) a window has a
pixmap of its own. What the server puts there to begin with may be a copy of the screen, other
windows included, so a part counts as ``unknown`` until the app has drawn it.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING

from nodreel.events import Rect
from nodreel.rects import clip, intersect, subtract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nodreel.desktop.x11.connection import Connection
    from nodreel.rects import Region

assert sys.platform == "linux"

_AUTOMATIC = 0
_NON_EMPTY = 3
_ALL = 0
_MOST_RECTS = 48


class Requests:
    """The extensions that surfaces use, and one region to fetch damage with."""

    def __init__(self, x: Connection, composite: Any, damage: Any, fixes: Any) -> None:
        self.x = x
        self.composite = composite
        self.damage = damage
        self.fixes = fixes
        self.region = x.new_id()
        fixes.CreateRegion(self.region, 0, [])


class Surface:
    """A redirected window. Rectangles are in the window's own coordinates unless said otherwise."""

    def __init__(self, use: Requests, window: int, damage: int | None) -> None:
        self._use = use
        self.window = window
        self._damage = damage if damage is not None else new_damage(use, window)
        self._pixmap = 0
        self._border = 0
        self._depth = 0
        self.size = (0, 0)
        self.unknown: Region = ()
        self.reported = False
        self.drawn: list[Rect] = []
        use.composite.RedirectWindow(window, _AUTOMATIC)

    def close(self) -> None:
        """Let the window be drawn to the screen directly again; harmless when it is gone."""
        self._drop_pixmap()
        self._use.damage.Destroy(self._damage)
        self._use.composite.UnredirectWindow(self.window, _AUTOMATIC)

    def _drop_pixmap(self) -> None:
        if self._pixmap:
            self._use.x.core.FreePixmap(self._pixmap)
            self._pixmap = 0

    def renew(self) -> None:
        """Start over after the window was put on the screen again: nothing is known yet."""
        self._drop_pixmap()
        self.unknown = (Rect(0, 0, *self.size),)

    def fit(self, size: tuple[int, int]) -> None:
        """Take the pixmap of a window of that size; what it grew by is unknown."""
        if self._pixmap and size == self.size:
            return
        old = Rect(0, 0, *self.size)
        if self.size != (0, 0):
            self.unknown = subtract((Rect(0, 0, *size),), (old,)) + clip(
                self.unknown, (Rect(0, 0, *size),)
            )
        self.size = size
        self._drop_pixmap()
        x = self._use.x
        geometry = x.core.GetGeometry(self.window)
        pixmap = x.new_id()
        named = self._use.composite.NameWindowPixmap(self.window, pixmap, is_checked=True)
        g = x.answer(geometry)
        if g is not None and x.works(named):
            self._pixmap, self._border, self._depth = pixmap, g.border_width, g.depth
            if (g.width, g.height) != size:  # resized meanwhile; the event is on its way
                self.size = (min(g.width, size[0]), min(g.height, size[1]))

    @property
    def readable(self) -> bool:
        """Whether there are pixels of 32 bits to read."""
        return bool(self._pixmap) and self._use.x.bits_per_pixel.get(self._depth) == 32  # noqa: PLR2004

    @property
    def pixmap(self) -> int:
        """The drawable to read."""
        return self._pixmap

    def in_pixmap(self, r: Rect) -> Rect:
        """Where a part of the window lies in its pixmap, which includes the border."""
        return Rect(r.x + self._border, r.y + self._border, r.w, r.h)

    def known(self, r: Rect) -> Region:
        """Return the parts of a rectangle that the app has drawn."""
        inside = intersect(r, Rect(0, 0, *self.size))
        return subtract((inside,), self.unknown) if inside else ()

    def fetch(self) -> Sequence[Rect]:
        """Take from the server what was drawn, and let it report again."""
        self.reported = False
        new = fetch_damage(self._use, self._damage)
        self.unknown = subtract(self.unknown, new) if self.unknown else ()
        self.drawn = _few([*self.drawn, *new])
        return new

    def take_drawn(self) -> Sequence[Rect]:
        """Return what was drawn since the last time."""
        out, self.drawn = self.drawn, []
        return out


def new_damage(use: Requests, window: int) -> int:
    """Have the server collect what is drawn in a window."""
    damage = use.x.new_id()
    use.damage.Create(damage, window, _NON_EMPTY)
    return damage


def fetch_damage(use: Requests, damage: int) -> list[Rect]:
    """Take what was collected; [] when the window is gone."""
    use.damage.Subtract(damage, _ALL, use.region)
    raw = use.x.raw_answer(use.fixes.FetchRegion(use.region))
    count = (len(raw) - 32) // 8 if raw else 0
    rects = [struct.unpack_from("=hhHH", raw, 32 + 8 * i) for i in range(count)]
    return [Rect(*r) for r in rects]


def _few(rects: list[Rect]) -> list[Rect]:
    """Replace many rectangles by the one around them."""
    if len(rects) <= _MOST_RECTS:
        return rects
    x, y = min(r.x for r in rects), min(r.y for r in rects)
    return [Rect(x, y, max(r.x + r.w for r in rects) - x, max(r.y + r.h for r in rects) - y)]
