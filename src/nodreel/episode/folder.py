"""One folder, held open: files are reached by name inside it, never through a link.

A commit is: new temporary file, write, fsync, rename, fsync of the folder. What fails on the way
leaves the old state; a file whose fsync failed is never trusted again, the next try starts afresh.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from nodreel import host
from nodreel.errors import DiskFullError, EpisodeError, StoreError
from nodreel.host.files import SAFELY, trouble

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

_FOLDER: Final[int] = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | SAFELY
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFELY
_TRIES: Final = 2  # a single failed fsync is no reason to stop
TEMPORARY: Final = ".tmp"


class Folder:
    """An open folder. Raises StoreError, or DiskFullError when there is no room."""

    def __init__(self, path: Path, inside: int | None = None) -> None:
        self.path = path
        try:
            place = path if inside is None else path.name
            self._fd = os.open(place, _FOLDER, dir_fd=inside)
        except OSError as error:
            raise trouble(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()

    def close(self) -> None:
        """Let go of the folder; may be called twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def names(self) -> list[str]:
        """Return the names inside, sorted."""
        if self._fd < 0:  # listdir would take a closed descriptor for the current folder
            raise StoreError(f"{self.path} was closed.")
        try:
            return sorted(os.listdir(self._fd))  # noqa: PTH208  only os lists a descriptor
        except OSError as error:
            raise trouble(self.path, error) from error

    def commit(self, name: str, data: bytes) -> None:
        """Make ``name`` hold ``data``, durably and whole; refuses to write over a file."""
        for left in reversed(range(_TRIES)):
            try:
                self._commit(name, data)
            except FileExistsError as error:
                raise StoreError(f"{self.path / name} is already there.") from error
            except OSError as error:
                wrong = trouble(self.path / name, error)
                if left == 0 or isinstance(wrong, DiskFullError):
                    raise wrong from error
            else:
                return

    def replace(self, name: str, data: bytes) -> None:
        """Make ``name`` hold ``data``, durably and whole, in place of what it held."""
        try:
            self._commit(name, data, over=True)
        except OSError as error:
            raise trouble(self.path / name, error) from error

    def _commit(self, name: str, data: bytes, *, over: bool = False) -> None:
        if not over and self._exists(name):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        temporary = f".{name}.{secrets.token_hex(4)}{TEMPORARY}"
        here = temporary
        try:
            self._write_new(temporary, data)
            os.rename(temporary, name, src_dir_fd=self._fd, dst_dir_fd=self._fd)
            here = temporary if over else name
            os.fsync(self._fd)
        except OSError:
            with suppress(OSError):
                os.unlink(here, dir_fd=self._fd)
            raise

    def _write_new(self, name: str, data: bytes) -> None:
        file = os.open(name, _NEW, 0o600, dir_fd=self._fd)
        try:
            write_all(file, data)
            os.fsync(file)
        finally:
            os.close(file)

    def _exists(self, name: str) -> bool:
        try:
            os.stat(name, dir_fd=self._fd, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def read(self, name: str, limit: int, size: int | None = None) -> bytes:
        """Return a plain file of at most ``limit``, exactly ``size`` bytes; raises EpisodeError."""
        try:
            file = os.open(name, os.O_RDONLY | SAFELY, dir_fd=self._fd)
        except OSError as error:
            raise EpisodeError(f"Cannot read {self.path / name}: {error.strerror}.") from error
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
                raise EpisodeError(f"{self.path / name} is no file of at most {limit} bytes.")
            if size is not None and found.st_size != size:
                raise EpisodeError(f"{self.path / name} has {found.st_size} bytes, not {size}.")
            return _read_all(file, found.st_size)
        except OSError as error:
            raise EpisodeError(f"Cannot read {self.path / name}: {error.strerror}.") from error
        finally:
            os.close(file)

    def read_part(self, name: str, at: int, size: int) -> bytes:
        """Return ``size`` bytes of a plain file from ``at`` on; raises EpisodeError."""
        try:
            file = os.open(name, os.O_RDONLY | SAFELY, dir_fd=self._fd)
        except OSError as error:
            raise EpisodeError(f"Cannot read {self.path / name}: {error.strerror}.") from error
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_size < at + size:
                raise EpisodeError(f"{self.path / name} ends before {at + size} bytes.")
            os.lseek(file, at, os.SEEK_SET)
            return _read_all(file, size)
        except OSError as error:
            raise EpisodeError(f"Cannot read {self.path / name}: {error.strerror}.") from error
        finally:
            os.close(file)

    def size(self, name: str) -> int:
        """Return the size of a regular file in bytes, 0 when there is none."""
        with suppress(OSError):
            found = os.stat(name, dir_fd=self._fd, follow_symlinks=False)
            return found.st_size if stat.S_ISREG(found.st_mode) else 0
        return 0

    def open_append(self, name: str) -> int:
        """Return a descriptor that adds to a regular file which only we name."""
        try:
            flags = os.O_RDWR | os.O_APPEND | SAFELY
            file = os.open(name, flags, dir_fd=self._fd)
        except OSError as error:
            raise trouble(self.path / name, error) from error
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            os.close(file)
            raise StoreError(f"{self.path / name} is not a plain file of its own.")
        return file

    def create(self, name: str) -> int:
        """Return a descriptor that adds to a new file (0600); not durable before ``sync``."""
        try:
            return os.open(name, _NEW | os.O_APPEND, 0o600, dir_fd=self._fd)
        except FileExistsError as error:
            raise StoreError(f"{self.path / name} is already there.") from error
        except OSError as error:
            raise trouble(self.path / name, error) from error

    def cut(self, name: str, size: int) -> None:
        """Cut a plain file that only we name to its first ``size`` bytes, durably."""
        file = self.open_append(name)
        try:
            os.ftruncate(file, size)
            os.fsync(file)
        except OSError as error:
            raise trouble(self.path / name, error) from error
        finally:
            os.close(file)

    def blank(self, name: str, spans: Iterable[tuple[int, int]]) -> None:
        """Put zeros over (start, size) of a plain file that only we name, durably.

        Gives the room back where the file system can; needs no more anywhere.
        """
        try:
            file = os.open(name, os.O_WRONLY | SAFELY, dir_fd=self._fd)
        except OSError as error:
            raise trouble(self.path / name, error) from error
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
                raise StoreError(f"{self.path / name} is not a plain file of its own.")
            for at, size in spans:
                if not host.punch(file, at, size):
                    os.lseek(file, at, os.SEEK_SET)
                    write_all(file, bytes(size))
            os.fsync(file)
        except OSError as error:
            raise trouble(self.path / name, error) from error
        finally:
            os.close(file)

    def stamp(self, name: str) -> tuple[int, ...] | None:
        """Return what changes with a file (``.``: with the names here); None if it is not there."""
        with suppress(OSError):
            found = os.stat(name, dir_fd=self._fd, follow_symlinks=False)
            return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
        return None

    def alone(self, name: str) -> bool:
        """Whether a file has no other name than this."""
        with suppress(OSError):
            return os.stat(name, dir_fd=self._fd, follow_symlinks=False).st_nlink == 1
        return False

    def room(self, name: str) -> int:
        """Return what a regular file takes on the disk, at most its size; 0 when there is none."""
        with suppress(OSError):
            found = os.stat(name, dir_fd=self._fd, follow_symlinks=False)
            taken = 512 * getattr(found, "st_blocks", found.st_size)
            return min(found.st_size, taken) if stat.S_ISREG(found.st_mode) else 0
        return 0

    def rename(self, old: str, new: str) -> None:
        """Give a file another name; not durable before ``sync``."""
        try:
            os.rename(old, new, src_dir_fd=self._fd, dst_dir_fd=self._fd)
        except OSError as error:
            raise trouble(self.path / old, error) from error

    def empty(self, name: str) -> None:
        """Give a file's room back while its name stays; one that has other names is left."""
        try:
            file = os.open(name, os.O_WRONLY | SAFELY, dir_fd=self._fd)
        except OSError:
            return  # not a file of ours; the name goes anyway
        try:
            found = os.fstat(file)
            if stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
                os.ftruncate(file, 0)
        except OSError:
            return  # the name goes all the same, and with it the room
        finally:
            os.close(file)

    def unlink(self, name: str) -> None:
        """Remove a name that is no folder; not durable before ``sync``. Missing is fine."""
        try:
            os.unlink(name, dir_fd=self._fd)
        except FileNotFoundError:
            return
        except OSError as error:
            raise trouble(self.path / name, error) from error

    def sync(self) -> None:
        """Make names that came and went durable."""
        try:
            os.fsync(self._fd)
        except OSError as error:
            raise trouble(self.path, error) from error

    def make(self, name: str) -> Folder:
        """Create a folder inside (0700), durably, and open it; refuses one that is there."""
        try:
            os.mkdir(name, 0o700, dir_fd=self._fd)
        except OSError as error:
            raise trouble(self.path / name, error) from error
        try:
            os.fsync(self._fd)
        except OSError as error:
            self.remove(name)
            raise trouble(self.path / name, error) from error
        return self.open(name)

    def open(self, name: str) -> Folder:
        """Open a folder inside."""
        return Folder(self.path / name, self._fd)

    def remove(self, name: str) -> None:
        """Remove an empty folder inside; one that is not empty stays."""
        with suppress(OSError):
            os.rmdir(name, dir_fd=self._fd)


def _read_all(file: int, size: int) -> bytes:
    """Read up to ``size`` bytes; a file that shrank meanwhile gives fewer."""
    parts = []
    while size > 0 and (part := os.read(file, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def write_all(file: int, data: bytes) -> None:
    """Write every byte, however short each write is."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def refuse_deleted(file: int) -> None:
    """Raise OSError when an open file has no name any more: what it takes is lost with it."""
    if os.fstat(file).st_nlink == 0:
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
