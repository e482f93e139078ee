"""The X server's clock in our own: on one machine both are CLOCK_MONOTONIC, which is verified."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
import time
from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND, Nanos

if TYPE_CHECKING:
    from nodreel.desktop.x11.connection import Connection

_PROPERTY_NOTIFY = 28
_PROPERTY_CHANGE = 1 << 22
_INPUT_ONLY = 2
_OVERRIDE, _EVENT_MASK = 1 << 9, 1 << 11
_APPEND, _STRING = 2, 31
_ROUNDS = 20
_SLACK = 3 * MILLISECOND
_WRAP = 1 << 32


def ask_times(x: Connection, window: int, rounds: int = _ROUNDS) -> list[tuple[int, int, int]]:
    """(before, server ms, after) of some round trips; before and after in ns, our clock."""
    name, samples = x.atom("_NODREEL_TIME"), []
    for _ in range(rounds):
        before = time.monotonic_ns()
        x.core.ChangeProperty(_APPEND, window, name, _STRING, 8, 0, b"")
        x.round_trip()
        after = time.monotonic_ns()
        told = [e for e in x.events() if e[0] == _PROPERTY_NOTIFY]
        samples += [(before, struct.unpack_from("=I", e, 12)[0], after) for e in told]
    return samples


def own_window(x: Connection) -> int:
    """Make a window of ours that is never mapped; it tells when its properties change."""
    window = x.new_id()
    x.core.CreateWindow(
        0, window, x.root, -1, -1, 1, 1, 0, _INPUT_ONLY, 0,
        _OVERRIDE | _EVENT_MASK, [1, _PROPERTY_CHANGE],
    )  # fmt: skip
    return window


class ServerTime:
    """Turns server times (32-bit ms) into CLOCK_MONOTONIC ns; ``same``: both are one clock."""

    def __init__(self, samples: list[tuple[int, int, int]]) -> None:
        self.same = all(
            before - _SLACK <= self._near(ms, after) * MILLISECOND <= after + _SLACK
            for before, ms, after in samples
        )
        # The event happened before its answer came: the smallest gap is the tightest bound.
        self._offset = 0 if self.same else min(after - ms * MILLISECOND for _, ms, after in samples)

    @staticmethod
    def _near(ms: int, now: int) -> int:
        """Undo the 32-bit wrap (every 49.7 days): the full count nearest to ``now``."""
        expected = now // MILLISECOND
        return expected + (ms - expected + _WRAP // 2) % _WRAP - _WRAP // 2

    def nanos(self, ms: int) -> Nanos:
        """Return the moment of a server time, in ns of CLOCK_MONOTONIC (to the millisecond)."""
        near = self._near(ms, time.monotonic_ns() - self._offset)
        return Nanos(near * MILLISECOND + self._offset)
