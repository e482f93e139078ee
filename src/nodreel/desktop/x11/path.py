"""When to fetch the pointer's path: it waits in the server, which costs nothing, but not for long.

The server hands out the path by 32 events, or when it is asked, which takes two round trips. So it
is not asked for each move, not for each key, and not at all while nobody touches anything. What it
handed out is taken out of the socket before that is full (see ``pointer``), the sooner the faster
it comes.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from nodreel.events import MILLISECOND, SECOND, Nanos

ROOM = Nanos(150 * MILLISECOND)
"""How long messages may lie in the socket at most: nobody knows how fast they will come."""
BATCH = Nanos(3 * ROOM)
"""How long the path may wait while the pointer moves."""
KEYS = Nanos(SECOND)
"""The same while keys come and nothing is heard of a pointer."""
SLOWLY = Nanos(3 * SECOND)
"""The same while nobody wants to know: it must not fill the memory of the server."""
FULL = 96
"""Messages that may lie there: it takes 280, and we may be late."""
PROBE = Nanos(1100 * MILLISECOND)
"""After that long without anything, the server tells when somebody is back (see ``Stillness``)."""


class Path:
    """Tell it what was heard; ``due`` says when to fetch, None for when it has been heard of."""

    def __init__(self, now: Nanos, *, told: bool) -> None:
        self._told = told  # whether the server tells when somebody is back
        self._heard = now
        self._batch: Nanos | None = None
        self._probe: Nanos | None = now
        self._emptied: Nanos | None = None  # since when something may lie in the socket
        self._room = ROOM  # how long it may lie there
        self._closely = True

    @property
    def due(self) -> Nanos | None:
        """When the path should be fetched."""
        times = [t for t in (self._batch, self._probe) if t is not None]
        return min(times, default=None)

    @property
    def full(self) -> Nanos | None:
        """When the socket should be emptied, None while nothing is known to come."""
        return None if self._emptied is None else Nanos(self._emptied + self._room)

    @property
    def wakes(self) -> bool:
        """Whether it matters that the server handed out a part of it."""
        return self._closely and self._emptied is None

    def listen(self, now: Nanos, *, closely: bool) -> None:
        """Take note of whether anybody wants to know."""
        if closely != self._closely:
            self._closely, self._batch, self._probe, self._emptied = closely, None, now, None

    def moved(self, now: Nanos) -> None:
        """Take note that something of it may wait now."""
        self._wait(now, BATCH)
        if self._closely and self._emptied is None:
            self._emptied = now

    def emptied(self, now: Nanos, messages: int) -> None:
        """Take note that so many messages were taken out of the socket; the rest still waits."""
        if self._emptied is not None and messages:
            passed = max(MILLISECOND, now - self._emptied)
            self._room = Nanos(min(ROOM, FULL * passed // messages))
        self._emptied = now if self._closely else None

    def typed(self, now: Nanos) -> None:
        """Take note that keys came, so somebody is there."""
        self._wait(now, KEYS)

    def _wait(self, now: Nanos, patience: Nanos) -> None:
        self._heard, until = now, Nanos(now + (patience if self._closely else SLOWLY))
        self._batch = until if self._batch is None else min(self._batch, until)

    def fetched(self, now: Nanos, *, found: bool, more: bool) -> None:
        """Plan anew; ``found``: it, or something beside it; ``more``: a part has to wait still."""
        self._heard = now if found else self._heard
        self._emptied = None
        self._batch = Nanos(now + BATCH) if more and self._closely else None
        still = self._told and now - self._heard >= PROBE
        self._probe = None if still else Nanos(now + (PROBE if self._closely else SLOWLY))
