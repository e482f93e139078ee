"""One watched window: its own pixels, apart from whatever lies over it on the screen.

Redirected by the Composite extension (automatically: the screen looks as before) a window has a
pixmap of its own. The server fills it with a copy of the screen, other windows included, until the
app draws. What is covered when we begin is therefore made black; the app is told to draw it anyhow.
What a window gains later, when it grows or comes back, is ``unknown`` until its app has drawn it.
The server's own copying is reported like drawing, so what was reported before proves nothing.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
from typing import TYPE_CHECKING

from nodreel.events import Rect
from nodreel.rects import clip, intersect, subtract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nodreel.desktop.x11.connection import Connection
    from nodreel.rects import Region

_AUTOMATIC = 0
_FOREGROUND = 1 << 2
_ENDLESS = struct.pack("=hhHH", -0x4000, -0x4000, 0x7FFF, 0x7FFF)
_EVERYTHING = struct.pack("=hhHH", 0, 0, 0x7FFF, 0x7FFF)
_NORTH_WEST = 1  # bit gravity: the content stays where it is when the window grows
_NON_EMPTY = 3
_ALL = 0
_MOST_RECTS = 48


class Requests:
    """The extensions that surfaces use (composite may be None), and a region for damage."""

    def __init__(self, x: Connection, composite: Any, damage: Any, fixes: Any) -> None:
        self.x = x
        self.composite = composite
        self.damage = damage
        self.fixes = fixes
        self.region = x.new_id()
        fixes.CreateRegion(self.region, 0, [])


class Surface:
    """A redirected window. Rectangles are in the window's own coordinates unless said otherwise."""

    def __init__(
        self, use: Requests, window: int, damage: int | None, size: tuple[int, int]
    ) -> None:
        self._use = use
        self.window = window
        self.size = size
        self.reported = False
        self.drawn: list[Rect] = []
        self.unknown: Region = (self._whole,)
        self._pixmap = self._border = self._depth = 0
        self._damage = damage if damage is not None else new_damage(use, window)
        attributes = use.x.core.GetWindowAttributes(window)
        geometry = use.x.answer(use.x.core.GetGeometry(window))
        a = use.x.answer(attributes)
        self._keeps_content = a is not None and a.bit_gravity == _NORTH_WEST
        if geometry is not None and use.composite is not None:
            redirect(use, window, geometry.border_width)
        self._name(proof=True)  # collected since before the window came up: drawn by its app

    @property
    def _whole(self) -> Rect:
        return Rect(0, 0, *self.size)

    def close(self) -> int:
        """Let the window be drawn to the screen directly again; harmless when it is gone.

        Returns the damage, which goes on collecting until somebody destroys it.
        """
        self._drop_pixmap()
        if self._use.composite is not None:
            self._use.composite.UnredirectWindow(self.window, _AUTOMATIC)
        return self._damage

    def _drop_pixmap(self) -> None:
        if self._pixmap:
            self._use.x.core.FreePixmap(self._pixmap)
            self._pixmap = 0

    def renew(self) -> None:
        """Start over after the window was put on the screen again: nothing is known yet."""
        self.unknown = (self._whole,)
        self._name()

    def resize(self, size: tuple[int, int]) -> None:
        """Take the pixmap of the new size; what the app did not draw into it is unknown."""
        old, self.size = self._whole, size
        if self._keeps_content:
            grown = subtract((self._whole,), (old,))
            self.unknown = (*grown, *clip(self.unknown, (self._whole,)))
        else:
            self.unknown = (self._whole,)
        self._name()

    def _name(self, *, proof: bool = False) -> None:
        """Get hold of the present pixmap; what the server drew into it proves nothing."""
        self._drop_pixmap()
        self.fetch(proof=proof)
        if self._use.composite is None:
            return
        x = self._use.x
        geometry = x.core.GetGeometry(self.window)
        pixmap = x.new_id()
        named = self._use.composite.NameWindowPixmap(self.window, pixmap, is_checked=True)
        g = x.answer(geometry)
        if x.works(named) and g is not None:
            self._pixmap, self._border, self._depth = pixmap, g.border_width, g.depth

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
        inside = intersect(r, self._whole)
        return subtract((inside,), self.unknown) if inside else ()

    def fetch(self, *, proof: bool = True) -> None:
        """Take from the server what was drawn; ``proof``: by the app, so it is known now."""
        new = fetch_damage(self._use, self._damage)
        self.drawn = _few([*self.drawn, *new])
        if proof and self.unknown:
            self.unknown = subtract(self.unknown, new)

    def take_drawn(self) -> Sequence[Rect]:
        """Return what was drawn since the last time."""
        out, self.drawn = self.drawn, []
        return out


def redirect(use: Requests, window: int, border: int) -> None:
    """Give a window a pixmap of its own and blacken what cannot be seen of it now.

    All in one go: nothing else happens on the screen between asking what is seen and blackening.
    Under a compositor that holds the window already, it has its pixmap and nothing of it is hidden.
    """
    core, new_id = use.x.core, use.x.new_id
    seen, hidden, pixmap, pen = new_id(), new_id(), new_id(), new_id()
    if use.x.works(use.composite.NameWindowPixmap(window, pixmap, is_checked=True)):
        core.FreePixmap(pixmap)
        use.composite.RedirectWindow(window, _AUTOMATIC)
        return
    core.GrabServer()
    use.composite.CreateRegionFromBorderClip(seen, window)
    use.fixes.CreateRegion(hidden, 1, [_ENDLESS])
    use.fixes.SubtractRegion(hidden, seen, hidden)
    use.composite.RedirectWindow(window, _AUTOMATIC)
    use.composite.NameWindowPixmap(window, pixmap)
    core.CreateGC(pen, pixmap, _FOREGROUND, [0])
    use.fixes.SetGCClipRegion(pen, hidden, border, border)
    core.PolyFillRectangle(pixmap, pen, 1, [_EVERYTHING])
    core.FreeGC(pen)
    core.FreePixmap(pixmap)
    use.fixes.DestroyRegion(seen)
    use.fixes.DestroyRegion(hidden)
    core.UngrabServer()
    use.x.x.flush()


def new_damage(use: Requests, window: int) -> int:
    """Have the server collect what is drawn in a window from now on."""
    damage = use.x.new_id()
    use.damage.Create(damage, window, _NON_EMPTY)
    use.damage.Subtract(damage, _ALL, _ALL)  # it begins with all of the window
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
