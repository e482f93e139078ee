"""A thin frame round the window that is recorded, for those who want one: four strips, no more.

It lets every click through and lies outside of the window wherever the screen has room; where it
has none, the strips cover the window's outermost pixels, and so those are in no frame.
"""

from __future__ import annotations

from typing import Any, Final

import xcffib.shape
import xcffib.xproto
from xcffib.xproto import CW, ConfigWindow, StackMode

from nodreel.events import Rect
from nodreel.rects import intersect

THICK: Final = 3  # pixels, as many times as the desktop draws large


class Frame:
    """Not there until it is shown; below the marks at any time."""

    def __init__(self, connection: Any, screen: Any, colour: int, scale: int) -> None:
        self._x, self._thick = connection, THICK * scale
        self._whole = Rect(0, 0, screen.width_in_pixels, screen.height_in_pixels)
        self._around: Rect | None = None
        self.ids = [self._create(screen, colour) for _ in range(4)]

    def show(self, around: Rect | None, below: int) -> None:
        """Lie round this part of the desktop, below that window; None: round nothing."""
        if around == self._around:
            return
        self._around = around
        places = strips(around, self._whole, self._thick) if around else []
        for strip in self.ids[len(places) :]:
            self._x.core.UnmapWindow(strip)
        where = ConfigWindow.X | ConfigWindow.Y | ConfigWindow.Width | ConfigWindow.Height
        stack = ConfigWindow.Sibling | ConfigWindow.StackMode
        for strip, place in zip(self.ids, places, strict=False):
            self._x.core.ConfigureWindow(
                strip, where | stack,
                [place.x, place.y, place.w, place.h, below, StackMode.Below],
            )  # fmt: skip
            self._x.core.MapWindow(strip)

    def raise_(self) -> None:
        """Bring the strips above everything; the marks have to follow."""
        for strip in self.ids if self._around else ():
            self._x.core.ConfigureWindow(strip, ConfigWindow.StackMode, [StackMode.Above])

    def _create(self, screen: Any, colour: int) -> int:
        strip: int = self._x.generate_id()
        self._x.core.CreateWindow(
            0, strip, screen.root, 0, 0, 1, 1, 0, xcffib.xproto.WindowClass.InputOutput, 0,
            CW.BackPixel | CW.OverrideRedirect, [colour, 1],
        )  # fmt: skip
        shape = self._x(xcffib.shape.key)
        shape.Rectangles(
            xcffib.shape.SO.Set, xcffib.shape.SK.Input, xcffib.xproto.ClipOrdering.Unsorted,
            strip, 0, 0, 0, [],
        )  # fmt: skip
        return strip


def strips(around: Rect, whole: Rect, thick: int) -> list[Rect]:
    """Return the top, the bottom, the left and the right of a frame on the screen ``whole``."""
    wide = Rect(
        around.x - thick, around.y - thick, around.w + 2 * thick, around.h + 2 * thick
    )  # fmt: skip
    outer = intersect(wide, whole)
    if outer is None or min(outer.w, outer.h) <= 2 * thick:
        return []
    right, bottom = outer.x + outer.w - thick, outer.y + outer.h - thick
    inside = outer.h - 2 * thick
    return [
        Rect(outer.x, outer.y, outer.w, thick),
        Rect(outer.x, bottom, outer.w, thick),
        Rect(outer.x, outer.y + thick, thick, inside),
        Rect(right, outer.y + thick, thick, inside),
    ]
