"""Pictures of one episode on disk until it is known that all of the episode is sound."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from nodreel.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.episode import Picture
    from nodreel.events import Nanos


class Spool:
    """Takes pictures with their files, and gives them back in order; raises StoreError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: list[tuple[Picture, int]] = []
        try:
            self._file = path.open("w+b")
        except OSError as error:
            raise StoreError(f"Cannot write to {path}: {error.strerror}.") from error

    @property
    def dones(self) -> list[Nanos]:
        """The ``done`` of the pictures, in order."""
        return [picture.done for picture, _ in self._kept]

    def add(self, picture: Picture, image: bytes) -> None:
        """Keep a picture without its pixels, and its file."""
        try:
            self._file.write(image)
        except OSError as error:
            raise StoreError(f"Cannot write to {self._path}: {error.strerror}.") from error
        self._kept.append((replace(picture, tiles={}), len(image)))

    def __iter__(self) -> Iterator[tuple[Picture, bytes]]:
        """Yield the pictures and their files."""
        self._file.seek(0)
        for picture, size in self._kept:
            yield picture, self._file.read(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        with suppress(OSError):
            self._path.unlink()
