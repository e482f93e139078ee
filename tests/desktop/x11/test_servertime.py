from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nodreel.desktop.x11.connection import Connection
from nodreel.desktop.x11.servertime import ServerTime, ask_times, own_window
from nodreel.events import MILLISECOND, SECOND

if TYPE_CHECKING:
    from tests.bed.bed import Bed

WRAP = 1 << 32


def test_on_this_machine_both_clocks_are_one(on_bed: Bed) -> None:
    x = Connection()
    samples = ask_times(x, own_window(x))
    x.close()
    assert len(samples) == 20
    assert ServerTime(samples).same


def test_a_foreign_clock_is_mapped_by_the_tightest_answer() -> None:
    behind = 5_000 * SECOND
    at = 9_000 * SECOND
    samples = [(at, (at - behind) // MILLISECOND, at + d * MILLISECOND) for d in (9, 3, 7)]
    time_ = ServerTime(samples)
    assert not time_.same
    now = time.monotonic_ns()
    ms = (now - behind) // MILLISECOND
    assert abs(time_.nanos(ms % WRAP) - now) <= 4 * MILLISECOND


def test_the_server_may_count_over_again() -> None:
    """After 49.7 days its milliseconds start over."""
    now = time.monotonic_ns()
    ms = (now // MILLISECOND) % WRAP
    server = ServerTime([(now, ms, now + 1)])
    assert server.same
    assert server.nanos(ms) == now // MILLISECOND * MILLISECOND
    late = 60 * 86_400 * SECOND
    assert ServerTime._near((late // MILLISECOND) % WRAP, late) == late // MILLISECOND
    just_before = (WRAP - 5) * MILLISECOND
    assert ServerTime._near(3, just_before) == WRAP + 3
