"""Whether a person may be in front of us."""

from __future__ import annotations

import os

_ENDS = (0, 1)  # what we read from and write to


def is_interactive() -> bool:
    """Whether both our input and output are a terminal. A pty passes: good manners, no proof."""
    return all(_is_terminal(fd) for fd in _ENDS)


def _is_terminal(fd: int) -> bool:
    try:
        return os.isatty(fd)
    except OSError:
        return False
