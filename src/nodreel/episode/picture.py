"""The reader's half of the screen codec: key and frames back to pictures, bounded at every step."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from nodreel.episode.tiles import (
    MAX_CHANGES,
    MAX_FRAMES,
    MAX_RAW,
    Changes,
    Grid,
    Head,
    dictionary,
    inflater,
    read_shown,
    take,
)
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import zstandard

    from nodreel.events import Nanos, Rect

_CHANNELS: Final = 3  # blue, green, red


@dataclass(frozen=True, slots=True)
class Picture:
    """What the screen showed at a moment between ``t`` (asked for) and ``done`` (arrived).

    Times are nanoseconds since the episode's start. ``kept`` are the rectangles with real pixels;
    all else is blank, which is black and means nothing. ``full``: as the recorder marked it.
    ``tiles`` holds, by number in the grid of 64 px tiles, what is not blank. Until ``since`` the
    screen was as the picture before shows it; 0 where that is not known, None in old episodes.
    """

    t: Nanos
    done: Nanos
    epoch: int
    width: int
    height: int
    kept: tuple[Rect, ...]
    app: str
    full: bool
    tiles: Mapping[int, bytes] = field(repr=False)
    since: Nanos | None = None

    @property
    def pixels(self) -> bytes:
        """All pixels: BGR, 3 bytes each, rows top down; made anew on each call.

        ``numpy.frombuffer(p.pixels, numpy.uint8).reshape(p.height, p.width, 3)`` is an image.
        """
        grid, stride = Grid(self.width, self.height), self.width * _CHANNELS
        canvas = bytearray(stride * self.height)
        for number, tile in self.tiles.items():
            rect = grid.rect(number)
            line, at = rect.w * _CHANNELS, rect.y * stride + rect.x * _CHANNELS
            for start in range(0, len(tile), line):
                canvas[at : at + line] = tile[start : start + line]
                at += stride
        return bytes(canvas)


@dataclass(frozen=True, slots=True)
class KeyTiles:
    """A key segment, opened: the picture it holds and the contents others refer to."""

    grid: Grid
    tiles: Sequence[bytes]
    shown: Mapping[int, bytes]
    body: bytes
    packed: bytes

    def reader(self, blocks: bytes, *, goes_on: bool) -> zstandard.ZstdDecompressionReader:
        """Return a reader of what comes after the key; see ``tiles``."""
        if not goes_on:
            return inflater(blocks, dictionary(self.body))
        reader = inflater(self.packed + blocks, None)
        take(reader, len(self.body))
        return reader


def read_key(data: bytes) -> KeyTiles:
    """Return the tiles of a key segment's message; raises EpisodeError."""
    try:
        head, packed = Head.read(data)
        body = take(inflater(bytes(packed), None), head.body)
        changes = Changes.read(body, head.grid, 0)
    except (struct.error, IndexError) as error:
        raise EpisodeError("A key is cut short.") from error
    if len(changes.tiles) != head.count:
        raise EpisodeError(f"A key claims {head.count} tiles and holds {len(changes.tiles)}.")
    shown: dict[int, bytes] = {}
    _show(shown, head.grid, changes, changes.tiles)
    return KeyTiles(head.grid, changes.tiles, shown, bytes(body), bytes(packed))


def read_frames(messages: Sequence[bytes], key: KeyTiles) -> Iterator[Picture]:
    """Yield the pictures of a segment in order; raises EpisodeError at the first wrong one."""
    if len(messages) > MAX_FRAMES:
        raise EpisodeError(f"It holds more than {MAX_FRAMES} frames.")
    heads = [Head.read(message) for message in messages]
    if sum(head.body for head, _ in heads) > MAX_RAW:
        raise EpisodeError(f"Its frames claim more than {MAX_RAW} bytes.")
    if not heads:
        return
    blocks = b"".join(block for _, block in heads)
    bodies = key.reader(blocks, goes_on=heads[0][0].goes_on)
    contents, shown, changed = list(key.tiles), dict(key.shown), 0
    for head, _ in heads:
        if head.grid != key.grid:
            raise EpisodeError("A frame is of another size than its key.")
        try:
            app, kept, rest = read_shown(take(bodies, head.body))
            changes = Changes.read(rest, head.grid, len(contents))
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise EpisodeError("A frame is cut short.") from error
        contents += changes.tiles
        changed += len(changes.places)
        if changed > MAX_CHANGES:
            raise EpisodeError(f"Its frames change more than {MAX_CHANGES} tiles.")
        _show(shown, head.grid, changes, contents)
        grid = head.grid
        yield Picture(
            head.t, head.done, head.count, grid.width, grid.height, kept, app, head.full,
            dict(shown), head.since,
        )  # fmt: skip


def _show(shown: dict[int, bytes], grid: Grid, changes: Changes, contents: Sequence[bytes]) -> None:
    """Apply changes to a picture; raises EpisodeError when a content does not fit its place."""
    for place, ref in zip(changes.places, changes.refs, strict=True):
        if ref == 0:
            shown.pop(place, None)
            continue
        tile = contents[ref - 1]
        if len(tile) != grid.bytes(place):
            raise EpisodeError(f"Content {ref} does not fit tile {place}.")
        shown[place] = tile
