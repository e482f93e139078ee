"""A clock that a test turns."""

from __future__ import annotations

from nodreel.clock import WallNanos
from nodreel.events import SECOND, Nanos

DAY = 86_400 * SECOND
START = WallNanos(1_790_000_000 * SECOND)


class TurnedClock:
    """Both times stand still until ``pass_time`` or ``set_wall``."""

    def __init__(self) -> None:
        self._wall = int(START)
        self._mono = 5_000 * SECOND

    def mono(self) -> Nanos:
        return Nanos(self._mono)

    def wall(self) -> WallNanos:
        return WallNanos(self._wall)

    def pass_time(self, nanos: int) -> None:
        self._wall += nanos
        self._mono = Nanos(self._mono + nanos)

    def turn_wall(self, nanos: int) -> None:
        self._wall += nanos
