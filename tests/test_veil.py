"""Blanking a frame equals looking at each pixel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import TILE, Frame, Nanos, Rect, Tile
from nodreel.veil import blank

WIDTH, HEIGHT = TILE + 9, TILE + 5
PLACES = [(0, 0), (0, 1), (1, 0), (1, 1)]
RECTS = st.builds(
    Rect,
    st.integers(-4, WIDTH + 4),
    st.integers(-4, HEIGHT + 4),
    st.integers(-1, WIDTH),
    st.integers(-1, HEIGHT),
)


def size(row: int, col: int) -> tuple[int, int]:
    return min(TILE, WIDTH - col * TILE), min(TILE, HEIGHT - row * TILE)


def made(places: list[tuple[int, int]], kept: list[Rect], *, full: bool) -> Frame:
    """A frame in which no pixel is alike and none is blank."""
    tiles = []
    for row, col in places:
        w, h = size(row, col)
        tiles.append(Tile(row, col, bytes(1 + (row + col + n) % 255 for n in range(w * h * 3))))
    return Frame(
        Nanos(1), Nanos(2), 0, WIDTH, HEIGHT, tuple(kept), tuple(tiles), full, "shell", Nanos(0)
    )


def inside(rects: list[Rect] | tuple[Rect, ...], x: int, y: int) -> bool:
    return any(r.x <= x < r.x + r.w and r.y <= y < r.y + r.h for r in rects)


def reference(tile: Tile, rects: list[Rect]) -> bytes:
    w, h = size(tile.row, tile.col)
    out = bytearray(tile.pixels)
    for y in range(h):
        for x in range(w):
            if inside(rects, tile.col * TILE + x, tile.row * TILE + y):
                out[(y * w + x) * 3 : (y * w + x) * 3 + 3] = bytes(3)
    return bytes(out)


@given(
    st.lists(st.sampled_from(PLACES), unique=True),
    st.lists(RECTS, max_size=3),
    st.lists(RECTS, max_size=2),
    st.booleans(),
)
def test_what_lies_inside_is_blank_and_nothing_else_changes(
    places: list[tuple[int, int]], rects: list[Rect], kept: list[Rect], full: bool
) -> None:
    frame = made(places, kept, full=full)
    veiled = blank(frame, rects)
    wanted = {(tile.row, tile.col): reference(tile, rects) for tile in frame.tiles}
    if full:
        wanted = {place: pixels for place, pixels in wanted.items() if any(pixels)}
    assert {(tile.row, tile.col): tile.pixels for tile in veiled.tiles} == wanted
    for x in range(-4, WIDTH + 4, 3):
        for y in range(-4, HEIGHT + 4, 3):
            assert inside(veiled.kept, x, y) == (inside(kept, x, y) and not inside(rects, x, y))
    told = (veiled.t, veiled.done, veiled.full, veiled.app, veiled.after)
    assert told == (frame.t, frame.done, frame.full, frame.app, frame.after)


def test_without_anything_to_blank_the_frame_is_the_same() -> None:
    frame = made(PLACES, [Rect(0, 0, 9, 9)], full=True)
    assert blank(frame, [Rect(3, 3, 0, 5), Rect(3, 3, 5, -1)]) is frame
    assert blank(frame, []) is frame


def test_a_change_to_blank_is_told_and_a_whole_frame_leaves_blank_tiles_out() -> None:
    corner = [Rect(TILE, TILE, 9, 5)]
    change = blank(made([(1, 1)], [], full=False), corner)
    assert [not any(tile.pixels) for tile in change.tiles] == [True]
    assert blank(made([(1, 1)], [], full=True), corner).tiles == ()


def test_a_tile_of_a_wrong_size_is_refused() -> None:
    frame = Frame(
        Nanos(1), Nanos(2), 0, WIDTH, HEIGHT, (), (Tile(0, 0, bytes(30)),), full=True, app="shell"
    )
    with pytest.raises(ValueError, match="reshape"):
        blank(frame, [Rect(0, 0, 1, 1)])
