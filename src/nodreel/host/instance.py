"""One agent per person and session, kept by a lock that dies with its holder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from nodreel.errors import StoreError
from nodreel.host.files import read_private, refuse_foreign

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 32  # a pid and a line break


class Instance:
    """The claim itself; hold on to it. A context manager; ``release`` may be called twice."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self._path, self._lock = path, lock
        self._place = _place(path)

    def holds(self) -> bool:
        """Whether the claim still lies where others look for it: no other can have one then."""
        return self._place is not None and _place(self._path) == self._place

    def release(self) -> None:
        """Let another one start."""
        self._lock.release()

    def __enter__(self) -> Self:
        """Return itself; the claim already stands."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release."""
        self.release()


def claim(path: Path) -> Instance | None:
    """Claim ``path`` for this process, or return None when another living process has it.

    The kernel drops the claim of a dead process, so a stale file is simply taken over. Raises
    StoreError when the file cannot be used (a link, a foreign owner, read-only).
    """
    refuse_foreign(path)
    lock = FileLock(path, timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except OSError as error:
        msg = f"Cannot lock {path}: {error.strerror}."
        raise StoreError(msg) from error
    # filelock has just opened this very file without following links, in a folder of ours.
    path.write_text(f"{os.getpid()}\n", encoding="ascii")
    return Instance(path, lock)


def _place(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def holder(path: Path) -> int | None:
    """Return the pid that the lock's file names; a hint for people, None when there is none."""
    try:
        return int(read_private(path, limit=_LONGEST))
    except (FileNotFoundError, StoreError, ValueError):
        return None
