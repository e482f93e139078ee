"""When a person is told something: once for each reason, and never a storm, whatever happens."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.agent.notice import NOTICES, Occasion
from nodreel.agent.occasions import (
    BROKEN_AGAIN,
    DAY,
    HOUR,
    MONTH,
    MOST,
    SPACING,
    Facts,
    Restraint,
    occasions,
)
from nodreel.clock import WallNanos
from nodreel.events import SECOND, Nanos

NOW = WallNanos(1_800_000_000 * SECOND)
CALM = Facts(
    Nanos(100 * SECOND), NOW, "login", consent="c", given=NOW - DAY, expires=NOW + 300 * DAY
)
RECORDING = replace(CALM, recording=True)
NONE = Facts(Nanos(0), NOW, "login")


def told(facts: Facts, *before: str | Occasion) -> list[Occasion]:
    """Return what is told; ``before``: an occasion and what it was about, in turns."""
    return [o for o, _ in occasions(facts, dict(zip(before[::2], before[1::2], strict=True)))]


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (CALM, []),
        (NONE, []),
        (RECORDING, [Occasion.FIRST]),
        (replace(CALM, trouble="disk", troubled_since=CALM.mono), [Occasion.BROKEN]),
        (replace(CALM, trouble="senses", troubled_since=CALM.mono), []),
        (replace(CALM, trouble="senses", troubled_since=Nanos(95 * SECOND)), [Occasion.BROKEN]),
        (replace(CALM, paused_s=31.0, paused_until=7), []),
        (replace(CALM, paused_s=30.0, paused_until=7), [Occasion.PAUSE_ENDS]),
        (replace(NONE, question="policy 0"), [Occasion.ASK]),
        (replace(CALM, question="policy 9", wider=True), [Occasion.WIDER]),
        (replace(CALM, expires=NOW + 8 * DAY, given=NOW - 90 * DAY), []),
        (replace(CALM, expires=NOW + 7 * DAY, given=NOW - 90 * DAY), [Occasion.EXPIRES]),
        (replace(CALM, expires=NOW + 3 * DAY, given=NOW), []),
        (replace(RECORDING, given=NOW - MONTH), [Occasion.FIRST, Occasion.STILL_ON]),
        (replace(CALM, given=NOW - MONTH), []),
    ],
)
def test_what_is_told(facts: Facts, wanted: list[Occasion]) -> None:
    assert told(facts) == wanted


def test_each_is_told_once_for_its_reason() -> None:
    assert told(RECORDING, Occasion.FIRST, "login") == []
    assert told(replace(RECORDING, login="next"), Occasion.FIRST, "login") == [Occasion.FIRST]
    asked = replace(NONE, question="policy 0")
    assert told(asked, Occasion.ASK, "policy 0") == []
    assert told(replace(asked, question="policy 5"), Occasion.ASK, "policy 0") == [Occasion.ASK]


def test_a_month_counts_from_the_last_time_and_a_last_time_to_come_is_none() -> None:
    long = replace(RECORDING, given=NOW - 200 * DAY)
    first = (Occasion.FIRST, "login", Occasion.STILL_ON)
    assert told(long, *first, str(NOW - MONTH + 1)) == []
    assert told(long, *first, str(NOW - MONTH)) == [Occasion.STILL_ON]
    assert told(long, *first, str(NOW + DAY)) == [Occasion.STILL_ON]
    assert told(long, *first, "²") == [Occasion.STILL_ON]


def test_the_end_is_told_a_week_and_a_day_before() -> None:
    ends = replace(CALM, given=NOW - 90 * DAY, expires=NOW + 6 * DAY)
    ((_, about),) = occasions(ends, {})
    assert told(ends, Occasion.EXPIRES, about) == []
    assert told(replace(ends, expires=NOW + DAY), Occasion.EXPIRES, about) == [Occasion.EXPIRES]


MOMENTS = st.lists(
    st.tuples(st.sampled_from(Occasion), st.integers(0, 1000 * SECOND)), min_size=1, max_size=60
)


@given(MOMENTS)
def test_never_a_storm(moments: list[tuple[Occasion, int]]) -> None:
    restraint, now, shown = Restraint(), 0, []
    for occasion, passed in moments:
        now += passed
        if restraint.grants(occasion, Nanos(now)):
            shown.append((now, occasion))
    for at, _ in shown:
        assert sum(at <= other < at + HOUR for other, _ in shown) <= MOST
    times = [at for at, _ in shown]
    assert all(b - a >= SPACING for a, b in itertools.pairwise(times))
    broken = [at for at, occasion in shown if occasion is Occasion.BROKEN]
    assert all(b - a >= BROKEN_AGAIN for a, b in itertools.pairwise(broken))


def test_ten_seconds_six_in_an_hour_and_broken_every_quarter() -> None:
    restraint = Restraint()
    told = [restraint.grants(Occasion.FIRST, Nanos(t * SECOND)) for t in (0, 9, 10, 20, 30, 40, 50)]
    assert told == [True, False, True, True, True, True, True]
    assert not restraint.grants(Occasion.BROKEN, Nanos(3599 * SECOND))
    assert restraint.grants(Occasion.BROKEN, Nanos(3600 * SECOND))
    assert not restraint.grants(Occasion.BROKEN, Nanos(4000 * SECOND))


def test_every_occasion_has_words() -> None:
    assert set(NOTICES) == set(Occasion)
