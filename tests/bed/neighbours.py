"""Tests run beside each other as one person, and a recorder counts all that this person runs.

So a test that starts a program by which others can look in waits until no recorder of another
test runs, and those of others wait for its end. Where that is forgotten, a test beside it loses
seconds of its record by chance.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = Path(tempfile.gettempdir()) / f"nodreel-tests-{os.getuid()}"
_alone = False


def _lock(name: str, how: int) -> int:
    _PLACE.mkdir(mode=0o700, exist_ok=True)
    at = os.open(_PLACE / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(at, how)
    return at


def _enter(how: int) -> int:
    """Wait for a turn, then for the place: whoever wants to be alone is not passed by others."""
    turn = _lock("turn", fcntl.LOCK_EX)
    try:
        return _lock("place", how)
    finally:
        os.close(turn)


class Recorders:
    """That recorders of a test run: from ``enter`` to ``leave`` nobody is there who looks in."""

    def __init__(self) -> None:
        self._held: int | None = None

    def enter(self) -> None:
        if self._held is None and not _alone:
            self._held = _enter(fcntl.LOCK_SH)

    def leave(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def __enter__(self) -> Self:
        self.enter()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()


@contextmanager
def looking_in() -> Iterator[None]:
    """Be alone with programs by which others can look in; recorders of one's own may run too."""
    global _alone  # noqa: PLW0603  it is the process that is alone
    held = _enter(fcntl.LOCK_EX)
    _alone = True
    try:
        yield
    finally:
        _alone = False
        os.close(held)
