"""Which parts of a picture are masked: what changed is read, what stayed is remembered.

Each part of a picture that differs from the one before is read with what lies around it. A mask
stays as long as its pixels do, and what was once masked somewhere is masked there whenever the same
pixels are shown again, however they are read then.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import xxhash

from nodreel.episode.tiles import Grid
from nodreel.errors import EpisodeError
from nodreel.events import TILE, Rect
from nodreel.rects import intersect, subtract
from nodreel.redact.finders import KEY_BODY, READ_AS_ONE, found_in
from nodreel.scrub.tokens import PRIVATE_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from nodreel.episode import Picture
    from nodreel.redact.ocr import Reader, Word
    from nodreel.redact.spoken import Found, Pieces
    from nodreel.scrub.shape import Finder

ACROSS: Final = 8  # tiles beside a change that are read with it: a line goes on there
PAD: Final = 3  # pixels around a word
MOST_STAMPS: Final = 5000
_CACHE: Final = 1024
_UNREAD: Final = "unreadable"
TOUCHING: Final = 0.18  # of their height: words so near to each other are one
_JOINTS: Final = ".:@_-/\\"
_BODY: Final = re.compile(r"[A-Za-z0-9+/=:|, -]{1,200}")

Mask = tuple[Rect, str]


@dataclass(slots=True)
class _Stamp:
    """Pixels that were masked at a place, by their digest; whether they are shown now."""

    digests: set[bytes]
    shown: bool = False


class Canvas:
    """One picture after the other as an image; ``changed`` are the tiles that the last changed."""

    def __init__(self) -> None:
        self.grid: Grid | None = None
        self.pixels: NDArray[np.uint8] = np.zeros((0, 0, 3), np.uint8)
        self.tiles: dict[int, bytes] = {}

    def show(self, picture: Picture) -> set[int]:
        """Take the next picture; return the numbers of tiles that differ."""
        grid = Grid(picture.width, picture.height)
        if grid != self.grid:
            self.grid, self.tiles = grid, {}
            self.pixels = np.zeros((grid.height, grid.width, 3), np.uint8)
        new = picture.tiles
        changed = {n for n in self.tiles.keys() | new.keys() if self.tiles.get(n) != new.get(n)}
        for number in changed:
            r = grid.rect(number)
            tile = new.get(number)
            area = self.pixels[r.y : r.y + r.h, r.x : r.x + r.w]
            area[:] = 0 if tile is None else np.frombuffer(tile, np.uint8).reshape(r.h, r.w, 3)
        self.tiles = dict(new)
        return changed

    def cut(self, r: Rect) -> NDArray[np.uint8]:
        """Return the pixels of a rectangle."""
        return self.pixels[r.y : r.y + r.h, r.x : r.x + r.w]


class Looker:
    """Give it the pictures of an episode in order; ``distinct`` counts those that changed."""

    def __init__(self, reader: Reader, finders: Sequence[Finder]) -> None:
        self._reader, self._finders = reader, (*finders, READ_AS_ONE, KEY_BODY)
        self._canvas = Canvas()
        self._masks: list[Mask] = []
        self._read: OrderedDict[bytes, tuple[Mask, ...]] = OrderedDict()
        self.stamps: dict[Rect, set[bytes]] = {}
        self.distinct = 0
        self.pieces: Pieces = []
        self.found: Found = Counter()

    def look(self, picture: Picture) -> tuple[Rect, ...]:
        """Return what is to be masked in a picture."""
        before = self._canvas.grid
        changed = self._canvas.show(picture)
        if self._canvas.grid != before:
            self._masks = []
        self.distinct += bool(changed)
        for inner, outer in self._parts(changed):
            self._again(inner, outer)
        return tuple(rect for rect, _ in self._masks)

    def _parts(self, changed: set[int]) -> Iterator[tuple[Rect, Rect]]:
        """Yield each stretch of rows that changed, and what is read with it."""
        grid = self._canvas.grid
        if grid is None:
            return
        rows = sorted({number // grid.columns for number in changed})
        while rows:
            run = [rows.pop(0)]
            while rows and rows[0] <= run[-1] + 1:
                run.append(rows.pop(0))
            columns = [n % grid.columns for n in changed if n // grid.columns in run]
            wide = (max(0, min(columns) - ACROSS), min(grid.columns, max(columns) + ACROSS))
            yield (
                _block(grid, *wide, run[0], run[-1]),
                _block(grid, *wide, max(0, run[0] - 1), run[-1] + 1),
            )

    def _again(self, inner: Rect, outer: Rect) -> None:
        """Read ``outer``; masks that ``inner`` touches hold only where they are found again."""
        kept: list[Mask] = []
        for rect, name in self._masks:
            if intersect(rect, inner) is None:
                kept.append((rect, name))
            else:
                kept += [(rest, name) for rest in subtract((rect,), (outer,))]
        known = {rect for rect, _ in kept}
        kept += [mask for mask in self._found(outer) if mask[0] not in known]
        self._masks = kept

    def _found(self, area: Rect) -> Iterable[Mask]:
        pixels = self._canvas.cut(area)
        digest = xxhash.xxh3_128_digest(pixels.tobytes() + repr(area).encode())
        masks = self._read.get(digest)
        if masks is None:
            try:
                masks = tuple(self._search(pixels, area))
            except EpisodeError:
                masks = ((area, _UNREAD),)
            self._read[digest] = masks
            self.found.update(("pictures", name) for _, name in masks)
            if len(self._read) > _CACHE:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(digest)
        return masks

    def _search(self, pixels: NDArray[np.uint8], area: Rect) -> Iterator[Mask]:
        seen: set[Rect] = set()
        in_key = False
        for line in self._reader.lines(pixels):
            found = list(self._in_line(line))
            if not found and in_key and _is_body(line):
                found = [(_around([word.rect for word in line]), PRIVATE_KEY)]
            in_key = any(name == PRIVATE_KEY for _, name in found)
            for rect, name in found:
                there = intersect(
                    Rect(rect.x + area.x - PAD, rect.y + area.y - PAD, rect.w + 2 * PAD,
                         rect.h + 2 * PAD), area,
                )  # fmt: skip
                if there is not None and there not in seen:
                    seen.add(there)
                    self._stamp(there)
                    yield there, name

    def _in_line(self, line: Sequence[Word]) -> Iterator[tuple[Rect, str]]:
        """Yield where in a line something was found: from its first to its last word."""
        for apart in (_spaced, _tight):
            text, places = "", []
            for before, word in zip([None, *line], line, strict=False):
                text += " " if before is not None and apart(before, word) else ""
                places.append((len(text), len(text) + len(word.text), word.rect))
                text += word.text
            for span in found_in(text, self._finders):
                self.pieces.append((span.name, text[span.start : span.end]))
                under = [r for start, end, r in places if start < span.end and end > span.start]
                yield _around(under), span.name

    def _stamp(self, rect: Rect) -> None:
        if len(self.stamps) < MOST_STAMPS or rect in self.stamps:
            self.stamps.setdefault(rect, set()).add(digest_of(self._canvas.cut(rect)))


class Stamps:
    """Finds in pictures, given in order, pixels that were masked at the same place elsewhere."""

    def __init__(self, stamps: dict[Rect, set[bytes]]) -> None:
        self._stamps = {rect: _Stamp(digests) for rect, digests in stamps.items()}
        self._canvas = Canvas()

    def look(self, picture: Picture) -> Iterator[Rect]:
        """Yield where such pixels are shown."""
        changed = self._canvas.show(picture)
        grid = self._canvas.grid
        for rect, stamp in self._stamps.items():
            if grid is not None and not changed.isdisjoint(_under(grid, rect)):
                stamp.shown = digest_of(self._canvas.cut(rect)) in stamp.digests
            if stamp.shown:
                yield rect


def _is_body(line: Sequence[Word]) -> bool:
    """Whether a line below one of a private key may go on with it."""
    return _BODY.fullmatch("".join(word.text for word in line)) is not None


def _spaced(_before: Word, _word: Word) -> bool:
    """Words as they were told apart."""
    return True


def _tight(before: Word, word: Word) -> bool:
    """Whether there is a space, to be sure; beside a point or colon one is often made up."""
    height = max(before.rect.h, word.rect.h)
    near = word.rect.x - (before.rect.x + before.rect.w) <= height * TOUCHING
    return not (near or before.text[-1] in _JOINTS or word.text[0] in _JOINTS)


def _around(rects: Sequence[Rect]) -> Rect:
    """Return the smallest rectangle that holds them all."""
    x, y = min(r.x for r in rects), min(r.y for r in rects)
    right, bottom = max(r.x + r.w for r in rects), max(r.y + r.h for r in rects)
    return Rect(x, y, right - x, bottom - y)


def digest_of(pixels: NDArray[np.uint8]) -> bytes:
    """Return what tells these pixels from others."""
    return xxhash.xxh3_128_digest(pixels.tobytes())


def _under(grid: Grid, rect: Rect) -> Iterator[int]:
    for row in range(rect.y // TILE, (rect.y + rect.h - 1) // TILE + 1):
        for column in range(rect.x // TILE, (rect.x + rect.w - 1) // TILE + 1):
            yield row * grid.columns + column


def _block(grid: Grid, left: int, right: int, top: int, bottom: int) -> Rect:
    """Return the pixels of tiles from column to column and row to row, inside the desktop."""
    x, y = left * TILE, top * TILE
    return Rect(
        x, y, min(grid.width, (right + 1) * TILE) - x, min(grid.height, (bottom + 1) * TILE) - y
    )
