"""How many bytes of pictures an hour may take: beyond it there are fewer pictures, none is worse.

Ordinary work stays far below. Scrolled photographs do not: 10 frames a second of them would be
gigabytes an hour. Then frames are held back (see ``canvas``) and the one before a key or a click
is written all the same, and the one after which nothing changes.
"""

from __future__ import annotations

from typing import Final

from nodreel.events import SECOND, Nanos

RATE: Final = 60_000  # bytes a second, 216 MB an hour
BURST: Final = 1_200_000  # bytes at once, such as several windows that come up
REST: Final = Nanos(SECOND)  # after so long without an event the picture at rest is written


class Budget:
    """Tell it what was written, in time order."""

    def __init__(self) -> None:
        self._left = float(BURST)
        self._at = Nanos(0)

    def spent(self, t: Nanos) -> bool:
        """Whether nothing is left at ``t``."""
        passed = max(0, t - self._at)
        self._at = max(self._at, t)
        self._left = min(float(BURST), self._left + RATE * passed / SECOND)
        return self._left < 0

    def take(self, size: int) -> None:
        """So many bytes were written; what is overdrawn is made up for later."""
        self._left -= size
