"""The desktop's picture as far as it may be kept: pixels of designated windows, else blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nodreel.events import TILE, Rect, Tile
from nodreel.rects import intersect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

RGB = np.uint32(0x00FFFFFF)
_BLANK = bytes(TILE * TILE * 3)
_FOUR = 4  # pixels are packed by fours: 16 bytes to 12


class Canvas:
    """BGRX pixels of the whole desktop and the grid of tiles that changed since ``take``."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._pixels = np.zeros((height, width), np.uint32)
        self._changed = np.zeros((-(-height // TILE), -(-width // TILE)), bool)
        self._band = np.empty(width * TILE, np.uint32)  # of one row of tiles, used again each time
        self._different = np.empty(width * TILE, bool)
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
            band = self._band[: old.size].reshape(old.shape)
            np.bitwise_and(new[start:end], RGB, out=band)
            different = self._different[: old.size].reshape(old.shape)
            np.not_equal(band, old, out=different)
            if different.any():
                old[:] = band
                per_tile = np.logical_or.reduceat(different.any(axis=0), cols)
                self._changed[row, col : col + len(cols)] |= per_tile
            row += 1

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
        """Pack the tiles of one row of tiles and remember them."""
        band = self._pixels[row * TILE : (row + 1) * TILE]
        whole = [col for col in cols if (col + 1) * TILE <= self.width]
        packed: list[bytes] = []
        if whole:
            grid = band[:, : self.width // TILE * TILE].reshape(band.shape[0], -1, TILE)
            raw = _packed(grid.transpose(1, 0, 2)[whole])
            size = len(raw) // len(whole)
            packed = [raw[at : at + size] for at in range(0, len(raw), size)]
        if len(whole) < len(cols):  # the last one, which the desktop's edge cuts
            packed.append(_packed(np.ascontiguousarray(band[:, cols[-1] * TILE :])))
        tiles = [Tile(row, col, pixels) for col, pixels in zip(cols, packed, strict=True)]
        for tile in tiles:
            if _BLANK.startswith(tile.pixels):
                self._shown.pop((row, tile.col), None)
            else:
                self._shown[row, tile.col] = tile
        return tiles


def _packed(pixels: NDArray[np.uint32]) -> bytes:
    """Return BGR bytes of contiguous pixels whose fourth byte is 0."""
    if pixels.size % _FOUR:
        return pixels.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    four = pixels.reshape(-1, _FOUR)
    second, third = four[:, 1], four[:, 2]
    out = np.empty((len(four), 3), np.uint32)
    out[:, 0] = four[:, 0] | (second << 24)
    out[:, 1] = (second >> 8) | (third << 16)
    out[:, 2] = (third >> 16) | (four[:, 3] << 8)
    return out.tobytes()


def _tile_starts(start: int, length: int) -> tuple[list[int], int]:
    """Return where tiles begin inside a run of pixels (relative), and the first tile's number."""
    first = start // TILE
    edges = range((first + 1) * TILE, start + length, TILE)
    return [0, *(edge - start for edge in edges)], first
