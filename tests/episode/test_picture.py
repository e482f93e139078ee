from __future__ import annotations

from dataclasses import replace

import pytest

from nodreel.episode.canvas import Canvas
from nodreel.episode.picture import KeyTiles, read_frames, read_key
from nodreel.episode.tiles import Changes, Grid, Head, parameters, write_shown
from nodreel.errors import EpisodeError
from nodreel.events import Nanos
from tests.episode.studio import HEIGHT, WIDTH, Screen, at

GRID = Grid(WIDTH, HEIGHT)


def coded() -> tuple[bytes, bytes]:
    """A key and a frame that are right."""
    canvas, screen = Canvas(), Screen()
    first = canvas.add(screen.frame(0, full=True), at(0))
    assert first is not None
    assert first.key is not None
    return first.key, first.message + canvas.finish()


def message(body: bytes, claimed: int | None = None, count: int = 0, grid: Grid = GRID) -> bytes:
    import zstandard

    head = Head(True, grid, count, Nanos(0), Nanos(0), len(body) if claimed is None else claimed)
    return head.write() + zstandard.ZstdCompressor(compression_params=parameters()).compress(body)


def changes(*places: int, ref: int = 1, size: int = 64 * 64 * 3) -> bytes:
    return Changes(places, [ref] * len(places), [bytes(size)]).write()


def test_pixels_are_where_they_belong() -> None:
    key, frame = coded()
    (picture,) = read_frames([frame], read_key(key))
    assert len(picture.pixels) == WIDTH * HEIGHT * 3
    tile = picture.tiles[19]  # the cropped one at the bottom right
    assert picture.pixels[-44 * 3 :] == tile[-44 * 3 :]
    assert "tiles" not in repr(picture)


@pytest.mark.parametrize("cut", [0, 5, 29, 40, -1])
def test_a_key_cut_short_is_refused(cut: int) -> None:
    key, _ = coded()
    with pytest.raises(EpisodeError):
        read_key(key[:cut])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        changes(0),
        changes(0, 1),
        changes(0, 19),
        changes(20),
        changes(0, ref=2),
        changes(0)[:9],
    ],
)
def test_a_key_that_does_not_add_up_is_refused(body: bytes) -> None:
    count = 2 if body == changes(0) else 1
    if body == changes(0, 1):
        assert len(read_key(message(body, count=1)).shown) == 2
        return
    with pytest.raises(EpisodeError):
        read_key(message(body, count=count))


def test_frames_that_do_not_add_up_are_refused() -> None:
    key, frame = coded()
    tiles = read_key(key)
    shown = write_shown("a", [])
    other = replace(tiles, grid=Grid(128, 64))
    with pytest.raises(EpisodeError, match="another size"):
        list(read_frames([frame], other))
    for body in (b"", shown, shown[:2], b"\xff" + shown, shown + changes(0, ref=99)):
        with pytest.raises(EpisodeError):
            list(read_frames([message(body)], KeyTiles(GRID, (), {}, b"", b"")))
    for wrong in (frame[:40], frame[:-30]):
        with pytest.raises(EpisodeError):
            list(read_frames([wrong], tiles))


def test_frames_that_claim_too_much_are_refused_before_anything_is_read() -> None:
    key, _ = coded()
    claims = [message(b"", claimed=40 << 20)] * 2
    with pytest.raises(EpisodeError, match="claim more than"):
        list(read_frames(claims, read_key(key)))


def test_what_came_before_the_damage_is_shown() -> None:
    canvas, screen = Canvas(), Screen()
    first = canvas.add(screen.frame(0, full=True), at(0))
    second = canvas.add(screen.frame(10, (0, 0)), at(0))
    assert first is not None
    assert second is not None
    pictures = read_frames([first.message, second.message[:-20]], read_key(first.key or b""))
    assert next(pictures).t == 0
    with pytest.raises(EpisodeError):
        next(pictures)
