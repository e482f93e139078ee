"""The desktop's picture as far as it may be kept: pixels of designated windows, else blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nodreel.events import TILE, Rect, Tile
from nodreel.rects import intersect
from nodreel.sources.packing import Packing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_BLANK = bytes(TILE * TILE * 3)
_SAMPLE = 8  # of so many rows one is compared first where much may have changed


class Canvas:
    """BGRX pixels of the whole desktop and the grid of tiles that changed since ``take``.

    The fourth byte is whatever the server has there (in some windows how opaque they are); nothing
    of it is handed out.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._pixels = np.zeros((height, width), np.uint32)
        self._changed = np.zeros((-(-height // TILE), -(-width // TILE)), bool)
        self._different = np.empty(width * TILE, bool)  # of one row of tiles, used again each time
        self._packing = Packing()
        self._shown: dict[tuple[int, int], Tile] = {}  # as they were last taken; not the blank ones

    def paste(self, rect: Rect, data: bytes | memoryview) -> None:
        """Put BGRX pixels at ``rect`` (which must lie on the desktop)."""
        self._put(rect, np.frombuffer(data, np.uint32).reshape(rect.h, rect.w))

    def blank(self, region: Iterable[Rect]) -> None:
        """Forget the pixels of a region."""
        for rect in region:
            part = intersect(rect, Rect(0, 0, self.width, self.height))
            if part is not None:
                self._put(part, np.zeros((part.h, part.w), np.uint32))

    def _put(self, rect: Rect, new: NDArray[np.uint32]) -> None:
        """Take new pixels over, one row of tiles after the other: as much as the cache holds."""
        starts, row = _tile_starts(rect.y, rect.h)
        cols, col = _tile_starts(rect.x, rect.w)
        for start, end in zip(starts, [*starts[1:], rect.h], strict=True):
            old = self._pixels[rect.y + start : rect.y + end, rect.x : rect.x + rect.w]
            changed = self._tell(old, new[start:end], cols)
            if changed is not None:
                old[:] = new[start:end]
                self._changed[row, col : col + len(cols)] |= changed
            row += 1

    def _tell(
        self, old: NDArray[np.uint32], new: NDArray[np.uint32], cols: list[int]
    ) -> NDArray[np.bool_] | None:
        """Return which tiles of a row of tiles differ, None for none; ``cols``: where they begin.

        On a page that scrolls a few rows of pixels tell that of all; reading both pictures is most
        of what comparing them costs.
        """
        if len(old) == TILE:
            some = self._differs(old[::_SAMPLE], new[::_SAMPLE])
            if np.logical_or.reduceat(some, cols).all():
                return np.ones(len(cols), bool)
        columns = self._differs(old, new)
        return np.logical_or.reduceat(columns, cols) if columns.any() else None

    def _differs(self, old: NDArray[np.uint32], new: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Return in which columns of pixels anything differs."""
        different = self._different[: old.size].reshape(old.shape)
        np.not_equal(new, old, out=different)
        columns: NDArray[np.bool_] = np.logical_or.reduce(different, axis=0)
        return columns

    def take(self) -> tuple[Tile, ...]:
        """Return the tiles that changed since the last call."""
        taken: list[Tile] = []
        for row in np.flatnonzero(self._changed.any(axis=1)).tolist():
            taken += self._row(row, np.flatnonzero(self._changed[row]).tolist())
        self._changed[:] = False
        return tuple(taken)

    def whole(self) -> tuple[Tile, ...]:
        """Return every tile that is not wholly blank; counts as taken.

        What did not change is handed out as it was, so that it is in memory once.
        """
        self.take()
        return tuple(self._shown[place] for place in sorted(self._shown))

    def _row(self, row: int, cols: Sequence[int]) -> list[Tile]:
        """Pack the tiles of one row of tiles; return and remember those that are new."""
        band = self._pixels[row * TILE : (row + 1) * TILE]
        whole = [col for col in cols if (col + 1) * TILE <= self.width]
        packed = self._packing.tiles(band, whole) if whole else []
        if len(whole) < len(cols):  # the last one, which the desktop's edge cuts
            edge = np.ascontiguousarray(band[:, cols[-1] * TILE :])
            packed.append(edge.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
        tiles: list[Tile] = []
        for col, pixels in zip(cols, packed, strict=True):
            shown = self._shown.get((row, col))
            if pixels == (_BLANK[: len(pixels)] if shown is None else shown.pixels):
                continue  # only the fourth byte changed, or it changed back
            tiles.append(Tile(row, col, pixels))
            if _BLANK.startswith(pixels):
                del self._shown[row, col]
            else:
                self._shown[row, col] = tiles[-1]
        return tiles


def _tile_starts(start: int, length: int) -> tuple[list[int], int]:
    """Return where tiles begin inside a run of pixels (relative), and the first tile's number."""
    first = start // TILE
    edges = range((first + 1) * TILE, start + length, TILE)
    return [0, *(edge - start for edge in edges)], first
