"""The bytes of the screen: key tiles and frames, each written and read side by side.

What always holds:
- The desktop is a grid of 64 px tiles, numbered row by row. Tiles at the right and bottom edge are
  cropped to the desktop, not padded. A tile is BGR, 3 bytes a pixel, rows top down.
- A number (ref) stands for a tile's content: 0 is blank (all zero), 1…K are the K tiles of the key
  segment, K+1… the new tiles of this segment in the order they came. Content is never repeated.
- The first frame of a segment says what differs from the KEY's picture, each later one what differs
  from the frame before. So key + segment make a picture.
- The bodies of a segment's frames are one zstd stream (window 8 MiB), flushed after each: a zstd
  frame of its own with the key's body as raw dictionary. In old episodes it may instead go on from
  the key's zstd frame: key blocks, then these. The key's frame has no end.

screen/frame (little endian)                       screen/key
    u8  1, version                                     u8  1, version
    u8  flags: 1 = ``full``, 2 = goes on from the      u8  1
        key, 4 = says since when
    u16 width, u16 height of the desktop               u16 width, u16 height of the desktop
    u32 geometry epoch                                 u32 number of tiles, K
    u64 t, u64 done                                    u64 t, u64 0
    u32 size of the body                               u32 size of the body
    u64 since, with flag 4
    blocks of the segment's zstd stream                blocks of a zstd frame
frame body                                         key body
    u8 length, app in UTF-8                            u32 number of places
    u16 number of kept rectangles                      u16 tile, for each place
    i32 x, y, w, h, for each                           u32 ref, for each place
    u32 number of changes                              the K tiles
    u16 tile, for each change
    u32 ref, for each change
    the new tiles
A tile's size is that of the first place that names it. Nothing of what a frame changes was on the
screen before ``since``; 0 where that is not known.
"""

from __future__ import annotations

import io
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import zstandard

from nodreel.episode.format import MAX_OFFSET, MAX_PIXELS, MAX_SIDE
from nodreel.errors import EpisodeError
from nodreel.events import TILE, Nanos, Rect, Tile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LEVEL: Final = 1
WINDOW_LOG: Final = 23
WINDOW: Final = 1 << WINDOW_LOG
MAX_BODY: Final = 48 << 20  # bytes of one frame or key, decompressed: two 4K monitors
MAX_RAW: Final = 64 << 20  # of all frames of a segment
MAX_KEPT: Final = 4096
MAX_CHANGES: Final = 500_000  # of all frames of a segment
MAX_FRAMES: Final = 400  # of one segment: 10 s at 30 a second, and some
MAX_APP: Final = 255  # bytes
VERSION: Final = 1

_HEAD: Final = struct.Struct("<BBHHIQQI")
_STEP: Final = 1 << 20  # bytes made at a time; far more than a zstd block's 128 KiB
_WHOLE: Final = TILE * TILE * 3  # bytes of a tile that no edge cuts
_FULL: Final = 1
_GOES_ON: Final = 2
_SAYS_SINCE: Final = 4
_SINCE: Final = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Grid:
    """The tiles of a desktop of ``width`` by ``height`` pixels."""

    width: int
    height: int

    @property
    def columns(self) -> int:
        """Tiles in a row."""
        return -(-self.width // TILE)

    @property
    def size(self) -> int:
        """Tiles in all."""
        return self.columns * -(-self.height // TILE)

    def number(self, row: int, column: int) -> int:
        """Return the number of a tile; raises ValueError outside the desktop."""
        number = row * self.columns + column
        if not (0 <= column < self.columns and 0 <= number < self.size):
            raise ValueError(f"no tile at row {row}, column {column}")
        return number

    def places(self, tiles: Iterable[Tile]) -> dict[int, bytes]:
        """Return pixels by number; raises ValueError for a tile that has no place, or another size.

        Hundreds a frame: most lie whole inside the desktop and need no arithmetic.
        """
        columns, found = self.columns, {}
        whole_columns, whole_rows = self.width // TILE, self.height // TILE
        for tile in tiles:
            if 0 <= tile.col < whole_columns and 0 <= tile.row < whole_rows:
                number, size = tile.row * columns + tile.col, _WHOLE
            else:
                number = self.number(tile.row, tile.col)
                size = self.bytes(number)
            if len(tile.pixels) != size:
                raise ValueError(f"a tile of {len(tile.pixels)} bytes")
            found[number] = tile.pixels
        return found

    def rect(self, number: int) -> Rect:
        """Return the pixels of a tile."""
        row, column = divmod(number, self.columns)
        x, y = column * TILE, row * TILE
        return Rect(x, y, min(TILE, self.width - x), min(TILE, self.height - y))

    def bytes(self, number: int) -> int:
        """Return the size of a tile in bytes."""
        rect = self.rect(number)
        return rect.w * rect.h * 3


@dataclass(frozen=True, slots=True)
class Head:
    """The fixed part of a frame or a key; ``count`` is the epoch, or the number of tiles."""

    full: bool
    grid: Grid
    count: int
    t: Nanos
    done: Nanos
    body: int
    goes_on: bool = False
    since: Nanos | None = None

    def write(self) -> bytes:
        """Return the bytes."""
        flags, grid = _FULL * self.full | _GOES_ON * self.goes_on, self.grid
        flags |= _SAYS_SINCE * (self.since is not None)
        head = _HEAD.pack(
            VERSION, flags, grid.width, grid.height, self.count, self.t, self.done, self.body
        )
        return head if self.since is None else head + _SINCE.pack(self.since)

    @classmethod
    def read(cls, data: bytes) -> tuple[Self, memoryview]:
        """Return the head and what follows it; raises EpisodeError."""
        if len(data) < _HEAD.size:
            raise EpisodeError("A frame is cut short.")
        version, flags, width, height, count, t, done, body = _HEAD.unpack_from(data)
        if version != VERSION or flags & ~(_FULL | _GOES_ON | _SAYS_SINCE):
            raise EpisodeError(f"A frame is of version {version}, which this nodreel cannot read.")
        if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
            raise EpisodeError(f"A frame claims to be {width} x {height} pixels.")
        size, since = _HEAD.size, None
        if flags & _SAYS_SINCE:
            if len(data) < size + _SINCE.size:
                raise EpisodeError("A frame is cut short.")
            since, size = Nanos(*_SINCE.unpack_from(data, size)), size + _SINCE.size
        if max(t, done, since or 0) > MAX_OFFSET or body > MAX_BODY:
            raise EpisodeError(f"A frame claims {body} bytes at {t} ns.")
        head = cls(
            bool(flags & _FULL), Grid(width, height), count, Nanos(t), Nanos(done), body,
            bool(flags & _GOES_ON), since,
        )  # fmt: skip
        return head, memoryview(data)[size:]


@dataclass(frozen=True, slots=True)
class Changes:
    """Which tiles have new content: the tile's number and its ref, in step; and the new tiles."""

    places: Sequence[int]
    refs: Sequence[int]
    tiles: Sequence[bytes]

    def write(self) -> bytes:
        """Return the bytes: count, places, refs, tiles."""
        return b"".join((self.head(), *self.tiles))

    def head(self) -> bytes:
        """Return what comes before the tiles."""
        count = len(self.places)
        head = struct.pack(f"<I{count}H", count, *self.places)
        return head + struct.pack(f"<{count}I", *self.refs)

    @classmethod
    def read(cls, data: memoryview, grid: Grid, known: int) -> Self:
        """Return the changes, given that refs up to ``known`` have come before."""
        (count,) = struct.unpack_from("<I", data)
        if count > grid.size:
            raise EpisodeError(f"A frame changes {count} of {grid.size} tiles.")
        places = struct.unpack_from(f"<{count}H", data, 4)
        refs = struct.unpack_from(f"<{count}I", data, 4 + 2 * count)
        rest = data[4 + 6 * count :]
        tiles: list[bytes] = []
        for place, ref in zip(places, refs, strict=True):
            if place >= grid.size or ref > known + len(tiles) + 1:
                raise EpisodeError(f"A frame names tile {place}, content {ref}: there is none.")
            if ref == known + len(tiles) + 1:
                size = grid.bytes(place)
                tiles.append(bytes(rest[:size]))
                rest = rest[size:]
                if len(tiles[-1]) != size:
                    raise EpisodeError("A frame's tiles are cut short.")
        if rest:
            raise EpisodeError("A frame holds more than its tiles.")
        return cls(places, refs, tiles)


def write_shown(app: str, kept: Iterable[Rect]) -> bytes:
    """Return the start of a frame's body: the app and the rectangles that hold real pixels."""
    name, rects = app.encode("utf-8", "replace"), tuple(kept)
    places = [edge for r in rects for edge in (r.x, r.y, r.w, r.h)]
    return struct.pack(f"<B{len(name)}sH{len(places)}i", len(name), name, len(rects), *places)


def read_shown(data: memoryview) -> tuple[str, tuple[Rect, ...], memoryview]:
    """Return app, kept rectangles and what follows."""
    app = str(data[1 : 1 + data[0]], "utf-8")
    at = 1 + data[0]
    (count,) = struct.unpack_from("<H", data, at)
    if count > MAX_KEPT:
        raise EpisodeError(f"A frame keeps {count} rectangles.")
    edges = struct.unpack_from(f"<{4 * count}i", data, at + 2)
    kept = tuple(Rect(*edges[i : i + 4]) for i in range(0, len(edges), 4))
    return app, kept, data[at + 2 + 16 * count :]


def dictionary(body: bytes | memoryview) -> zstandard.ZstdCompressionDict:
    """Return a key's body as a raw dictionary: no more of it than a window can reach."""
    raw = bytes(body[-WINDOW:])
    return zstandard.ZstdCompressionDict(raw, zstandard.DICT_TYPE_RAWCONTENT)


def inflater(
    blocks: bytes, words: zstandard.ZstdCompressionDict | None
) -> zstandard.ZstdDecompressionReader:
    """Return a reader of the decompressed bytes that never makes more than it is asked for."""
    source = io.BytesIO(blocks)
    return zstandard.ZstdDecompressor(dict_data=words, max_window_size=WINDOW).stream_reader(source)


def take(reader: zstandard.ZstdDecompressionReader, size: int) -> memoryview:
    """Return exactly ``size`` decompressed bytes; raises EpisodeError.

    The rest is asked for at once: after its last input a reader gives nothing more, not even what
    it still holds of a block of which only the beginning was asked for.
    """
    found = bytearray()
    try:
        while left := size - len(found):
            more = reader.read(left if left <= 2 * _STEP else _STEP)
            if not more:
                raise EpisodeError("A frame is cut short.")
            found += more
    except (zstandard.ZstdError, MemoryError) as error:
        raise EpisodeError(f"The tiles cannot be decompressed: {error}.") from error
    return memoryview(found)


@contextmanager
def compressing() -> Iterator[None]:
    """Raise MemoryError where zstd raises its own error: compressing fails of nothing else."""
    try:
        yield
    except zstandard.ZstdError as error:
        raise MemoryError(str(error)) from error


def parameters() -> zstandard.ZstdCompressionParameters:
    """Return how tiles are compressed: a window of 8 MiB, and a table that sees all of it.

    Measured on recorded frames, see decision 0809.
    """
    return zstandard.ZstdCompressionParameters.from_level(LEVEL, window_log=WINDOW_LOG, hash_log=19)
