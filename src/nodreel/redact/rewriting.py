"""Writes an episode anew from events and pictures in time order, with the times they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel import host
from nodreel.clock import WallNanos
from nodreel.episode import Picture
from nodreel.episode.canvas import Canvas
from nodreel.episode.draft import Draft
from nodreel.episode.folder import Folder
from nodreel.episode.journal import LOCAL, EpisodeAbout, Journal, Sealed, Signer
from nodreel.episode.seal import Seal
from nodreel.episode.tiles import MAX_KEPT, Grid
from nodreel.errors import EpisodeError
from nodreel.events import SECOND, Frame, Nanos, Rect, Tile
from nodreel.rects import disjoint, intersect, subtract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from nodreel.episode.chain import StartHeader
    from nodreel.episode.format import Spoken

SEGMENT: Final = Nanos(10 * SECOND)
"""Longest segment; nothing here waits for a disk, so they are longer than the recorder's."""
MAX_PLAINTEXT: Final = 1 << 20
_START: Final = Nanos(0)
_CHANNELS: Final = 3


class _Then:
    """The month of the recording, and no other time."""

    def __init__(self, month: str) -> None:
        year, number = map(int, month.split("-"))
        self._wall = WallNanos(int(datetime(year, number, 15, tzinfo=UTC).timestamp()) * SECOND)

    def mono(self) -> Nanos:
        return _START

    def wall(self) -> WallNanos:
        return self._wall


class Rewriter:
    """Makes the folder ``root``/<id of the episode>; whole once left without an error."""

    def __init__(self, root: Path, start: StartHeader, recipients: Sequence[str]) -> None:
        key = Ed25519PrivateKey.generate()
        about = EpisodeAbout(start.consent, start.policy, start.purpose, tuple(start.apps))
        self._episode, self._seal = start.episode, Seal(recipients)
        self._root = Folder(host.private_dir(root))
        self._journal = Journal(
            self._root, start.episode, about=about, clock=_Then(start.month), start=_START,
            signer=Signer(key.sign, key.public_key().public_bytes_raw()),
        )  # fmt: skip
        self._place = root / start.episode
        self._canvas = Canvas()
        self._draft: Draft | None = None
        self._shown: Mapping[int, bytes] = {}
        self._last = Nanos(-1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._end()
        finally:
            self._journal.close()
            self._root.close()

    def add(self, item: Spoken | Picture) -> None:
        """Take the next event or picture. Raises EpisodeError, StoreError."""
        at = item.done if isinstance(item, Picture) else item.t
        if self._draft is not None and at - self._draft.born >= SEGMENT:
            self._finish()
        if isinstance(item, Picture):
            self._add_picture(item)
        else:
            self._open(at).add(item)
        full = self._draft is not None and self._draft.size >= MAX_PLAINTEXT
        if full or self._canvas.full:
            self._finish()

    def _open(self, at: Nanos) -> Draft:
        if self._draft is None:
            self._draft = Draft(at)
        return self._draft

    def _add_picture(self, picture: Picture) -> None:
        frame = self._frame(picture)
        if self._draft is not None and self._draft.frames and not self._canvas.fits(frame):
            self._finish()
        coded = self._canvas.add(frame, _START)
        if coded is None:
            raise EpisodeError(f"The picture at {picture.done} ns cannot be written.")
        self._open(picture.done).add_frame(picture.t, picture.done, coded)
        self._shown, self._last = picture.tiles, picture.t

    def _frame(self, picture: Picture) -> Frame:
        """Return what a picture changes, as a recorder would have said it."""
        grid = Grid(picture.width, picture.height)
        full = picture.full or self._canvas.wants_full or self._last < 0
        full |= not self._canvas.knows(_frame(picture, (), full=True, after=_START))
        old, new = ({} if full else self._shown), picture.tiles
        places = [n for n in sorted(old.keys() | new.keys()) if old.get(n) != new.get(n)]
        tiles = tuple(
            Tile(*divmod(n, grid.columns), new[n] if n in new else bytes(grid.bytes(n)))
            for n in places
        )
        return _frame(picture, tiles, full=full, after=self._last)

    def _finish(self) -> None:
        """Seal what was gathered."""
        if self._draft is None:
            return
        draft, self._draft = self._draft, None
        about = {"episode": self._episode, "seq": ""}
        sealed = [
            Sealed(kind, self._seal.close(plain), *draft.span(kind))
            for kind, plain in draft.finish(self._canvas.finish(), about, self._journal.next_seq)
        ]
        while sealed:
            sealed = sealed[self._journal.store(sealed) :]

    def _end(self) -> None:
        self._finish()
        self._journal.end("")
        with Folder(self._place) as folder:
            folder.unlink(LOCAL)  # the recording machine's word on time, and this was none
            folder.sync()


def _frame(picture: Picture, tiles: tuple[Tile, ...], *, full: bool, after: Nanos) -> Frame:
    since = picture.t if picture.since is None else picture.since
    return Frame(
        picture.t, picture.done, picture.epoch, picture.width, picture.height, picture.kept,
        tiles, full=full, app=picture.app, after=_START if full else after, since=since,
    )  # fmt: skip


def masked(picture: Picture, rects: Iterable[Rect]) -> Picture:
    """Return a picture without the pixels in ``rects``; they are blank, and not kept."""
    veils = disjoint(rects)
    if not veils:
        return picture
    grid, tiles = Grid(picture.width, picture.height), dict(picture.tiles)
    for number, tile in picture.tiles.items():
        own = grid.rect(number)
        holes = [hole for veil in veils if (hole := intersect(own, veil))]
        if not holes:
            continue
        pixels = bytearray(tile)
        for hole in holes:
            width = hole.w * _CHANNELS
            for y in range(hole.y - own.y, hole.y - own.y + hole.h):
                at = (y * own.w + hole.x - own.x) * _CHANNELS
                pixels[at : at + width] = bytes(width)
        if any(pixels):
            tiles[number] = bytes(pixels)
        else:
            del tiles[number]
    kept = subtract(picture.kept, veils)[:MAX_KEPT]  # of the rest it is not said that it is real
    return replace(picture, tiles=tiles, kept=kept)
