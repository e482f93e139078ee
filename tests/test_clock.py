from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nodreel.clock import Steps, SystemClock, WallNanos, iso, time_of_day
from nodreel.events import SECOND
from tests.consent.clocks import TurnedClock

if TYPE_CHECKING:
    import pytest


def test_mono_is_the_kernels_monotonic_clock() -> None:
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    now = SystemClock().mono()
    assert before <= now <= time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def test_wall_is_the_time_of_day() -> None:
    before = time.time_ns()
    assert before <= SystemClock().wall() <= time.time_ns()


def test_iso_is_utc_to_the_millisecond() -> None:
    assert iso(WallNanos(0)) == "1970-01-01T00:00:00.000Z"
    assert iso(WallNanos(1_764_000_000_123_456_789)) == "2025-11-24T16:00:00.123Z"


def test_time_of_day_names_the_day_only_when_it_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    assert time_of_day(WallNanos(1_764_000_000_123_456_789)) == "2025-11-24 16:00"
    now = time.time_ns()
    assert time_of_day(WallNanos(now)) == time.strftime("%H:%M", time.gmtime(now // 10**9))


def test_a_step_of_the_wall_clock_is_told_once_and_trimming_is_not() -> None:
    clock = TurnedClock()
    steps = Steps(clock)
    clock.pass_time(100 * SECOND)
    assert steps.by() == 0
    for trimmed in (4, 4, -3):
        clock.turn_wall(trimmed * SECOND)
        assert steps.by() == 0
    for stepped in (5, -3600, 86_400):
        clock.turn_wall(stepped * SECOND)
        assert (steps.by(), steps.by()) == (stepped * SECOND, 0)


def test_who_is_held_up_between_the_two_clocks_sees_no_step() -> None:
    clock = TurnedClock()
    steps, wall = Steps(clock), clock.wall

    def held_up() -> WallNanos:
        clock.pass_time(60 * SECOND)
        return wall()

    clock.wall = held_up  # type: ignore[method-assign]
    assert steps.by() == 0
    clock.wall = wall  # type: ignore[method-assign]
    assert steps.by() == 0
    clock.turn_wall(60 * SECOND)
    assert steps.by() == 60 * SECOND
