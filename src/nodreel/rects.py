"""Rectangles of desktop pixels: the little algebra that gate, sources and desktop share. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import Rect

if TYPE_CHECKING:
    from collections.abc import Iterable

Region = tuple[Rect, ...]
"""Rectangles that do not overlap."""


def contains(rect: Rect, x: int, y: int) -> bool:
    """Tell whether the pixel (x, y) lies in ``rect``."""
    return rect.x <= x < rect.x + rect.w and rect.y <= y < rect.y + rect.h


def intersect(a: Rect, b: Rect) -> Rect | None:
    """Return what ``a`` and ``b`` share, None when that is nothing."""
    x, y = max(a.x, b.x), max(a.y, b.y)
    w, h = min(a.x + a.w, b.x + b.w) - x, min(a.y + a.h, b.y + b.h) - y
    return Rect(x, y, w, h) if w > 0 and h > 0 else None


def subtract_one(a: Rect, b: Rect) -> Region:
    """Return ``a`` without ``b`` as at most four rectangles: above, below, left, right of ``b``."""
    hole = intersect(a, b)
    if hole is None:
        return (a,)
    right, bottom = hole.x + hole.w, hole.y + hole.h
    parts = (
        Rect(a.x, a.y, a.w, hole.y - a.y),
        Rect(a.x, bottom, a.w, a.y + a.h - bottom),
        Rect(a.x, hole.y, hole.x - a.x, hole.h),
        Rect(right, hole.y, a.x + a.w - right, hole.h),
    )
    return tuple(r for r in parts if r.w > 0 and r.h > 0)


def subtract(region: Iterable[Rect], holes: Iterable[Rect]) -> Region:
    """Return ``region`` without any pixel of ``holes``."""
    rest = tuple(region)
    for hole in holes:
        rest = tuple(part for rect in rest for part in subtract_one(rect, hole))
    return rest


def clip(region: Iterable[Rect], areas: Iterable[Rect]) -> Region:
    """Return the parts of ``region`` inside ``areas`` (which must not overlap each other)."""
    bounds = tuple(areas)
    pairs = (intersect(rect, area) for rect in region for area in bounds)
    return tuple(rect for rect in pairs if rect is not None)


def disjoint(rects: Iterable[Rect]) -> Region:
    """Return the same pixels as ``rects`` as rectangles that do not overlap."""
    region: Region = ()
    for rect in rects:
        region += subtract((rect,), region)
    return region


def area(region: Iterable[Rect]) -> int:
    """Return the number of pixels of a region."""
    return sum(rect.w * rect.h for rect in region)
