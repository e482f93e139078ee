"""Linux: who runs this, a process that cannot be dumped, folders that are really private."""

from __future__ import annotations

import ctypes
import os
import resource
import stat
import sys
from typing import TYPE_CHECKING

from nodreel.errors import RootRefusedError, StoreError
from nodreel.host.files import trouble

if TYPE_CHECKING:
    from pathlib import Path

assert sys.platform == "linux"  # noqa: S101  type checkers for other systems stop reading here

_PR_SET_DUMPABLE = 4
_M_TRIM, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # of <malloc.h>
_LARGE = 256 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ROOT = 0
_KEEP_SIZE, _PUNCH_HOLE = 1, 2  # fallocate(2)


def refuse_root() -> None:
    """Raise RootRefusedError when any of our user ids is 0; there is no way around it."""
    if _ROOT in os.getresuid():
        msg = "nodreel was started as root (user id 0)."
        raise RootRefusedError(msg)


def harden() -> None:
    """Make this process undumpable: no core file, no /proc/PID/mem for others, private new files.

    Raises StoreError when the kernel refuses, since plaintext could then reach the disk.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        msg = f"The kernel refused to make this process private: {os.strerror(ctypes.get_errno())}."
        raise StoreError(msg, advice="Run nodreel outside of the sandbox that forbids prctl.")


def punch(file: int, at: int, size: int) -> bool:
    """Make ``size`` bytes of an open file zero and give their room back; False where that fails."""
    libc = ctypes.CDLL(None, use_errno=True)
    off_t = ctypes.c_int64
    done: int = libc.fallocate64(file, _KEEP_SIZE | _PUNCH_HOLE, off_t(at), off_t(size))
    return done == 0


def give_memory_back() -> None:
    """Have what is freed go back to the system: one heap for all threads, pictures outside it.

    Left to itself the C library keeps a heap for each thread, and puts pictures into them once a
    few large ones were freed. Where it is another library, nothing is changed.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        for what, value in ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, _LARGE), (_M_TRIM, 2 * _LARGE)):
            tune(what, value)


def trim_memory() -> None:
    """Give the holes in the heap back to the system; takes a millisecond or two.

    Tiles of pictures are too small for maps of their own: after a busy moment the heap is as large
    as it was then, and of what is free in it only the end goes back by itself.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(ctypes.c_size_t(0))


def private_dir(path: Path) -> Path:
    """Make sure that ``path`` is a folder of ours that nobody else may enter (0700); return it.

    Missing folders are made. Raises StoreError for a link, a foreign owner, a mode wider than
    0700, or a parent that others may change; an existing folder is never repaired silently.
    """
    try:
        _make(path)
        _check_parents(path)
        _check(path)
    except OSError as error:
        raise trouble(path, error) from error
    return path


def _make(path: Path) -> None:
    """Create the folder and its missing parents, durably, each 0700 whatever the umask."""
    missing = []
    while not os.path.lexists(path):
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            _keep_name(folder.parent)
        except OSError:
            folder.rmdir()  # it would be there next time, and nobody would know that it may vanish
            raise


def _keep_name(parent: Path) -> None:
    """Sync a folder: what is synced inside a new one is lost with the new one's own name."""
    fd = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _check(path: Path) -> None:
    """Look at the folder itself through a descriptor, so that it cannot be swapped meanwhile."""
    if path.is_symlink():
        msg = f"The folder {path} is a link; links are never followed."
        raise StoreError(msg, advice="Remove the link, or set NODREEL_HOME to the real folder.")
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        found = os.fstat(folder)
    finally:
        os.close(folder)
    if found.st_uid != os.geteuid():
        msg = f"The folder {path} belongs to user id {found.st_uid}, not to you ({os.geteuid()})."
        raise StoreError(msg, advice="Move it away, or point NODREEL_HOME to a folder of yours.")
    if found.st_mode & _OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        msg = f"The folder {path} is open to other users (mode {mode:04o}, wanted 0700)."
        raise StoreError(msg, advice=f"Close it with: chmod 700 '{path}'")


def _check_parents(path: Path) -> None:
    """Whoever may rename a parent may swap the folder: each belongs to us or root, or is sticky."""
    for parent in path.absolute().parents:
        found = parent.stat()
        if found.st_uid not in {os.geteuid(), _ROOT}:
            msg = f"{parent}, which holds {path}, belongs to user id {found.st_uid}."
            raise StoreError(msg, advice="Point NODREEL_HOME to a folder under your home.")
        if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
            msg = f"Everybody may write to {parent}, which holds {path}."
            raise StoreError(msg, advice=f"Close it with: chmod o-w '{parent}'")
