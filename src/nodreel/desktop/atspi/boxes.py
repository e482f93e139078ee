"""From an app's own pixels to those of the desktop. Pure."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from math import ceil, floor
from typing import TYPE_CHECKING, Final

from nodreel.events import Rect
from nodreel.rects import intersect

if TYPE_CHECKING:
    from nodreel.scene import Window

PHYSICAL: Final = frozenset({"chromium", "gecko"})
"""Toolkits whose pages speak of the desktop's own pixels."""
_STEP: Final = 4  # scales come in quarters
_NEAR: Final = 0.03
_WIDEST: Final = 4.0
EDGE: Final = 4  # pixels around a secret field: focus rings, rounding


def scale_of(window: Window, frame: Rect | None, toolkit: str) -> float:
    """Return how many pixels of the desktop make one of the app's.

    GTK knows whole numbers only; its window may be wider than its frame says, by a shadow.
    """
    if frame is None or toolkit.lower() in PHYSICAL:
        return 1.0
    best, off = 1.0, _NEAR
    for width in (window.inner.w, window.outer.w):
        ratio = width / frame.w
        step = round(ratio * _STEP) / _STEP
        if step > 0 and abs(ratio / step - 1) < off:
            best, off = step, abs(ratio / step - 1)
    if off == _NEAR and toolkit.lower() == "gtk":
        best = float(max(1, round(window.inner.w / frame.w)))
    return best if 1.0 <= best <= _WIDEST else 1.0


def scaled(box: Rect, scale: float) -> Rect:
    """Return a box in pixels of the desktop, rounded outwards."""
    x, y = floor(box.x * scale), floor(box.y * scale)
    return Rect(x, y, ceil((box.x + box.w) * scale) - x, ceil((box.y + box.h) * scale) - y)


def within(box: Rect, window: Rect) -> Rect | None:
    """Return the part of a box in its window; None when it lies outside."""
    return intersect(box, window)


def inflated(box: Rect, by: int = EDGE) -> Rect:
    """Return a box with a rim."""
    return Rect(box.x - by, box.y - by, box.w + 2 * by, box.h + 2 * by)


def alike(a: Rect, b: Rect) -> bool:
    """Tell whether two boxes are the same place: they share most of the smaller one."""
    both = intersect(a, b)
    return both is not None and 2 * both.w * both.h > min(a.w * a.h, b.w * b.h)
