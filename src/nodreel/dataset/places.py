"""Where recordings come from and data sets go: a folder, or an object store, by the same words.

Names are paths below the place, with ``/`` between their parts, on each system.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from nodreel import host
from nodreel.dataset.objects import ObjectPlace, is_address, refusal
from nodreel.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCK: Final = ".building"
_PART: Final = ".part"
_HALF: Final = re.compile(r"\.[0-9a-f]{8}\.part\Z")


class Place(Protocol):
    """A folder or a bucket. All raise StoreError, with the name, when it cannot be done."""

    @property
    def name(self) -> str:
        """As it was given."""
        ...

    def listing(self) -> Iterator[tuple[str, int]]:
        """Yield names and sizes in bytes of all files, those of one folder together."""
        ...

    def read(self, name: str, start: int, size: int) -> bytes:
        """Return ``size`` bytes from ``start`` on; fewer where the file ends."""
        ...

    def folder(self, name: str) -> AbstractContextManager[Path]:
        """Lend a folder of that name with its files; gone afterwards if it is a copy."""
        ...

    def put(self, name: str, file: Path) -> None:
        """Make ``name`` hold what the file holds: all of it or, if it fails, nothing new."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file; missing is fine."""
        ...

    def tidy(self) -> None:
        """Remove what killed writers left half written."""
        ...

    def alone(self, *, take_over: bool) -> AbstractContextManager[Callable[[], None]]:
        """Let nobody else build there meanwhile, raises StoreError if somebody does.

        Lends what raises StoreError if somebody took the place over since. ``take_over`` takes it
        from a build that was killed, where the system does not know that it was.
        """
        ...


def place_of(text: str, scratch: Path | None = None) -> Place:
    """Return the place that a path or an address (``s3://bucket/prefix``) names.

    ``scratch`` is where copies of objects lie while they are read.
    """
    return ObjectPlace(text, scratch) if is_address(text) else LocalPlace(text)


class LocalPlace:
    """A folder. What is written into it is this account's alone: it is not sealed."""

    def __init__(self, text: str) -> None:
        self.name = text
        self._root = Path(text).absolute()

    def listing(self) -> Iterator[tuple[str, int]]:
        """Yield names and sizes, sorted; links are not followed, what is half written is not."""
        for name, entry in self._all():
            if not _HALF.search(name) and name != LOCK:
                yield name, entry.stat(follow_symlinks=False).st_size

    def _all(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        try:
            yield from self._below(self._root, "")
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"Cannot look into {self.name}: {error.strerror}.") from error

    def _below(self, folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(folder / entry.name, f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield prefix + entry.name, entry

    def read(self, name: str, start: int, size: int) -> bytes:
        """Return part of a file."""
        try:
            with (self._root / name).open("rb") as file:
                file.seek(start)
                return file.read(size)
        except OSError as error:
            raise StoreError(f"Cannot read {name} in {self.name}: {error.strerror}.") from error

    def folder(self, name: str) -> AbstractContextManager[Path]:
        """Lend the folder itself."""
        return nullcontext(self._root / name)

    def put(self, name: str, file: Path) -> None:
        """Copy a file in, durably, and give it its name when it is whole."""
        path = self._root / name
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_PART}")
        try:
            self._make(path.parent)
            with file.open("rb") as source, half.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
                target.flush()
                os.fsync(target.fileno())
            half.replace(path)
        except OSError as error:
            with suppress(OSError):
                half.unlink(missing_ok=True)
            raise StoreError(f"Cannot write {name} to {self.name}: {error.strerror}.") from error

    def _make(self, folder: Path) -> None:
        self._root.parent.mkdir(parents=True, exist_ok=True)
        self._root.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)

    def delete(self, name: str) -> None:
        """Remove a file."""
        try:
            (self._root / name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"Cannot delete {name} in {self.name}: {error.strerror}.") from error

    def tidy(self) -> None:
        """Remove what killed writers left half written."""
        try:
            for name, entry in self._all():
                if _HALF.search(name):
                    Path(entry.path).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"Cannot tidy {self.name}: {error.strerror}.") from error

    @contextmanager
    def alone(self, *, take_over: bool) -> Iterator[Callable[[], None]]:  # noqa: ARG002
        """Hold a lock that the kernel drops with its holder: there is never any to take over."""
        new, lock = not self._root.exists(), self._root / LOCK
        try:
            self._make(self._root)
        except OSError as error:
            raise StoreError(f"Cannot write to {self.name}: {error.strerror}.") from error
        claim = host.claim(lock)
        if claim is None:
            raise refusal(self.name, "Wait until it has ended.")

        def check() -> None:
            if not claim.holds():
                raise refusal(self.name, "Run the same command again.")

        try:
            check()  # it may have ended, and its lock with it, just now
            yield check
        finally:
            if claim.holds():
                with suppress(OSError):
                    lock.unlink()
            claim.release()
            if new:
                with suppress(OSError):
                    self._root.rmdir()  # nothing came of it


@contextmanager
def file_of(data: bytes, scratch: Path, name: str) -> Iterator[Path]:
    """Lend a file that holds ``data``, for ``put``."""
    path = scratch / name.replace("/", "_")
    try:
        path.write_bytes(data)
        yield path
    except OSError as error:
        raise StoreError(f"Cannot write to {scratch}: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
