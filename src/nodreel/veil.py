"""Frames with some of their pixels taken out: for fields that turn out to be secret. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nodreel.events import TILE, Frame, Rect, Tile
from nodreel.rects import intersect, subtract

if TYPE_CHECKING:
    from collections.abc import Iterable


def blank(frame: Frame, rects: Iterable[Rect]) -> Frame:
    """Return ``frame`` without any pixel inside ``rects`` (desktop pixels; they may overlap).

    A frame that is not ``full`` says nothing of the tiles it does not carry: what was shown there
    before still is, so ask for a whole frame when what was shown before has to go, too, and once
    more when the pixels may be seen again. Raises ValueError for a tile of a wrong size.
    """
    veils = tuple(rect for rect in rects if rect.w > 0 and rect.h > 0)
    if not veils:
        return frame
    tiles = [_without(frame, tile, veils) for tile in frame.tiles]
    if frame.full:  # carries only what is not wholly blank
        tiles = [new for new, old in zip(tiles, frame.tiles, strict=True)
                 if new is old or any(new.pixels)]  # fmt: skip
    return replace(frame, kept=subtract(frame.kept, veils), tiles=tuple(tiles))


def _without(frame: Frame, tile: Tile, veils: Iterable[Rect]) -> Tile:
    x, y = tile.col * TILE, tile.row * TILE
    own = Rect(x, y, min(TILE, frame.width - x), min(TILE, frame.height - y))
    holes = [hole for veil in veils if (hole := intersect(own, veil))]
    if not holes:
        return tile
    pixels = np.frombuffer(tile.pixels, np.uint8).reshape(own.h, own.w, 3).copy()
    for hole in holes:
        pixels[hole.y - y : hole.y - y + hole.h, hole.x - x : hole.x - x + hole.w] = 0
    return replace(tile, pixels=pixels.tobytes())
