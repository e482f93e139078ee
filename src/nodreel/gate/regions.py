"""What of each window the person could see: stacking as a mask. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from nodreel.rects import Region, clip, disjoint, subtract

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from nodreel.events import Rect
    from nodreel.scene import Scene, Window


NO_AREAS: Mapping[int, Rect] = MappingProxyType({})


def covers(window: Window) -> Region:
    """Return the pixels that ``window`` hides from what lies below it."""
    return window.shape if window.shape is not None else (window.outer,)


def visible(
    scene: Scene,
    windows: Container[int],
    areas: Mapping[int, Rect] = NO_AREAS,
    masks: Iterable[Rect] = (),
) -> dict[int, Region]:
    """Return, for each of ``windows``, the part of its own area that is on a monitor and uncovered.

    Of a window in ``areas`` only that part counts; no pixel inside ``masks`` does. Whatever lies
    above a window hides it, the sign and other designated windows included, so the regions of
    different windows never overlap and a pixel belongs to the window that showed it.
    """
    monitors = disjoint(m.rect for m in scene.monitors)
    hidden: Collection[Rect] = tuple(masks)
    regions: dict[int, Region] = {}
    above: Region = ()
    for window in reversed(scene.windows):
        if window.id in windows:
            own = clip((areas.get(window.id, window.inner),), covers(window))
            own = clip(own, (window.inner,))
            regions[window.id] = subtract(clip(subtract(own, above), monitors), hidden)
        above += subtract(covers(window), above)
    return regions
