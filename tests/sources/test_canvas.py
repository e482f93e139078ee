"""The canvas: its tiles say what was pasted or blanked, and only changed tiles are given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import TILE, Rect, Tile
from nodreel.sources.canvas import Canvas

W, H = 150, 130


@st.composite
def rects(draw: st.DrawFn) -> Rect:
    x, y = draw(st.integers(0, W - 1)), draw(st.integers(0, H - 1))
    return Rect(x, y, draw(st.integers(1, W - x)), draw(st.integers(1, H - y)))


def apply(screen: np.ndarray, tiles: tuple[Tile, ...]) -> None:
    for tile in tiles:
        y, x = tile.row * TILE, tile.col * TILE
        h, w = min(TILE, H - y), min(TILE, W - x)
        screen[y : y + h, x : x + w] = np.frombuffer(tile.pixels, np.uint8).reshape(h, w, 3)


@given(st.lists(st.tuples(rects(), st.integers(0, 255)), max_size=8))
def test_tiles_rebuild_the_picture(strokes: list[tuple[Rect, int]]) -> None:
    canvas, wanted, rebuilt = (
        Canvas(W, H),
        np.zeros((H, W, 3), np.uint8),
        np.zeros((H, W, 3), np.uint8),
    )
    for rect, colour in strokes:
        if colour:
            canvas.paste(rect, bytes([colour, 1, 2, 255]) * (rect.w * rect.h))
        else:
            canvas.blank([rect])
        here = wanted[rect.y : rect.y + rect.h, rect.x : rect.x + rect.w]
        here[:] = (colour, 1, 2) if colour else (0, 0, 0)
        apply(rebuilt, canvas.take())
        assert (rebuilt == wanted).all()
    again = np.zeros((H, W, 3), np.uint8)
    apply(again, canvas.whole())
    assert (again == wanted).all()


def test_the_same_pixels_again_change_nothing() -> None:
    canvas = Canvas(W, H)
    rect = Rect(60, 60, 10, 10)
    canvas.paste(rect, b"\x01\x02\x03\xff" * 100)
    assert len(canvas.take()) == 4
    canvas.paste(rect, b"\x01\x02\x03\x00" * 100)
    assert canvas.take() == (), "the unused fourth byte is no change"


def test_blanking_what_lies_off_the_desktop_is_harmless() -> None:
    canvas = Canvas(W, H)
    canvas.blank([Rect(-50, -50, 40, 40), Rect(-10, -10, 1000, 1000)])
    assert canvas.take() == ()


def test_a_whole_picture_leaves_out_the_blank_and_repeats_nothing() -> None:
    canvas = Canvas(W, H)
    canvas.paste(Rect(0, 0, W, H), b"\x01\x02\x03\xff" * (W * H))
    canvas.blank([Rect(0, 0, TILE, TILE)])
    first = canvas.whole()
    assert [(t.row, t.col) for t in first] == [(r, c) for r in range(3) for c in range(3)][1:]
    canvas.paste(Rect(TILE, 0, 1, 1), b"\x09\x09\x09\xff")
    again = canvas.whole()
    assert [old is new for old, new in zip(first, again, strict=True)] == [False] + [True] * 7


@pytest.mark.parametrize("size", [(64, 64), (66, 1), (65, 3), (1, 1), (191, 67)])
def test_pixels_are_packed_alike_at_every_edge(size: tuple[int, int]) -> None:
    w, h = size
    canvas, rng = Canvas(w, h), np.random.default_rng(w * h)
    bgrx = rng.integers(0, 256, (h, w, 4), dtype=np.uint8)
    canvas.paste(Rect(0, 0, w, h), bgrx.tobytes())
    for tile in canvas.take():
        part = bgrx[
            tile.row * TILE : (tile.row + 1) * TILE, tile.col * TILE : (tile.col + 1) * TILE
        ]
        assert tile.pixels == part[..., :3].tobytes()
