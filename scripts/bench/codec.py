"""Measure the screen codec on an office-like sequence: bytes, CPU, against one endless stream.

Synthetic and the same each time: lines of glyph-like text that is typed, scrolled and switched
between two windows, at five changed frames a second for a minute on 1920 x 1080 pixels. Text made
of noise packs worse than real text. Prints one JSON object; asserts nothing.

    python scripts/bench/codec.py [--seconds 60] [--fps 5] [--photo]
    python scripts/bench/codec.py --recorded EPISODES --identity KEY    # frames of a recording

``--photo`` scrolls noise, the worst there is; what the budget makes of it is told as ``budgeted``.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xxhash
import zstandard

from nodreel import open_episode
from nodreel.episode.canvas import Canvas
from nodreel.episode.picture import read_frames, read_key
from nodreel.episode.seal import Seal
from nodreel.episode.tiles import Grid, parameters
from nodreel.events import MILLISECOND, SECOND, TILE, Frame, Nanos, Rect, Tile
from tests.episode.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH, HEIGHT = 1920, 1080
LINE, GLYPH = 18, 9
SEAL_S = 3
PAPER = 0.7  # of a glyph
SWITCH_EVERY, SCROLL_FROM, BURST = 100, 40, 50  # frames: a burst of 10 scrolls in each 50
RECIPIENT = "age1x6wlcw4gljamgz27eh9l8f7ysjx3evxnmzenprs83hhl76hcg4ss2krpy3"


class Office:
    """A desktop with a text window, a table and a picture, drawn into one array."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        noise = np.random.default_rng(seed)
        self.glyphs = (noise.random((64, LINE, GLYPH, 1)) > PAPER).astype(np.uint8) * np.uint8(255)
        self.screen = np.full((HEIGHT, WIDTH, 3), 245, np.uint8)
        ramp = np.linspace(0, 255, 400, dtype=np.uint8)
        photo = np.stack([np.add.outer(ramp[:300] // 2, ramp // 2)] * 3, axis=-1)
        photo += noise.integers(0, 12, photo.shape, dtype=np.uint8)
        self.pages = [self.page(page, photo if page else None) for page in range(2)]
        self.screen[:] = self.pages[0]
        self.at = [100, 100]

    def page(self, number: int, photo: np.ndarray | None) -> np.ndarray:
        """Return a window full of text."""
        page = np.full((HEIGHT, WIDTH, 3), 255 - 12 * number, np.uint8)
        for y in range(40, HEIGHT - LINE, LINE + 4):
            self.text(page, 60, y, self.random.randrange(40, 180))
        if photo is not None:
            page[200:500, 1400:1800] = photo
        return page

    def text(self, page: np.ndarray, x: int, y: int, count: int) -> None:
        """Write glyphs."""
        for n in range(count):
            glyph = self.glyphs[self.random.randrange(64)]
            place = page[y : y + LINE, x + n * GLYPH : x + (n + 1) * GLYPH]
            place[:] = np.minimum(page[y, 0], 255 - glyph[: place.shape[0], : place.shape[1]])

    def change(self, frame: int) -> None:
        """Type mostly; scroll in bursts; every 20 s switch to the other window."""
        if frame % SWITCH_EVERY == 0:
            self.screen[:] = self.pages[frame // SWITCH_EVERY % 2]
        elif frame % BURST >= SCROLL_FROM:
            self.screen[40:-110] = self.screen[40 + LINE + 4 : -110 + LINE + 4].copy()
            self.text(self.screen, 60, HEIGHT - 110, 120)
        else:
            self.text(self.screen, self.at[0], self.at[1], 2)
            self.at[0] += 2 * GLYPH
            if self.at[0] > WIDTH - 100:
                self.at = [100, (self.at[1] + LINE + 4) % (HEIGHT - 200) + 100]


def frames(count: int, fps: float) -> Iterator[Frame]:
    """Yield what a sampler would: changed tiles only."""
    office, before, last = Office(), None, Nanos(0)
    for number in range(count):
        if number:
            office.change(number)
        tiles = tuple(changed(office.screen, before))
        before = office.screen.copy()
        t = Nanos(int((1 + number / fps) * SECOND))
        kept = (Rect(0, 0, WIDTH, HEIGHT),)
        yield Frame(
            t, Nanos(t + 2 * MILLISECOND), 0, WIDTH, HEIGHT, kept, tiles,
            full=not number, app="editor", after=last,
        )  # fmt: skip
        last = t


def recorded(path: Path, identity: Path) -> Iterator[Frame]:
    """Yield the frames of a recording as they were captured."""
    shown: dict[int, bytes] = {}
    size, last = (0, 0), Nanos(0)
    for picture in open_episode(path, identity=identity).frames():
        full = (picture.width, picture.height) != size
        size, before = (picture.width, picture.height), {} if full else shown
        shown = dict(picture.tiles)
        grid = Grid(*size)
        new = [n for n, tile in shown.items() if before.get(n) != tile]
        gone = before.keys() - shown.keys()
        tiles = [Tile(*divmod(n, grid.columns), shown[n]) for n in new]
        tiles += [Tile(*divmod(n, grid.columns), bytes(grid.bytes(n))) for n in gone]
        t = Nanos(picture.t + SECOND)
        yield Frame(t, Nanos(picture.done + SECOND), picture.epoch, *size, picture.kept,
                    tuple(tiles), full=full, app=picture.app, after=last)  # fmt: skip
        last = t


def photo(count: int, fps: float) -> Iterator[Frame]:
    """Yield a page of noise that scrolls all the time."""
    noise = np.random.default_rng(3).integers(0, 255, (HEIGHT * 4, WIDTH, 3), dtype=np.uint8)
    before, last = None, Nanos(0)
    for number in range(count):
        screen = noise[number * 48 % (HEIGHT * 3) :][:HEIGHT]
        t = Nanos(int((1 + number / fps) * SECOND))
        yield Frame(
            t, Nanos(t + 2 * MILLISECOND), 0, WIDTH, HEIGHT, (Rect(0, 0, WIDTH, HEIGHT),),
            tuple(changed(screen, before)), full=not number, app="web", after=last,
        )  # fmt: skip
        before, last = screen, t


def budgeted(given: list[Frame], seconds: float) -> dict[str, object]:
    """Return what a writer makes of it: bytes on the disk, and frames that were held."""
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder) / "episodes", file_size=16 << 20)
        studio.clock.now = given[0].t
        writer = studio.writer()
        for frame in given:
            studio.clock.now = frame.done
            writer.add(frame)
            writer.tick()
        writer.close()
        size = sum(f.stat().st_size for f in studio.folder.rglob("*") if f.is_file())
    per_hour = round(size / (1 << 20) * 3600 / seconds, 1)
    return {"mb_per_hour": per_hour, "frames": writer.stats.frames, "held": writer.stats.thinned}


def changed(screen: np.ndarray, before: np.ndarray | None) -> Iterator[Tile]:
    """Yield the tiles that differ."""
    for row in range(-(-HEIGHT // TILE)):
        for col in range(-(-WIDTH // TILE)):
            place = np.s_[row * TILE : (row + 1) * TILE, col * TILE : (col + 1) * TILE]
            if before is None or not np.array_equal(screen[place], before[place]):
                yield Tile(row, col, screen[place].tobytes())


def ours(given: list[Frame]) -> dict[str, object]:
    """Segments of 3 s over their keys."""
    canvas, size, keys, segments, opened = Canvas(), 0, 0, 0, given[0].t
    seal, sealed, worst, kept = Seal([RECIPIENT]), 0, 0.0, []
    began = time.process_time()
    for frame in given:
        if frame.t - opened >= SEAL_S * SECOND:
            kept[-1][1][-1] += canvas.finish()
            sealed += len(seal.close(b"".join(kept[-1][1])))
            opened, segments = frame.t, segments + 1
        start = time.process_time()
        coded = canvas.add(frame, given[0].t)
        worst = max(worst, time.process_time() - start)
        assert coded is not None
        if coded.key is not None:
            keys, sealed = keys + 1, sealed + len(seal.close(coded.key))
        if not kept or len(kept) == segments:
            kept.append((coded.key or kept[-1][0], []))
        kept[-1][1].append(coded.message)
    kept[-1][1][-1] += canvas.finish()
    spent = time.process_time() - began
    key_sizes = [len(key) for key in dict.fromkeys(key for key, _ in kept)]
    size = sum(len(m) for _, ms in kept for m in ms) + sum(key_sizes)
    began = time.process_time()
    pictures = [p for key, ms in kept for p in read_frames(ms, read_key(key))]
    reading = time.process_time() - began
    assert len(pictures) == len(given)
    return {
        "kb": round(size / 1024), "keys": keys, "key_kb": [round(k / 1024) for k in key_sizes],
        "segments": segments + 1, "cpu_ms_per_frame": round(1000 * spent / len(given), 2),
        "worst_ms": round(1000 * worst, 1), "sealed_kb": round(sealed / 1024),
        "read_ms_per_frame": round(1000 * reading / len(given), 2),
    }  # fmt: skip


def endless(given: list[Frame]) -> dict[str, object]:
    """One zstd stream with every tile once: smallest, and nothing of it can be deleted."""
    stream = zstandard.ZstdCompressor(compression_params=parameters()).compressobj()
    seen: dict[bytes, int] = {}
    size, began = 0, time.process_time()
    for frame in given:
        body = bytearray()
        for tile in frame.tiles:
            digest = xxhash.xxh3_128_digest(tile.pixels)
            new = digest not in seen
            number = seen.setdefault(digest, len(seen))
            body += (tile.row * 30 + tile.col).to_bytes(2, "little") + number.to_bytes(4, "little")
            body += tile.pixels if new else b""
        size += len(stream.compress(bytes(body)))
        size += len(stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
    spent = time.process_time() - began
    return {"kb": round(size / 1024), "cpu_ms_per_frame": round(1000 * spent / len(given), 2)}


def limit(given: list[Frame], seconds: float) -> dict[str, object]:
    """Return what no recorder of these pictures can do without: copy and pack once what changed.

    Copied as the X server has it (4 bytes a pixel), packed by zstd at level 1 (3 bytes) in one
    endless stream that is flushed after each frame. Without any Python of ours in between.
    """
    shared = np.zeros((HEIGHT, WIDTH), np.uint32)
    grid = Grid(given[0].width, given[0].height)
    stream = zstandard.ZstdCompressor(level=1).compressobj()
    copied = packed = 0
    for frame in given:
        rects = [grid.rect(grid.number(tile.row, tile.col)) for tile in frame.tiles]
        start = time.process_time_ns()
        for r in rects:
            shared[r.y : r.y + r.h, r.x : r.x + r.w].copy()
        copied += time.process_time_ns() - start
        body = b"".join(tile.pixels for tile in frame.tiles)
        start = time.process_time_ns()
        stream.compress(body)
        stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        packed += time.process_time_ns() - start
    each = {"copy": copied, "zstd": packed, "both": copied + packed}
    return {name: round(spent / 1e7 / seconds, 3) for name, spent in each.items()}


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--fps", type=float, default=5.0)
    options.add_argument("--photo", action="store_true")
    options.add_argument("--recorded", type=Path)
    options.add_argument("--identity", type=Path)
    asked = options.parse_args()
    count, seconds = int(asked.seconds * asked.fps), float(asked.seconds)
    if asked.recorded:
        given = list(recorded(asked.recorded, asked.identity))
        seconds = (given[-1].t - given[0].t) / SECOND
    else:
        given = list((photo if asked.photo else frames)(count, asked.fps))
    segmented, stream = ours(given), endless(given)
    print(json.dumps({
        "frames": len(given), "changed_tiles": sum(len(f.tiles) for f in given),
        "segments": segmented, "endless": stream,
        "ratio_bytes": round(int(str(segmented["kb"])) / int(str(stream["kb"])), 3),
        "mb_per_hour": round(int(str(segmented["kb"])) / 1024 * 3600 / seconds, 1),
        "budgeted": budgeted(given, seconds), "limit_percent": limit(given, seconds),
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
