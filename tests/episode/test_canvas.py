from __future__ import annotations

from dataclasses import replace

import pytest
import zstandard

from nodreel.episode.canvas import KEY_PERIOD, Canvas, Coded
from nodreel.episode.picture import read_frames, read_key
from nodreel.events import SECOND, Frame, Nanos, Rect, Tile
from tests.episode.studio import Screen, at

START = at(0)


class Reel:
    """What a reader has: keys and segments, as the canvas made them."""

    def __init__(self) -> None:
        self.canvas = Canvas()
        self.key = b""
        self.keys = 0
        self.messages: list[bytes] = []

    def add(self, frame: Frame) -> Coded | None:
        coded = self.canvas.add(frame, START)
        if coded is not None:
            if coded.key is not None:
                self.key, self.keys = coded.key, self.keys + 1
            self.messages.append(coded.message)
        return coded

    def finish(self) -> list[bytes]:
        """End the segment; returns what its frames look like."""
        self.messages[-1] += self.canvas.finish()
        pictures = [p.pixels for p in read_frames(self.messages, read_key(self.key))]
        self.messages = []
        return pictures


def test_frames_add_up_within_and_across_segments() -> None:
    reel, screen = Reel(), Screen()
    for segment in range(3):
        wanted = []
        for number in range(4):
            reel.add(screen.frame(1000 * segment + number, (number, segment), full=not number))
            wanted.append(screen.pixels())
        assert reel.finish() == wanted
    assert reel.keys == 1


def test_a_tile_that_turns_blank_is_blank() -> None:
    reel, screen = Reel(), Screen()
    reel.add(screen.frame(0, full=True))
    blank = screen.paint(1, 1, blank=True)
    reel.add(replace(screen.frame(10), tiles=(blank,)))
    reel.add(screen.frame(20, (1, 1)))
    assert len(reel.finish()) == 3
    reel.add(replace(screen.frame(30), tiles=(screen.paint(1, 1, blank=True),)))
    assert reel.finish() == [screen.pixels()]


def test_a_full_frame_forgets_what_it_does_not_show() -> None:
    reel, screen = Reel(), Screen()
    reel.add(screen.frame(0, full=True))
    reel.add(screen.frame(10, (0, 0), full=True))
    assert reel.finish()[1] == screen.pixels()


def test_the_same_content_is_stored_once() -> None:
    reel, screen = Reel(), Screen()
    tile = screen.paint(0, 0)
    first = replace(screen.frame(0, full=True), tiles=(tile,))
    reel.add(first)
    reel.finish()
    everywhere = tuple(Tile(0, column, tile.pixels) for column in range(4))
    coded = reel.add(
        replace(first, t=at(10), done=at(11), full=False, after=at(0), tiles=everywhere)
    )
    assert coded is not None
    assert len(coded.message) < 100


def test_after_a_lost_frame_only_a_full_one_is_taken() -> None:
    reel, screen = Reel(), Screen()
    assert reel.canvas.wants_full
    assert reel.add(screen.frame(0, (0, 0))) is None  # the first must be full
    reel.add(screen.frame(10, full=True))
    assert not reel.canvas.wants_full
    screen.frame(20, (0, 0))  # never arrives
    assert reel.add(screen.frame(30, (1, 1))) is None
    assert reel.canvas.wants_full
    assert reel.add(screen.frame(40, (2, 2))) is None
    coded = reel.add(screen.frame(50, full=True))
    assert coded is not None
    assert coded.key is not None  # the key before may belong to what was purged
    reel.messages = reel.messages[-1:]
    assert reel.finish() == [screen.pixels()]


def test_another_size_of_desktop_needs_another_segment_and_key() -> None:
    reel, screen = Reel(), Screen()
    reel.add(screen.frame(0, full=True))
    other = Screen(width=128, height=64)
    frame = other.frame(10, full=True)
    assert not reel.canvas.fits(frame)
    reel.finish()
    reel.add(frame)
    assert reel.keys == 2
    assert reel.finish() == [other.pixels()]


def test_a_key_lasts_a_minute() -> None:
    reel, screen = Reel(), Screen()
    reel.add(screen.frame(0, full=True))
    reel.finish()
    for seconds, keys in ((59, 1), (60, 2), (119, 2), (121, 3)):
        reel.add(screen.frame(seconds * 1000, (0, 0)))
        assert reel.finish() == [screen.pixels()]
        assert reel.keys == keys, seconds
    assert KEY_PERIOD == 60 * SECOND


def test_a_key_that_no_longer_helps_is_replaced() -> None:
    reel, screen = Reel(), Screen(width=1280, height=800)
    screen.random.randbytes = lambda n: bytes(screen.random.choices(range(256), k=n))  # type: ignore[method-assign]
    screen.paint = lambda r, c, **_: _noise(screen, r, c)  # type: ignore[method-assign]
    reel.add(screen.frame(0, full=True))
    reel.finish()
    reel.add(screen.frame(1000, full=True))  # everything changed, and every segment says so again
    reel.finish()
    for second in range(2, 6):
        reel.add(screen.frame(1000 * second, (0, 0)))
        assert reel.finish() == [screen.pixels()]
    assert reel.keys == 2


def _noise(screen: Screen, row: int, column: int) -> Tile:
    pixels = screen.random.getrandbits(8 * screen.size(row, column)).to_bytes(
        screen.size(row, column), "little"
    )
    screen.tiles[row, column] = pixels
    return Tile(row, column, pixels)


@pytest.mark.parametrize(
    "change",
    [
        {"width": 0}, {"height": 40_000}, {"width": 30_000, "height": 30_000},
        {"tiles": (Tile(9, 9, b"x"),)}, {"tiles": (Tile(0, 0, b"short"),)},
        {"kept": (Rect(2**40, 0, 1, 1),)}, {"kept": (Rect(0, 0, 1, 1),) * 5000},
        {"epoch": -1}, {"app": "x" * 300},
    ],
)  # fmt: skip
def test_a_frame_beyond_the_bounds_is_refused_and_forgets(change: dict[str, object]) -> None:
    reel, screen = Reel(), Screen()
    frame = replace(screen.frame(0, full=True), **change)  # type: ignore[arg-type]
    assert reel.add(frame) is None
    assert reel.canvas.wants_full


def test_more_than_can_be_stored_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodreel.episode.canvas.MAX_BODY", 1000)
    reel, screen = Reel(), Screen()
    assert reel.add(screen.frame(0, full=True)) is None
    assert reel.canvas.wants_full
    monkeypatch.setattr("nodreel.episode.canvas.MAX_BODY", 50_000)
    blank = Screen()
    reel.add(replace(blank.frame(0, (0, 0), full=True), tiles=()))
    assert reel.add(replace(screen.frame(10, full=True), full=True)) is None


def test_what_scrolled_is_found_in_the_key() -> None:
    import numpy as np

    noise = np.random.default_rng(1).integers(0, 255, (384, 320, 3), dtype=np.uint8)

    def frame(ms: int, scrolled: int, **more: object) -> Frame:
        view = noise[scrolled : scrolled + 320]
        tiles = tuple(
            Tile(r, c, view[r * 64 : r * 64 + 64, c * 64 : c * 64 + 64].tobytes())
            for r in range(5)
            for c in range(5)
        )
        return Frame(at(ms), at(ms), 0, 320, 320, (), tiles, **more)  # type: ignore[arg-type]

    reel = Reel()
    reel.add(frame(0, 0, full=True))
    reel.finish()
    coded = reel.add(frame(1000, 10, after=at(0)))
    assert coded is not None
    assert coded.key is None
    assert len(coded.message) < 320 * 320 * 3 / 5
    assert reel.finish() == [noise[10:330].tobytes()]


@pytest.mark.parametrize("bound", ["MAX_FRAMES", "ENOUGH_RAW", "MAX_CHANGES"])
def test_a_segment_ends_before_a_reader_would_refuse_it(
    bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reel, screen = Reel(), Screen()
    reel.add(screen.frame(0, full=True))
    assert not reel.canvas.full
    monkeypatch.setattr(f"nodreel.episode.canvas.{bound}", 2)
    reel.add(screen.frame(10, (0, 0)))
    assert reel.canvas.full
    reel.finish()
    assert not reel.canvas.full


def test_a_frame_asked_for_before_the_start_is_put_at_the_start() -> None:
    reel, screen = Reel(), Screen()
    frame = screen.frame(0, full=True)
    coded = reel.canvas.add(replace(frame, t=Nanos(START - 5)), START)
    assert coded is not None
    (picture,) = read_frames([coded.message + reel.canvas.finish()], read_key(coded.key or b""))
    assert (picture.t, picture.done) == (0, 2_000_000)


class Starved:
    """A compressor of zstd's when no memory is left."""

    def _fail(self, *_: object) -> bytes:
        raise zstandard.ZstdError("zstd compress error: Allocation error : not enough memory")

    compress = flush = _fail


def test_what_zstd_has_no_memory_for_is_an_error_of_memory() -> None:
    reel, screen = Reel(), Screen()
    reel.add(screen.frame(0, full=True))
    segment = reel.canvas._segment
    assert segment is not None
    segment.deflate = Starved()  # type: ignore[assignment]
    with pytest.raises(MemoryError, match="not enough memory"):
        reel.add(screen.frame(10, (0, 0)))
    with pytest.raises(MemoryError, match="not enough memory"):
        reel.canvas.finish()
    reel.canvas.forget()
    assert reel.add(screen.frame(20, full=True)) is not None
