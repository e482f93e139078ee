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

_TWO = 2  # pixels are packed by twos: 8 bytes to 6
_FIRST = np.uint64(0x000000FFFFFF)
_SECOND = np.uint64(0xFFFFFF000000)
_UNUSED = np.uint64(8)  # bits of each pixel
_MOST = 8  # tiles at once: as much as a core's own cache holds


class Packing:
    """Room for a few tiles."""

    def __init__(self) -> None:
        words = _MOST * TILE * TILE // _TWO
        self._first = np.empty(words, np.uint64)
        self._second = np.empty(words, np.uint64)
        self._packed = memoryview(bytearray(6 * words + 2))
        # Eight bytes every six: of each, the next puts its own over the two that are empty.
        self._sixes: NDArray[np.uint64] = np.ndarray((words,), "<u8", self._packed, 0, (6,))

    def tiles(self, band: NDArray[np.uint32], cols: Sequence[int]) -> list[bytes]:
        """Return the BGR bytes of these whole tiles of a row of tiles of BGRX."""
        return [tile for first, count in _runs(cols) for tile in self._side(band, first, count)]

    def _side(self, band: NDArray[np.uint32], first: int, count: int) -> list[bytes]:
        """Pack tiles that lie side by side."""
        rows = len(band)
        size, words = 3 * rows * TILE, rows * TILE * count // _TWO
        pairs = band[:, first * TILE : (first + count) * TILE].view(np.uint64)
        grid = pairs.reshape(rows, count, TILE // _TWO).transpose(1, 0, 2)
        one, two = self._first[:words], self._second[:words]
        np.right_shift(grid, _UNUSED, out=two.reshape(grid.shape))
        np.bitwise_and(grid, _FIRST, out=one.reshape(grid.shape))
        np.bitwise_and(two, _SECOND, out=two)
        np.bitwise_or(one, two, out=one)
        self._sixes[:words] = one
        return [bytes(self._packed[i : i + size]) for i in range(0, size * count, size)]


def _runs(cols: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, how many) of columns that lie side by side, not too many at once."""
    for _, run in groupby(enumerate(cols), lambda item: item[1] - item[0]):
        side = [col for _, col in run]
        for at in range(0, len(side), _MOST):
            yield side[at], len(side[at : at + _MOST])
