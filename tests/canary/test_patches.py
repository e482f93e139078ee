"""A planted colour is found even if it is one pixel."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.canary.corpus import Corpus
from tests.canary.patches import Palette, packed

if TYPE_CHECKING:
    from collections.abc import Mapping

ONE, OTHER = Corpus(1).colours("a", 2)


@dataclass
class Shown:
    tiles: Mapping[int, bytes]


def tile(*dots: int) -> bytes:
    """A grey tile with pixels of these colours (0xRRGGBB) at its end."""
    return b"\x80" * (3 * 60) + b"".join(rgb.to_bytes(3)[::-1] for rgb in dots)


def test_pixels_are_bgr() -> None:
    assert packed(np.array([[3, 2, 1]], np.uint8)).tolist() == [0x010203]


def test_every_pixel_counts_once() -> None:
    palette = Palette([ONE, OTHER])
    pictures = [Shown({0: tile(ONE.rgb), 5: tile()}), Shown({0: tile(ONE.rgb), 5: tile(1, 2)})]
    palette.look(pictures)
    assert palette.found == Counter({ONE.rgb: 1})
    assert palette.pictures == 2
    assert palette.pixels == 61 + 60 + 62


def test_a_colour_that_is_nearly_the_same_is_another() -> None:
    palette = Palette([ONE])
    palette.look([Shown({0: tile(ONE.rgb ^ 1, OTHER.rgb)})])
    assert not palette.found
