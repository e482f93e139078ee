"""A program that shows plain windows and draws only when told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import xcffib
import xcffib.xproto

from nodreel.events import Rect
from tests.bed.injector import connect

if TYPE_CHECKING:
    from collections.abc import Mapping

BACKGROUND, BORDER, OVERRIDE, EVENTS, COLORMAP = 1 << 1, 1 << 3, 1 << 9, 1 << 11, 1 << 13
EXPOSURE = 1 << 15


class Painter:
    """Windows in one colour (0xRRGGBB; for 32 bits with alpha above) on the display of ``env``."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._x = connect(env)
        self._core: Any = self._x.core
        screen = self._x.get_setup().roots[0]
        self._root: int = screen.root
        deep = [
            d.visuals[0].visual_id for d in screen.allowed_depths if d.depth == 32 and d.visuals
        ]
        self._deep: int = deep[0] if deep else 0
        self._map: int = self._x.generate_id()
        if deep:
            self._core.CreateColormap(0, self._map, self._root, self._deep)
        self._depths: dict[int, int] = {}
        self._shown: dict[int, Rect] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._x.disconnect()

    def sync(self) -> None:
        self._core.GetInputFocus().reply()

    def window(
        self, area: Rect, colour: int | None, *, popup: bool = False, depth: int = 24,
        border: int = 0, title: str = "painted",
    ) -> int:  # fmt: skip
        """Make and map a window; ``colour`` None: no background, it shows what was there before."""
        window: int = self._x.generate_id()
        mask, values = OVERRIDE | EVENTS, [int(popup), EXPOSURE]
        if colour is not None:
            mask, values = mask | BACKGROUND, [colour, *values]
        if depth == 32:
            mask = mask | BORDER | COLORMAP
            at = 1 if colour is not None else 0
            values = [*values[:at], 0, *values[at:], self._map]
        self._core.CreateWindow(
            depth, window, self._root, area.x, area.y, area.w, area.h, border, 1,
            self._deep if depth == 32 else 0, mask, values, is_checked=True,
        ).check()  # fmt: skip
        self._depths[window], self._shown[window] = depth, area
        name = title.encode()
        self._core.ChangeProperty(0, window, 39, 31, 8, len(name), name)
        self.show(window)
        return window

    def show(self, window: int) -> None:
        self._core.MapWindow(window)
        self.sync()

    def hide(self, window: int) -> None:
        self._core.UnmapWindow(window)
        self.sync()

    def move(self, window: int, area: Rect) -> None:
        """Move, resize and raise."""
        self._shown[window] = area
        place = [area.x & 0xFFFFFFFF, area.y & 0xFFFFFFFF, area.w, area.h, 0]
        self._core.ConfigureWindow(window, 1 | 2 | 4 | 8 | 64, place)
        self.sync()

    def paint(self, window: int, colour: int, area: Rect | None = None) -> None:
        """Fill a rectangle of the window (its own coordinates), or all of it, with one colour."""
        shown = self._shown[window]
        r = area or Rect(0, 0, shown.w, shown.h)
        gc = self._x.generate_id()
        self._core.CreateGC(gc, window, 4, [colour])
        box = xcffib.xproto.RECTANGLE.synthetic(r.x, r.y, r.w, r.h)
        self._core.PolyFillRectangle(window, gc, 1, [box])
        self._core.FreeGC(gc)
        self.sync()

    def remove(self, window: int) -> None:
        self._core.DestroyWindow(window)
        self.sync()
