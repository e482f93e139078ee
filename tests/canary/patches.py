"""Looks for planted colours on every pixel of recorded pictures. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from tests.canary.corpus import Patch


class Picture(Protocol):
    """What is needed of a recorded picture: BGR tiles by place."""

    @property
    def tiles(self) -> Mapping[int, bytes]: ...


@dataclass
class Palette:
    """Counts the pixels of each colour (0xRRGGBB); a tile seen before is not counted again."""

    patches: Iterable[Patch]
    pictures: int = 0
    pixels: int = 0
    found: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._wanted = np.zeros(1 << 24, bool)
        self._wanted[[patch.rgb for patch in self.patches]] = True
        self._looked: set[bytes] = set()

    def look(self, pictures: Iterable[Picture]) -> None:
        """Look at every pixel of these pictures."""
        for picture in pictures:
            self.pictures += 1
            for tile in picture.tiles.values():
                if tile not in self._looked:
                    self._looked.add(tile)
                    self._count(tile)

    def _count(self, tile: bytes) -> None:
        colours = packed(np.frombuffer(tile, np.uint8).reshape(-1, 3))
        self.pixels += colours.size
        hits = colours[self._wanted[colours]]
        if hits.size:
            values, counts = np.unique(hits, return_counts=True)
            self.found.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))


def packed(dots: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return BGR pixels as 0xRRGGBB."""
    wide = dots.astype(np.uint32)
    joined: NDArray[np.uint32] = wide[:, 0] | wide[:, 1] << 8 | wide[:, 2] << 16
    return joined
