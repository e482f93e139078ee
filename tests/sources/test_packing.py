"""Tiles are packed side by side, and each is what its own pixels say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import TILE
from nodreel.sources.packing import Packing

COLS = 30


@given(
    st.sets(st.integers(0, COLS - 1), min_size=1),
    st.integers(1, TILE),
    st.integers(0, 3),
    st.integers(0, 2**32),
)
def test_each_tile_is_its_own_pixels(cols: set[int], height: int, edge: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    band = draw.integers(0, 1 << 32, (height, COLS * TILE + edge), dtype=np.uint32)
    whole = np.ascontiguousarray(band[:, : COLS * TILE])
    bgr = whole.view(np.uint8).reshape(height, COLS, TILE, 4)[..., :3]
    chosen = sorted(cols)
    packing = Packing()
    first = packing.tiles(band, chosen)
    packing.tiles(band ^ np.uint32(0xFFFFFF), chosen)
    assert first == [bgr[:, col].tobytes() for col in chosen], "nothing of it is used again"
