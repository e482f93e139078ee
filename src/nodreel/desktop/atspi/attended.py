"""The window in front, its process, and where its boxes lie on the desktop."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.desktop.atspi.boxes import inflated, scaled, within
from nodreel.desktop.atspi.terminals import is_terminal
from nodreel.desktop.atspi.verdicts import Memory
from nodreel.rects import contains

if TYPE_CHECKING:
    from nodreel.desktop.atspi.ask import Seen
    from nodreel.events import Rect
    from nodreel.scene import Process, Window

MOST = 64  # processes whose secret fields are remembered


@dataclass(slots=True)
class Attended:
    """A window that is attended; ``app`` is its connection on the bus, None while unknown."""

    window: Window
    process: Process
    memory: Memory
    app: str | None = None
    scale: float = 1.0

    @property
    def terminal(self) -> bool:
        """Whether this is a terminal emulator."""
        return is_terminal(self.process.exe, self.process.script)

    def rect(self, seen: Seen) -> Rect | None:
        """Return where an object lies on the desktop, None when it is outside its window."""
        if seen.box is None:
            return None
        return within(scaled(seen.box, self.scale), self.window.inner)

    def over(self, seen: Seen, x: int, y: int) -> Rect | None:
        """Return where an object lies that may be in a popup; None when (x, y) is not in it."""
        box = scaled(seen.box, self.scale) if seen.box is not None else None
        return box if box is not None and contains(box, x, y) else None

    def masks(self) -> tuple[Rect, ...]:
        """Return where the secret fields are that are shown, of all windows of the process."""
        return tuple(
            inflated(scaled(known.box, self.scale))
            for known in self.memory.fields.values()
            if known.box is not None and known.shown
        )


class Memories:
    """What is remembered of each process, the longest unused forgotten first."""

    def __init__(self) -> None:
        self._of: dict[tuple[int, int], Memory] = {}

    def of(self, process: Process) -> Memory:
        """Return the memory of a process; a recycled pid is another process."""
        key = (process.pid, process.start)
        memory = self._of.pop(key, None) or Memory()
        self._of[key] = memory
        while len(self._of) > MOST:
            del self._of[next(iter(self._of))]
        return memory
