from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.upload.pace import FILE, Pace
from tests.consent.clocks import DAY, TurnedClock

if TYPE_CHECKING:
    from pathlib import Path

KIB, MIB = 1 << 10, 1 << 20


class Slept:
    def __init__(self, clock: TurnedClock) -> None:
        self.clock, self.sum = clock, 0.0

    def __call__(self, seconds: float) -> None:
        self.sum += seconds
        self.clock.pass_time(int(seconds * 1e9))


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def slept(clock: TurnedClock) -> Slept:
    return Slept(clock)


def pace(folder: Path, clock: TurnedClock, slept: Slept, daily_mb: int = 10) -> Pace:
    return Pace(folder / "sent", clock, kib_s=256, daily_mb=daily_mb, sleep=slept)


def test_the_rate_is_kept_on_average(tmp_path: Path, clock: TurnedClock, slept: Slept) -> None:
    gauge = pace(tmp_path, clock, slept)
    for _ in range(8):
        gauge.moved(512 * KIB)
    assert slept.sum == pytest.approx(16, abs=0.1)


def test_time_that_passed_meanwhile_counts(
    tmp_path: Path, clock: TurnedClock, slept: Slept
) -> None:
    gauge = pace(tmp_path, clock, slept)
    gauge.moved(256 * KIB)
    clock.pass_time(3600 * 10**9)
    slept.sum = 0
    gauge.moved(256 * KIB)
    assert slept.sum == pytest.approx(1, abs=0.01), "an hour of rest is no hour of credit"


def test_the_sum_of_a_day_is_kept_over_restarts(
    tmp_path: Path, clock: TurnedClock, slept: Slept
) -> None:
    pace(tmp_path, clock, slept).moved(6 * MIB)
    gauge = pace(tmp_path, clock, slept)
    assert gauge.may(4 * MIB)
    assert not gauge.may(4 * MIB + 1)
    clock.turn_wall(-3 * DAY)
    assert not pace(tmp_path, clock, slept).may(5 * MIB), "a clock set back is no new day"
    clock.turn_wall(4 * DAY)
    assert pace(tmp_path, clock, slept).may(9 * MIB)


def test_a_clock_that_was_far_ahead_stops_nothing_for_years(
    tmp_path: Path, clock: TurnedClock, slept: Slept
) -> None:
    clock.turn_wall(4000 * DAY)
    pace(tmp_path, clock, slept).moved(10 * MIB)
    clock.turn_wall(-4000 * DAY)
    gauge = pace(tmp_path, clock, slept)
    assert not gauge.may(MIB)
    clock.pass_time(DAY)
    assert gauge.may(MIB)


def test_what_is_larger_than_a_days_amount_goes_alone(
    tmp_path: Path, clock: TurnedClock, slept: Slept
) -> None:
    gauge = pace(tmp_path, clock, slept, daily_mb=1)
    assert gauge.may(5 * MIB)
    gauge.moved(1)
    assert not gauge.may(5 * MIB)


def test_a_batch_is_a_few_seconds_worth(tmp_path: Path, clock: TurnedClock, slept: Slept) -> None:
    assert pace(tmp_path, clock, slept, daily_mb=500).largest == 2 * MIB
    assert pace(tmp_path, clock, slept, daily_mb=5).largest == 5 * MIB // 4


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"day": "x", "moved": 1}', "[" * 1000,
             '{"day": Infinity, "moved": 1}', '{"day": 1, "moved": NaN}',
             '{"day": 99999999, "moved": -99999999999}'],
)  # fmt: skip
def test_a_damaged_note_begins_anew(
    tmp_path: Path, clock: TurnedClock, slept: Slept, text: str
) -> None:
    (tmp_path / "sent").mkdir(mode=0o700)
    (tmp_path / "sent" / FILE).write_text(text)
    gauge = pace(tmp_path, clock, slept)
    assert gauge.may(10 * MIB)
    gauge.moved(1)
    assert not gauge.may(10 * MIB)
