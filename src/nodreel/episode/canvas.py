"""The writer's half of the screen codec: it keeps the picture, and says what changed.

The rule that keeps pictures true: a ``full`` frame replaces the whole picture; any other says by
``after`` which frame it adds to, and is refused unless that is the one coded last. So whoever
leaves out a frame (a purge, a drop, ``forget``) must follow with a full one; until then
``wants_full`` is True and nothing of the screen is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import xxhash
import zstandard

from nodreel.episode.budget import REST
from nodreel.episode.format import MAX_PIXELS, MAX_SIDE
from nodreel.episode.tiles import (
    MAX_APP,
    MAX_BODY,
    MAX_CHANGES,
    MAX_FRAMES,
    MAX_KEPT,
    Changes,
    Grid,
    Head,
    compressing,
    dictionary,
    parameters,
    write_shown,
)
from nodreel.events import SECOND, TILE, Nanos

if TYPE_CHECKING:
    from nodreel.events import Frame

KEY_PERIOD: Final = Nanos(60 * SECOND)
LEAST_KEY: Final = 128 << 10  # bytes of restating that are always cheaper than a new key
LITTLE_RAW: Final = 2 << 20  # bytes of tiles: what a segment of more touched is not worth keeping
ENOUGH_RAW: Final = 16 << 20  # bytes of tiles in a segment; one more frame still fits
_EDGE: Final = 1 << 31
_BLANK: Final = bytes(TILE * TILE * 3)

Digest = bytes


@dataclass(slots=True)
class _Key:
    """What the frames of a period lean on."""

    t: Nanos
    grid: Grid
    refs: dict[Digest, int]
    shown: dict[int, Digest]
    words: zstandard.ZstdCompressionDict
    compressor: zstandard.ZstdCompressor
    size: int
    restated: int = 0


@dataclass(slots=True)
class _Segment:
    """The segment being written: its zstd frame and what a reader would see by now."""

    shown: dict[int, Digest]
    deflate: zstandard.ZstdCompressionObj | None = None
    refs: dict[Digest, int] = field(default_factory=dict)
    frames: int = 0
    raw: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Coded:
    """A frame as bytes, and the key that has to be stored before it, if a new one was needed."""

    message: bytes
    key: bytes | None


class Canvas:
    """Turns Frames into messages. Frames come with absolute times, messages hold offsets."""

    def __init__(self) -> None:
        self._grid: Grid | None = None
        self._last = Nanos(-1)
        self._tiles: dict[int, tuple[Digest, bytes]] = {}
        self._key: _Key | None = None
        self._segment: _Segment | None = None
        self._owed: set[int] = set()  # tiles that held frames may have changed
        self.held: Frame | None = None

    @property
    def wants_full(self) -> bool:
        """Whether only a full frame can be used, because the picture before it is not known."""
        return self._grid is None

    @property
    def full(self) -> bool:
        """Whether the open segment nears what a reader takes, so that it has to end."""
        segment = self._segment
        return segment is not None and (
            segment.raw >= ENOUGH_RAW
            or segment.frames >= MAX_FRAMES
            or segment.changes >= MAX_CHANGES // 2
        )

    def fits(self, frame: Frame) -> bool:
        """Whether the frame can join those of the open segment: one zstd frame, one size."""
        return self._segment is not None and self._grid == Grid(frame.width, frame.height)

    def knows(self, frame: Frame) -> bool:
        """Whether there is a picture of that size, so that the frame may be held."""
        return self._grid == Grid(frame.width, frame.height)

    def rests(self, t: Nanos) -> bool:
        """Whether nothing changed for so long before ``t`` that a held frame is to be written."""
        return self.held is not None and t - self.held.done >= REST

    def forget(self) -> None:
        """Let go of picture, key and open segment: nothing of them will be written any more."""
        self.__init__()  # type: ignore[misc]

    def renew(self) -> None:
        """Begin with a new key (a new episode); the picture stays."""
        self._key = self._segment = None

    @compressing()
    def finish(self) -> bytes:
        """End the segment; returns what completes its zstd frame, to stand after the last block."""
        segment, self._segment = self._segment, None
        if segment is None or segment.deflate is None:
            return b""
        tail = segment.deflate.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)
        if self._key is not None and segment.raw > LITTLE_RAW:
            self._key.compressor = _compressor(self._key.words)  # gives its window's memory back
        return tail

    def add(self, frame: Frame, start: Nanos) -> Coded | None:
        """Code one frame of the episode that began at ``start``.

        None when it cannot be used: the frame it adds to is not known, or it breaks a bound.
        """
        touched = self._paint(frame)
        return None if touched is None else self._code(frame, start, touched)

    def hold(self, frame: Frame) -> bool:
        """Take a frame into the picture without coding it; False when it cannot be used.

        The next coded frame says what it changed, too; or ``settle`` does.
        """
        touched = self._paint(frame)
        if touched is not None:
            self._owed |= touched
            self.held = replace(frame, tiles=(), since=self._since(frame))
        return touched is not None

    def _since(self, frame: Frame) -> Nanos:
        """Return since when what a frame and the held ones before it show may have been there."""
        return frame.since if self.held is None else min(frame.since, self.held.since)

    def settle(self, start: Nanos) -> Coded | None:
        """Code the frame that was held last: the picture as it is."""
        frame, self.held = self.held, None
        return self._code(frame, start, set()) if frame is not None else None

    @compressing()
    def _code(self, frame: Frame, start: Nanos, touched: set[int]) -> Coded | None:
        if self._grid is None:
            return None
        touched |= self._owed
        since = _offset(self._since(frame), start)
        self._owed, self.held = set(), None
        blob = None
        if self._segment is None:
            blob = self._open_segment(frame.t, start, self._grid)
            if self._segment is None:
                return None
        key, segment = self._key, self._segment
        if key is None:
            return None
        if segment.frames == 0:
            touched = segment.shown.keys() | self._tiles.keys()
        changes = self._changes(key, segment, touched)
        body = (write_shown(frame.app, frame.kept) + changes.head(), *changes.tiles)
        size = sum(len(part) for part in body)
        if size > MAX_BODY:
            self.forget()
            return None
        if segment.deflate is None:
            segment.deflate = key.compressor.compressobj()
        # One after the other: put together first, they would be copied into memory of their own.
        blocks = [segment.deflate.compress(part) for part in body]
        blocks.append(segment.deflate.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
        block = b"".join(blocks)
        if segment.frames == 0:
            key.restated += len(block)
        segment.frames += 1
        segment.raw += size
        segment.changes += len(changes.places)
        t, done = _offset(frame.t, start), _offset(frame.done, start)
        head = Head(frame.full, self._grid, frame.epoch, t, done, size, since=since)
        return Coded(head.write() + block, blob)

    def _paint(self, frame: Frame) -> set[int] | None:
        """Bring the picture up to date; returns the numbers of the tiles that may have changed."""
        grid = Grid(frame.width, frame.height)
        adds = not frame.full
        if not _usable(frame) or (adds and (self._grid, self._last) != (grid, frame.after)):
            self.forget()
            return None
        try:
            new = grid.places(frame.tiles)
        except ValueError:
            self.forget()
            return None
        touched, before = set(new), self._tiles
        if frame.full:
            touched |= before.keys()
            self._tiles = {}
        self._grid, self._last = grid, frame.t
        for place, pixels in new.items():
            known = before.get(place)
            if known is not None and known[1] is pixels:  # a whole picture repeats what stayed
                self._tiles[place] = known
            elif _BLANK.startswith(pixels):
                self._tiles.pop(place, None)
            else:
                self._tiles[place] = (xxhash.xxh3_128_digest(pixels), pixels)
        return touched

    def _open_segment(self, t: Nanos, start: Nanos, grid: Grid) -> bytes | None:
        """Start a zstd frame, over a new key if the old one is stale, foreign or worn."""
        key, blob = self._key, None
        if key is None or key.grid != grid or _worn(key, t):
            key, blob = self._new_key(t, start, grid)
            self._key = key
        if key is not None:
            self._segment = _Segment(dict(key.shown))
        return blob

    def _new_key(self, t: Nanos, start: Nanos, grid: Grid) -> tuple[_Key | None, bytes]:
        refs: dict[Digest, int] = {}
        tiles: list[bytes] = []
        for digest, pixels in self._tiles.values():
            if digest not in refs:
                refs[digest] = len(refs) + 1
                tiles.append(pixels)
        shown = {place: self._tiles[place][0] for place in self._ordered(refs)}
        body = Changes(list(shown), [refs[d] for d in shown.values()], tiles).write()
        if len(body) > MAX_BODY:
            self.forget()
            return None, b""
        words = dictionary(body)
        words.precompute_compress(compression_params=parameters())
        stream = zstandard.ZstdCompressor(compression_params=parameters()).compressobj()
        packed = stream.compress(body) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        head = Head(True, grid, len(tiles), _offset(t, start), Nanos(0), len(body))  # noqa: FBT003
        key = _Key(t, grid, refs, shown, words, _compressor(words), len(packed))
        return key, head.write() + packed

    def _ordered(self, refs: dict[Digest, int]) -> list[int]:
        """Places such that the first to name a content is the one it was numbered by."""
        return sorted(self._tiles, key=lambda place: refs[self._tiles[place][0]])

    def _changes(self, key: _Key, segment: _Segment, touched: set[int]) -> Changes:
        places, refs, tiles = [], [], []
        for place in sorted(touched):
            tile = self._tiles.get(place)
            digest = tile[0] if tile else None
            if digest == segment.shown.get(place):
                continue
            places.append(place)
            if tile is None or digest is None:
                segment.shown.pop(place, None)
                refs.append(0)
                continue
            segment.shown[place] = digest
            ref = key.refs.get(digest) or segment.refs.get(digest)
            if ref is None:
                ref = segment.refs[digest] = len(key.refs) + len(segment.refs) + 1
                tiles.append(tile[1])
            refs.append(ref)
        return Changes(places, refs, tiles)


def _offset(t: Nanos, start: Nanos) -> Nanos:
    """Return the time since ``start``; a frame may have been asked for just before."""
    return Nanos(max(0, t - start))


def _usable(frame: Frame) -> bool:
    """Whether the frame is within the format's bounds."""
    return (
        0 < frame.width <= MAX_SIDE
        and 0 < frame.height <= MAX_SIDE
        and frame.width * frame.height <= MAX_PIXELS
        and len(frame.kept) <= MAX_KEPT
        and all(-_EDGE <= v < _EDGE for r in frame.kept for v in (r.x, r.y, r.w, r.h))
        and 0 <= frame.epoch < _EDGE
        and len(frame.app.encode("utf-8", "replace")) <= MAX_APP
    )


def _worn(key: _Key, t: Nanos) -> bool:
    """Whether a new key pays: 60 s old, or as many bytes spent on restating as it would cost."""
    return t - key.t >= KEY_PERIOD or key.restated > max(key.size, LEAST_KEY)


def _compressor(words: zstandard.ZstdCompressionDict) -> zstandard.ZstdCompressor:
    """Return what makes the streams of segments: zstd frames that know the key's words."""
    return zstandard.ZstdCompressor(compression_params=parameters(), dict_data=words)
