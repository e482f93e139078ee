"""A day in an hour: a clock that moves as fast as the work gets done, over several processes.

The time lies in a small shared file, so that it goes on where a killed agent stopped. Who waits is
woken when the clock has come so far; who moves it never runs far ahead of who has to keep up.
"""

from __future__ import annotations

import mmap
import struct
import threading
import time
from typing import TYPE_CHECKING, Final

from nodreel.clock import WallNanos
from nodreel.events import SECOND, Nanos

if TYPE_CHECKING:
    from pathlib import Path

WALL: Final = 1_790_000_000 * SECOND
_CELL: Final = struct.Struct("=QQq")  # the time, events played, how the wall clock was set


def make_clock_file(path: Path, start: Nanos) -> None:
    """Begin at ``start``."""
    path.write_bytes(_CELL.pack(start, 0, 0))


class Dial:
    """The shared file: the time in nanoseconds, and how many events the desktop has played."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _CELL.size)

    def read(self) -> tuple[int, int]:
        now, events, _ = _CELL.unpack_from(self._map)
        return now, events

    def write(self, now: int, events: int) -> None:
        _CELL.pack_into(self._map, 0, now, events, self.shift)

    @property
    def shift(self) -> int:
        """By how much the wall clock was set forward, ns."""
        shift: int = _CELL.unpack_from(self._map)[2]
        return shift

    def set_wall(self, shift: int) -> None:
        """Set the wall clock, as somebody with its settings open does."""
        struct.pack_into("=q", self._map, _CELL.size - 8, shift)


class PlayedClock:
    """Both clocks of nodreel, moved by ``advance``."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial
        self._now, self.events = dial.read()
        self._turned = threading.Condition()

    def mono(self) -> Nanos:
        return Nanos(self._now)

    def wall(self) -> WallNanos:
        return WallNanos(WALL + self._now + self._dial.shift)

    def advance(self, to: int, events: int = 0) -> None:
        """Move on to ``to``, with so many events having happened; never back."""
        with self._turned:
            self._now = max(self._now, to)
            self.events += events
            self._dial.write(self._now, self.events)
            self._turned.notify_all()

    def wait_until(self, when: int, woken: threading.Event, real_s: float) -> bool:
        """Wait until the clock says ``when`` or ``woken`` is set, for ``real_s`` at most."""
        end = time.monotonic() + real_s
        with self._turned:
            while not woken.is_set() and self._now < when:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._turned.wait(left)
        return True

    def nudge(self) -> None:
        with self._turned:
            self._turned.notify_all()


class Bell(threading.Event):
    """The agent's own alarm, ringing by the played clock; moves it while no desktop does."""

    def __init__(self, clock: PlayedClock) -> None:
        super().__init__()
        self._clock = clock
        self.heard = clock.mono()  # up to when the agent has looked after everything

    def set(self) -> None:
        super().set()
        self._clock.nudge()

    def wait(self, timeout: float | None = None) -> bool:
        self.heard = self._clock.mono()
        until = self.heard + int((timeout or 0) * SECOND)
        self._clock.nudge()
        if not self._clock.wait_until(until, self, 0.05):
            self._clock.advance(until)  # nothing is recorded just now, so nobody else moves it
        return self.is_set()
