"""Small files of ours that must be whole, private and really on the disk.

Every path's last component is opened without following links; nothing here waits on a FIFO or
reads more than it was told to. Missing files raise FileNotFoundError, all else StoreError.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from nodreel.errors import DiskFullError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _flag(name: str) -> int:
    """Return an open(2) flag, 0 where the system does not have it."""
    value: int = getattr(os, name, 0)
    return value


SAFELY = _flag("O_NOFOLLOW") | _flag("O_CLOEXEC") | _flag("O_NONBLOCK") | _flag("O_NOCTTY")
_FOLDER = os.O_RDONLY | _flag("O_DIRECTORY") | _flag("O_NOFOLLOW") | _flag("O_CLOEXEC")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PRIVATE = 0o600
_turn = threading.Lock()  # this program's own threads
_TICKS = 50_000_000  # ns: more than one step of the clock by which files are stamped


def user_id() -> int:
    """Return the effective user id; -1 where the system has none."""
    ask = getattr(os, "geteuid", None)
    return -1 if ask is None else int(ask())


def read_private(path: Path, *, limit: int) -> bytes:
    """Read a file that is ours alone (0600) and at most ``limit`` bytes long."""
    fd = _open(path, os.O_RDONLY | SAFELY)
    try:
        _check_private(path, os.fstat(fd))
        return read_bounded(path, fd, limit=limit)
    except OSError as error:
        raise trouble(path, error) from error
    finally:
        os.close(fd)


def read_tail(path: Path, *, limit: int) -> bytes:
    """Read the last ``limit`` bytes of a file that is ours alone (0600)."""
    fd = _open(path, os.O_RDONLY | SAFELY)
    try:
        found = os.fstat(fd)
        _check_private(path, found)
        os.lseek(fd, max(0, found.st_size - limit), os.SEEK_SET)
        return read_bounded(path, fd, limit=limit)
    except OSError as error:
        raise trouble(path, error) from error
    finally:
        os.close(fd)


def read_bounded(path: Path, fd: int, *, limit: int) -> bytes:
    """Read all of ``fd``, or raise StoreError when there are more than ``limit`` bytes."""
    parts: list[bytes] = []
    left = limit + 1
    while left > 0 and (part := os.read(fd, min(left, 1 << 16))):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise StoreError(f"{path} is larger than {limit} bytes.")
    return b"".join(parts)


def replace_private(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` so that after a power cut the old or the new is there, never less.

    tmp (O_EXCL, 0600), write, fsync, rename, fsync of the folder. Programs that replace the same
    file at once do not meet: the temporary name is each one's own.
    """
    tmp = f".{path.name}.{os.getpid()}.tmp"
    with _turn, _folder(path) as folder:
        try:
            _remove_left_over(folder, path.name)
            _write_new(folder, tmp, data)
            os.rename(tmp, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
        except OSError as error:
            with suppress(OSError):
                os.unlink(tmp, dir_fd=folder)
            raise trouble(path, error) from error


def append_private(path: Path, data: bytes) -> None:
    """Append ``data`` and fsync; when it does not fit, what was half written is taken back."""
    fd = _open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | SAFELY)
    try:
        before = os.fstat(fd)
        _check_private(path, before)
        try:
            _write_all(fd, data)
        except OSError:
            with suppress(OSError):
                os.ftruncate(fd, before.st_size)
            raise
        os.fsync(fd)
        if before.st_size == 0:
            with _folder(path) as folder:
                os.fsync(folder)
    except OSError as error:
        raise trouble(path, error) from error
    finally:
        os.close(fd)


def remove(path: Path) -> bool:
    """Unlink ``path`` and fsync its folder; False when it (or the folder) was not there."""
    try:
        with _folder(path) as folder:
            os.unlink(path.name, dir_fd=folder)
            os.fsync(folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise trouble(path, error) from error
    return True


def destroy(path: Path) -> bool:
    """Overwrite a small secret file where it lies, as far as the disk allows, and remove it."""
    with suppress(OSError, StoreError):
        fd = _open(path, os.O_WRONLY | SAFELY)
        try:
            if is_plain(os.fstat(fd)):
                _write_all(fd, bytes(os.fstat(fd).st_size))
                os.fsync(fd)
        finally:
            os.close(fd)
    return remove(path)


def rename(path: Path, name: str) -> None:
    """Give ``path`` another name in its folder, durably; no data is written."""
    try:
        with _folder(path) as folder:
            os.rename(path.name, name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise trouble(path, error) from error


def stamp(path: str) -> object:
    """Return what differs when a file was changed, replaced, made or removed; reads nothing of it.

    Asked every second of several files, hence of names as the system takes them. Of a link itself.
    Within one tick of the system's clock a file may change twice and look the same; so a stamp
    that young is like no other.
    """
    try:
        found = os.lstat(path)
    except OSError as error:
        return error.errno
    if abs(time.time_ns() - found.st_ctime_ns) < _TICKS:
        return object()
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def is_plain(found: os.stat_result) -> bool:
    """Whether it is a file like ours: no FIFO or device, and no other name of another's file."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink <= 1


def refuse_foreign(path: Path) -> None:
    """Raise StoreError when something lies at ``path`` that is no plain file; missing is fine."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise trouble(path, error) from error
    if not is_plain(found):
        raise StoreError(
            f"{path} is not a plain file of its own.", advice=f"Look at it and remove: {path}"
        )


def trouble(path: Path, error: OSError) -> StoreError:
    """Say in our words what the system said about ``path``."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DiskFullError(f"No space left to write {path}.")
    if error.errno == errno.ELOOP:
        return StoreError(f"{path} is a link; links are never followed.")
    return StoreError(f"Cannot use {path}: {error.strerror}.")


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags, _PRIVATE)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise trouble(path, error) from error


def _check_private(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{path} is not a regular file.")
    if found.st_uid != user_id():
        raise StoreError(f"{path} belongs to user id {found.st_uid}, not to you ({user_id()}).")
    if found.st_nlink > 1:
        raise StoreError(f"{path} has a second name (a hard link), so it may be another's file.")
    if found.st_mode & _OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        raise StoreError(
            f"{path} is open to other users (mode {mode:04o}, wanted 0600).",
            advice=f"If you trust what is in it, close it with: chmod 600 '{path}'",
        )


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    """Open the folder of ``path``, so that it cannot be swapped between two steps."""
    fd = _open(path.parent, _FOLDER)
    try:
        yield fd
    finally:
        os.close(fd)


def _remove_left_over(folder: int, name: str) -> None:
    """Remove what programs that have ended left half written of ``name``."""
    for left in os.listdir(folder):
        found = re.fullmatch(r"\.(.+)\.(\d{1,10})\.tmp", left)
        if found and found[1] == name and not _runs(int(found[2])):
            with suppress(OSError):  # another one was quicker, or it is no file
                os.unlink(left, dir_fd=folder)


def _runs(pid: int) -> bool:
    if os.name != "posix":
        return True  # there asking would be ending
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _write_new(folder: int, name: str, data: bytes) -> None:
    """Write a file that was not there before; a leftover of a crash makes room first."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFELY
    try:
        fd = os.open(name, flags, _PRIVATE, dir_fd=folder)
    except FileExistsError:
        os.unlink(name, dir_fd=folder)
        fd = os.open(name, flags, _PRIVATE, dir_fd=folder)
    try:
        _write_all(fd, data)
        os.fsync(fd)
    finally:
        os.close(fd)


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
