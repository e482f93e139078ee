"""The desktop's picture as far as it may be kept: pixels of designated windows, else blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nodreel.events import TILE, Rect, Tile
from nodreel.rects import intersect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

RGB = np.uint32(0x00FFFFFF)


class Canvas:
    """BGRX pixels of the whole desktop and the grid of tiles that changed since ``take``."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._pixels = np.zeros((height, width), np.uint32)
        self._changed = np.zeros((-(-height // TILE), -(-width // TILE)), bool)

    def paste(self, rect: Rect, data: bytes) -> None:
        """Put BGRX pixels at ``rect`` (which must lie on the desktop)."""
        new = np.frombuffer(data, np.uint32).reshape(rect.h, rect.w) & RGB
        self._put(rect, new)

    def blank(self, region: Iterable[Rect]) -> None:
        """Forget the pixels of a region."""
        for rect in region:
            part = intersect(rect, Rect(0, 0, self.width, self.height))
            if part is not None:
                self._put(part, np.zeros((part.h, part.w), np.uint32))

    def _put(self, rect: Rect, new: NDArray[np.uint32]) -> None:
        old = self._pixels[rect.y : rect.y + rect.h, rect.x : rect.x + rect.w]
        different = new != old
        if not different.any():
            return
        old[:] = new
        rows, row0 = _tile_starts(rect.y, rect.h)
        cols, col0 = _tile_starts(rect.x, rect.w)
        per_tile = np.logical_or.reduceat(np.logical_or.reduceat(different, rows, 0), cols, 1)
        self._changed[row0 : row0 + len(rows), col0 : col0 + len(cols)] |= per_tile

    def take(self) -> tuple[Tile, ...]:
        """Return the tiles that changed since the last call."""
        changed = np.argwhere(self._changed)
        self._changed[:] = False
        return tuple(self._tile(int(row), int(col)) for row, col in changed)

    def whole(self) -> tuple[Tile, ...]:
        """Return every tile that is not wholly blank; counts as taken."""
        rows = np.arange(0, self.height, TILE)
        cols = np.arange(0, self.width, TILE)
        self._changed = np.logical_or.reduceat(
            np.logical_or.reduceat(self._pixels != 0, rows, 0), cols, 1
        )
        return self.take()

    def _tile(self, row: int, col: int) -> Tile:
        part = self._pixels[row * TILE : (row + 1) * TILE, col * TILE : (col + 1) * TILE]
        bgrx = np.ascontiguousarray(part).view(np.uint8).reshape(-1, 4)
        return Tile(row, col, bgrx[:, :3].tobytes())


def _tile_starts(start: int, length: int) -> tuple[list[int], int]:
    """Return where tiles begin inside a run of pixels (relative), and the first tile's number."""
    first = start // TILE
    edges = range((first + 1) * TILE, start + length, TILE)
    return [0, *(edge - start for edge in edges)], first
