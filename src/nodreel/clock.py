"""Time, taken as an argument everywhere so that tests can turn it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final, NewType, Protocol

from nodreel.events import SECOND, Nanos

WallNanos = NewType("WallNanos", int)
"""Nanoseconds since 1970 (UTC); for ledgers on this machine only, never in an episode."""

STEP: Final = Nanos(5 * SECOND)
"""How far the two clocks may part between two looks before that is more than trimming."""
_AT_ONCE: Final = STEP // 50


class Clock(Protocol):
    """Two times: one that orders (monotonic) and one that people read (wall)."""

    def mono(self) -> Nanos:
        """CLOCK_MONOTONIC in nanoseconds."""
        ...

    def wall(self) -> WallNanos:
        """Nanoseconds since 1970, UTC."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def mono(self) -> Nanos:
        """CLOCK_MONOTONIC in nanoseconds."""
        return Nanos(time.monotonic_ns())

    def wall(self) -> WallNanos:
        """Nanoseconds since 1970, UTC."""
        return WallNanos(time.time_ns())


class Steps:
    """Notices when the wall clock was set, or the machine slept: monotonic time stood meanwhile."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = clock.wall() - clock.mono()

    def by(self) -> int:
        """Return by how many ns the wall clock stepped since the last look, 0 if not at all."""
        mono = self._clock.mono()
        ahead = self._clock.wall() - mono
        if self._clock.mono() - mono > _AT_ONCE:
            return 0  # held up between the two: what passed then is no step; it is looked at again
        step, self._ahead = ahead - self._ahead, ahead
        return step if abs(step) >= STEP else 0


def time_of_day(wall: WallNanos) -> str:
    """Write a wall time as people here read a clock: 14:30, with the day unless it is today."""
    at = datetime.fromtimestamp(wall / 1e9, tz=UTC).astimezone()
    today = datetime.now(tz=UTC).astimezone().date()
    return f"{at:%H:%M}" if at.date() == today else f"{at:%Y-%m-%d %H:%M}"


def iso(wall: WallNanos) -> str:
    """Write a wall time as ISO 8601 in UTC, to the millisecond."""
    at = datetime.fromtimestamp(wall / 1e9, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
