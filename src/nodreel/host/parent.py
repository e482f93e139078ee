"""Who started a process, as the kernel knows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_INIT = 1


@dataclass(frozen=True, slots=True)
class Born:
    """A process that no later one can be mistaken for: ``start`` in clock ticks since boot."""

    pid: int
    start: int


def parent_of(pid: int) -> Born | None:
    """Return the process that started ``pid``; None when either is gone or cannot be read.

    A process whose parent has died belongs to init or another caretaker, which started nothing.
    """
    try:
        parent = int(_fields(pid)[1])
        return Born(parent, int(_fields(parent)[19])) if parent > _INIT else None
    except (OSError, ValueError, IndexError):
        return None


def _fields(pid: int) -> list[str]:
    """Read /proc/PID/stat from the state on; the name before it may hold anything."""
    text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    return text.rsplit(")", 1)[1].split()
