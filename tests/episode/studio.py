"""What tests of episodes share: a clock to turn, a signing key, a writer, and things to write."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.clock import WallNanos
from nodreel.episode import EpisodeAbout, EpisodeWriter, Picture, open_episode
from nodreel.events import (
    MILLISECOND,
    SECOND,
    TILE,
    Button,
    Frame,
    Key,
    KeyClass,
    Move,
    Nanos,
    Rect,
    Tile,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nodreel.episode import Episode

WALL = WallNanos(1_790_000_000_000_000_000)  # September 2026
WIDTH, HEIGHT = 300, 200  # four full columns and a cropped one, three full rows and a cropped one


class TurnedClock:
    """A clock that only moves when a test turns it."""

    def __init__(self) -> None:
        self.now = Nanos(1000 * SECOND)
        self.shift = 0

    def mono(self) -> Nanos:
        return self.now

    def wall(self) -> WallNanos:
        return WallNanos(WALL + self.now + self.shift)

    def pass_(self, seconds: float) -> None:
        self.now = Nanos(self.now + int(seconds * SECOND))


@dataclass(frozen=True)
class Limits:
    seal_s: float = 3.0
    episode_minutes: int = 15
    episode_mb: int = 64


@dataclass
class Studio:
    """A folder to record into, and the keys."""

    folder: Path
    clock: TurnedClock = field(default_factory=TurnedClock)
    identity: str = field(default_factory=lambda: str(pyrage.x25519.Identity.generate()))
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    limits: Limits = field(default_factory=Limits)
    file_size: int = 0  # each segment in a file of its own, which tests then damage

    @property
    def recipient(self) -> str:
        return str(pyrage.x25519.Identity.from_str(self.identity).to_public())

    @property
    def public_key(self) -> bytes:
        return self.signing.public_key().public_bytes_raw()

    def writer(self, *more: str) -> EpisodeWriter:
        writer = EpisodeWriter(
            self.folder,
            EpisodeAbout("CONSENT", "ab" * 32, "ui-research", ("editor",)),
            recipients=[self.recipient, *more],
            sign=self.signing.sign,
            public_key=self.public_key,
            clock=self.clock,
            limits=self.limits,
        )
        writer.file_size = self.file_size
        return writer

    def read(self) -> Episode:
        return open_episode(self.folder, self.identity)

    def only(self) -> Path:
        """The folder of the one episode there is."""
        (found,) = (p for p in self.folder.iterdir() if len(p.name) == 26)
        return found

    def record(self, events: Iterable[object], seal_every: int = 0) -> Path:
        """Write events as they are, sealing after each ``seal_every``; returns the episode."""
        self.write(events, seal_every)
        return self.only()

    def write(self, events: Iterable[object], seal_every: int = 0) -> None:
        """Write events as they are, sealing after each ``seal_every``; in episodes as they come."""
        writer = self.writer()
        for number, event in enumerate(events, start=1):
            writer.add(event)  # type: ignore[arg-type]
            if seal_every and number % seal_every == 0:
                writer.seal()
        writer.close("test")
        writer.leave()


def at(ms: float) -> Nanos:
    """A moment, in milliseconds after the start of everything."""
    return Nanos(1000 * SECOND + int(ms * MILLISECOND))


def key(ms: float, *, press: bool = True) -> Key:
    return Key(at(ms), press, KeyClass.CHARACTER, 38, 97, layout="us", app="editor")


def click(ms: float) -> Button:
    return Button(at(ms), press=True, button=1, x=10, y=20, app="editor")


def move(ms: float, x: int = 5) -> Move:
    return Move(at(ms), x, 7, "editor")


def age_file(segment: Path) -> bytes:
    """The age file of a segment that has a file of its own: what follows the header line."""
    return segment.read_bytes().partition(b"\n")[2]


class Screen:
    """A small desktop that changes; knows what it should look like."""

    def __init__(self, seed: int = 1, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.random = random.Random(seed)
        self.width, self.height = width, height
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.last = Nanos(0)

    def size(self, row: int, col: int) -> int:
        return 3 * min(TILE, self.width - col * TILE) * min(TILE, self.height - row * TILE)

    def paint(self, row: int, col: int, *, blank: bool = False) -> Tile:
        size = self.size(row, col)
        pixels = bytes(size) if blank else self.random.randbytes(16) * (size // 16 + 1)
        self.tiles[row, col] = pixels[:size]
        return Tile(row, col, pixels[:size])

    def frame(
        self, ms: float, *places: tuple[int, int], full: bool = False, since: float | None = None
    ) -> Frame:
        rows, cols = -(-self.height // TILE), -(-self.width // TILE)
        if full:
            self.tiles = {}
            places = places or tuple((r, c) for r in range(rows) for c in range(cols))
        tiles = tuple(self.paint(*place) for place in places)
        frame = Frame(
            at(ms), at(ms + 2), 1, self.width, self.height, (Rect(0, 0, 64, 64),), tiles,
            full=full, app="editor", after=Nanos(0) if full else self.last,
            since=at(ms) if since is None else at(since),
        )  # fmt: skip
        self.last = frame.t
        return frame

    def pixels(self) -> bytes:
        """All pixels, made independently of the reader."""
        canvas = bytearray(self.width * self.height * 3)
        for (row, col), pixels in self.tiles.items():
            wide = min(TILE, self.width - col * TILE) * 3
            for line in range(len(pixels) // wide):
                at_ = ((row * TILE + line) * self.width + col * TILE) * 3
                canvas[at_ : at_ + wide] = pixels[line * wide : (line + 1) * wide]
        return bytes(canvas)


def offset(t: int, start: int) -> Nanos:
    return Nanos(t - start)


def shown(picture: Picture | None) -> bytes:
    assert picture is not None
    return picture.pixels
