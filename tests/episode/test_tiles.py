from __future__ import annotations

import random
import struct

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from nodreel.episode.tiles import (
    MAX_BODY,
    WINDOW,
    Changes,
    Grid,
    Head,
    dictionary,
    inflater,
    parameters,
    read_shown,
    take,
    write_shown,
)
from nodreel.errors import EpisodeError
from nodreel.events import Nanos, Rect, Tile

GRID = Grid(300, 200)
edge = st.integers(-(2**31), 2**31 - 1)


def test_edge_tiles_are_cropped_to_the_desktop() -> None:
    assert (GRID.columns, GRID.size) == (5, 20)
    assert GRID.rect(0) == Rect(0, 0, 64, 64)
    assert GRID.rect(19) == Rect(256, 192, 44, 8)
    assert GRID.bytes(19) == 44 * 8 * 3
    assert GRID.number(3, 4) == 19
    for row, column in ((4, 0), (0, 5), (-1, 0), (0, -1), (3, 5)):
        with pytest.raises(ValueError, match="no tile at"):
            GRID.number(row, column)


@given(
    t=st.integers(0, 2**53 - 1), full=st.booleans(), epoch=st.integers(0, 2**32 - 1),
    since=st.none() | st.integers(0, 2**53 - 1),
)  # fmt: skip
def test_a_head_is_read_as_it_was_written(
    t: int, full: bool, epoch: int, since: Nanos | None
) -> None:
    head = Head(full, GRID, epoch, Nanos(t), Nanos(t), 5, since=since)
    read, rest = Head.read(head.write() + b"rest")
    assert read == head
    assert bytes(rest) == b"rest"


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, b"\x02"), (1, b"\x08"), (2, b"\x00\x00"), (4, b"\x00\x00"), (2, b"\xff\xff"),
     (10, b"\xff" * 8), (18, b"\xff" * 8), (26, b"\xff" * 4)],
)  # fmt: skip
def test_a_head_out_of_bounds_is_refused(at: int, value: bytes) -> None:
    good = Head(True, GRID, 0, Nanos(1), Nanos(2), 5).write()
    with pytest.raises(EpisodeError):
        Head.read(good[:at] + value + good[at + len(value) :])
    with pytest.raises(EpisodeError, match="cut short"):
        Head.read(good[:-1])


def test_a_moment_out_of_bounds_is_refused() -> None:
    good = Head(True, GRID, 0, Nanos(1), Nanos(2), 5, since=Nanos(1)).write()
    with pytest.raises(EpisodeError, match="cut short"):
        Head.read(good[:-1])
    with pytest.raises(EpisodeError, match="claims"):
        Head.read(good[:-8] + b"\xff" * 8)


def test_a_desktop_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(EpisodeError, match="claims to be"):
        Head.read(Head(True, Grid(32_000, 32_000), 0, Nanos(1), Nanos(2), 5).write())


@given(
    app=st.text(max_size=60), rects=st.lists(st.builds(Rect, edge, edge, edge, edge), max_size=9)
)
def test_what_is_shown_is_read_as_it_was_written(app: str, rects: list[Rect]) -> None:
    found, kept, rest = read_shown(memoryview(write_shown(app, rects) + b"rest"))
    assert found == app.encode("utf-8", "replace").decode()
    assert kept == tuple(rects)
    assert bytes(rest) == b"rest"


def test_changes_are_read_as_they_were_written() -> None:
    tiles = [bytes([n]) * GRID.bytes(n) for n in (3, 19)]
    changes = Changes((3, 19, 5, 6), (8, 9, 8, 0), tiles)
    assert Changes.read(memoryview(changes.write()), GRID, 7) == changes


@pytest.mark.parametrize(
    "body",
    [
        struct.pack("<I", 21), struct.pack("<IHI", 1, 20, 0), struct.pack("<IHI", 1, 0, 9),
        struct.pack("<IHI", 1, 0, 8) + bytes(10), struct.pack("<IHI", 1, 0, 0) + b"more",
        struct.pack("<I", 2**32 - 1),
    ],
)  # fmt: skip
def test_changes_out_of_bounds_are_refused(body: bytes) -> None:
    with pytest.raises(EpisodeError):
        Changes.read(memoryview(body), GRID, 7)


def test_no_more_is_decompressed_than_was_asked_for() -> None:
    bomb = zstandard.compress(bytes(200_000_000))
    assert len(bomb) < 20_000
    assert len(take(inflater(bomb, None), 1000)) == 1000
    with pytest.raises(EpisodeError, match="cut short"):
        take(inflater(zstandard.compress(b"x"), None), MAX_BODY)


def test_a_window_beyond_8_mib_is_refused() -> None:
    big = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    stream = zstandard.ZstdCompressor(compression_params=big).compressobj()
    with pytest.raises(EpisodeError, match="cannot be decompressed"):
        take(inflater(stream.compress(b"x") + stream.flush(), None), 1)


def test_noise_is_no_tile() -> None:
    with pytest.raises(EpisodeError):
        take(inflater(b"noise" * 100, None), 1)


def test_the_dictionary_is_what_a_window_can_reach() -> None:
    tiles = [bytes([n]) * 1_000_000 for n in range(9)]
    words = dictionary(b"".join(tiles))
    assert len(words.as_bytes()) == WINDOW
    stream = zstandard.ZstdCompressor(
        compression_params=parameters(), dict_data=words
    ).compressobj()
    packed = stream.compress(tiles[8]) + stream.flush()
    assert len(packed) < 200
    assert bytes(take(inflater(packed, dictionary(b"".join(tiles))), 1_000_000)) == tiles[8]


@pytest.mark.parametrize("over", [1, 5_001, 100_000, 131_071, 131_073])
def test_what_ends_inside_a_block_after_a_step_is_read_whole(over: int) -> None:
    body = random.Random(1).randbytes(1024).hex().encode() * 520
    body = body[: (1 << 20) + over]
    stream = zstandard.ZstdCompressor(compression_params=parameters()).compressobj()
    blocks = stream.compress(body) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    assert bytes(take(inflater(blocks, None), len(body))) == body


@pytest.mark.parametrize(
    ("row", "col", "size"),
    [(0, 0, 64 * 64 * 3 - 1), (0, 2, 64 * 64 * 3), (2, 0, 64 * 64 * 3), (0, 3, 3), (3, 0, 3),
     (-1, 0, 64 * 64 * 3), (0, -1, 64 * 64 * 3)],
)  # fmt: skip
def test_a_tile_that_does_not_fit_has_no_place(row: int, col: int, size: int) -> None:
    grid = Grid(130, 140)
    fine = Tile(1, 1, bytes(64 * 64 * 3)), Tile(2, 2, bytes(2 * 12 * 3))
    assert list(grid.places(fine)) == [4, 8]
    with pytest.raises(ValueError, match="tile"):
        grid.places((*fine, Tile(row, col, bytes(size))))
