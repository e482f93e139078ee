"""Looks for canaries in all that was written: files as they lie, sealed records, pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

import numpy as np
import pyrage
import zstandard

from nodreel.episode import Picture, open_episode
from nodreel.errors import EpisodeError
from nodreel.events import Key, KeyClass
from nodreel.selftest.canaries import forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from nodreel.selftest.canaries import Canaries

RUN: Final = 8  # pixels of one colour side by side; a photograph has single ones of any colour
_AGE: Final = b"age-encryption.org/v1\n"
_SIZE: Final = re.compile(rb'"size":(\d{1,13})[,}]')
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_MOST: Final = 64 << 20  # bytes of one file, and of what one frame inflates to
_PRINTABLE: Final = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """``what`` was planted and ``where`` it was found; never the word itself."""

    what: str
    where: str


@dataclass(slots=True)
class Looked:
    """How much was looked at; ``unread`` files could not be read or were too big."""

    files: int = 0
    bytes: int = 0
    records: int = 0
    pictures: int = 0
    pixels: int = 0
    unread: int = 0


@dataclass(slots=True)
class Search:
    """``hits`` are what must not be; ``control`` tells whether the word that must be was found."""

    canaries: Canaries
    looked: Looked = field(default_factory=Looked)
    hits: set[Hit] = field(default_factory=set)
    control: bool = False

    def bytes(self, data: bytes, where: str) -> None:
        """Look for every word in every form, also in what is compressed."""
        self.looked.bytes += len(data)
        for block in (data, *_inflated(data)):
            self.control |= self.canaries.control.encode() in block
            for place, word in self.canaries.words.items():
                for form, needle in forms(word):
                    if needle in block:
                        self.hits.add(Hit(place, f"{where} ({form})"))

    def files(self, paths: Iterable[Path], where: str, identity: str | None = None) -> None:
        """Look through files and their names; what is sealed to ``identity`` is opened, too."""
        key = pyrage.x25519.Identity.from_str(identity) if identity else None
        for path in paths:
            self.bytes(str(path).encode(errors="replace"), f"{where}: a name")
            try:
                if path.stat().st_size > _MOST:
                    raise OSError  # noqa: TRY301
                raw = path.read_bytes()
            except OSError:
                self.looked.unread += 1
                continue
            self.looked.files += 1
            self.bytes(raw, f"{where}: {path.name}")
            for sealed in _sealed(raw) if key is not None else ():
                try:
                    self.bytes(pyrage.decrypt(sealed, [key]), f"{where}: {path.name}, opened")
                except pyrage.DecryptError:
                    self.looked.unread += 1

    def episode(self, folder: Path, identity: str, where: str) -> None:
        """Read every record and every pixel of an episode."""
        episode = open_episode(folder, identity)
        typed: list[str] = []
        for item in episode:
            if isinstance(item, Picture):
                self.picture(item, where)
                continue
            self.looked.records += 1
            for text in _texts(item):
                self.bytes(text.encode(errors="replace"), f"{where}: {type(item).__name__.lower()}")
            if isinstance(item, Key) and item.press and item.key_class is KeyClass.CHARACTER:
                typed.append(_character(item))
        self.bytes("".join(typed).encode(), f"{where}: keys")
        if episode.damage:
            raise EpisodeError("Some of what was recorded could not be read, so it proves nothing.")

    def picture(self, picture: Picture, where: str) -> None:
        """Look for the colours on every pixel."""
        pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
        whole = (pixels.astype(np.uint32) * np.array([1, 1 << 8, 1 << 16], np.uint32)).sum(axis=2)
        self.looked.pictures += 1
        self.looked.pixels += whole.size
        for number, colour in enumerate(self.canaries.colours, 1):
            same = whole == colour
            if same.any() and _runs(same):
                self.hits.add(Hit(f"colour patch {number}", f"{where}: a picture"))


def _runs(same: NDArray[np.bool_]) -> bool:
    """Whether ``RUN`` pixels side by side are."""
    together = same
    for shift in range(1, RUN):
        together = together[:, :-1] & same[:, shift:]
    return bool(together.any())


def _sealed(raw: bytes) -> Iterator[bytes]:
    """Yield the age files in a file: all of it, or each behind a line that says its size."""
    at = raw.find(_AGE)
    while at >= 0:
        size = _SIZE.search(raw, raw.rfind(b"{", 0, at), at) if at else None
        end = at + int(size[1]) if size else len(raw)
        yield raw[at:end]
        at = raw.find(_AGE, max(end, at + 1))


def _inflated(data: bytes) -> Iterator[bytes]:
    at = data.find(_ZSTD)
    while at >= 0:
        try:
            stream = zstandard.ZstdDecompressor().decompressobj()
            yield stream.decompress(data[at : at + _MOST])[:_MOST]
        except zstandard.ZstdError:
            pass  # no frame, or one that leans on a dictionary: pictures, which are looked at
        at = data.find(_ZSTD, at + 1)


def _texts(item: object) -> Iterator[str]:
    """Yield all texts of an event, those in tuples too."""
    for one in fields(item):  # type: ignore[arg-type]
        value = getattr(item, one.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, str):
                yield part


def _character(key: Key) -> str:
    known = key.keysym is not None and key.keysym in _PRINTABLE
    return chr(key.keysym or 0) if known else "\0"
