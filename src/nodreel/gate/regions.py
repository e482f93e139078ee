"""What of each window the person could see: stacking as a mask. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.rects import Region, clip, disjoint, subtract

if TYPE_CHECKING:
    from collections.abc import Container

    from nodreel.scene import Scene, Window


def covers(window: Window) -> Region:
    """Return the pixels that ``window`` hides from what lies below it."""
    return window.shape if window.shape is not None else (window.outer,)


def visible(scene: Scene, windows: Container[int]) -> dict[int, Region]:
    """Return, for each of ``windows``, the part of its own area that is on a monitor and uncovered.

    Whatever lies above a window hides it, the sign and other designated windows included, so the
    regions of different windows never overlap and a pixel belongs to the window that showed it.
    """
    monitors = disjoint(m.rect for m in scene.monitors)
    regions: dict[int, Region] = {}
    above: Region = ()
    for window in reversed(scene.windows):
        if window.id in windows:
            own = clip((window.inner,), covers(window))
            regions[window.id] = clip(subtract(own, above), monitors)
        above += subtract(covers(window), above)
    return regions
