"""Systems that nodreel does not know yet: refused loudly, never half served."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from nodreel.errors import UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path


def refuse_root() -> None:
    """Raise UnsupportedError."""
    _refuse()


def harden() -> None:
    """Raise UnsupportedError."""
    _refuse()


def give_memory_back() -> None:
    """Do nothing."""


def trim_memory() -> None:
    """Do nothing."""


def punch(file: int, at: int, size: int) -> bool:
    """Return False: nothing is given back."""
    del file, at, size
    return False


def private_dir(path: Path) -> Path:
    """Raise UnsupportedError; ``path`` is not touched."""
    del path
    _refuse()


def _refuse() -> NoReturn:
    msg = "nodreel records on Linux only, for now."
    raise UnsupportedError(msg, advice="Use a Linux machine with an X11 session.")
