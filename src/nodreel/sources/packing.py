"""Pixels of four bytes to three, tile by tile, in memory that is used again each time.

New memory for each row of tiles cost as much as packing it: the system has to clear every page.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from nodreel.events import TILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_FOUR = 4  # pixels are packed by fours: 16 bytes to 12
_RGB = np.uint32(0x00FFFFFF)
_MOST = 8  # tiles at once: as much as a core's own cache holds


class Packing:
    """Room for a few tiles."""

    def __init__(self) -> None:
        pixels = _MOST * TILE * TILE
        self._tiles = np.empty(pixels, np.uint32)
        self._part = np.empty(pixels // _FOUR, np.uint32)
        self._packed = np.empty((pixels // _FOUR, 3), np.uint32)

    def tiles(self, band: NDArray[np.uint32], cols: Sequence[int]) -> list[bytes]:
        """Return the BGR bytes of these whole tiles of a row of tiles of BGRX."""
        return [tile for first, count in _runs(cols) for tile in self._side(band, first, count)]

    def _side(self, band: NDArray[np.uint32], first: int, count: int) -> list[bytes]:
        """Pack tiles that lie side by side."""
        size = len(band) * TILE
        grid = self._tiles[: size * count].reshape(count, -1, TILE)
        side = band[:, first * TILE : (first + count) * TILE].reshape(len(band), count, TILE)
        np.bitwise_and(side.transpose(1, 0, 2), _RGB, out=grid)
        raw = self._pack(grid.reshape(-1, _FOUR)).data.cast("B")
        return [bytes(raw[i : i + 3 * size]) for i in range(0, len(raw), 3 * size)]

    def _pack(self, four: NDArray[np.uint32]) -> NDArray[np.uint32]:
        first, second, third, fourth = (four[:, i] for i in range(_FOUR))
        part, out = self._part[: len(four)], self._packed[: len(four)]
        np.left_shift(second, 24, out=part)
        np.bitwise_or(first, part, out=out[:, 0])
        np.left_shift(third, 16, out=part)
        np.right_shift(second, 8, out=out[:, 1])
        np.bitwise_or(out[:, 1], part, out=out[:, 1])
        np.left_shift(fourth, 8, out=part)
        np.right_shift(third, 16, out=out[:, 2])
        np.bitwise_or(out[:, 2], part, out=out[:, 2])
        return out


def _runs(cols: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, how many) of columns that lie side by side, not too many at once."""
    for _, run in groupby(enumerate(cols), lambda item: item[1] - item[0]):
        side = [col for _, col in run]
        for at in range(0, len(side), _MOST):
            yield side[at], len(side[at : at + _MOST])
