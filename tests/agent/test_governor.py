"""The governor: what it gives up, in which order, for what, and that it does not swing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nodreel.agent.governor import CALM, OVER, REASONS, STEPS, Budget, Governor
from nodreel.events import Sparing
from nodreel.host.load import Surroundings

WELL = Surroundings()
BUDGET = 4.0


def governor() -> Governor:
    return Governor(Budget(BUDGET))


def weigh(made: Governor, cpu: float, times: int = 1, around: Surroundings = WELL) -> Sparing:
    for _ in range(times):
        made.weigh(cpu, around)
    return made.sparing


def test_within_its_budget_nothing_is_given_up() -> None:
    made = governor()
    assert weigh(made, BUDGET, 100) is Sparing.NOTHING
    assert (made.words, made.unwilling) == ("", None)


def test_above_it_more_and_more_is_given_up_in_order_and_never_more_than_that() -> None:
    made, order = governor(), [Sparing.NOTHING]
    for _ in range(5 * OVER):
        if weigh(made, 2 * BUDGET) is not order[-1]:
            order.append(made.sparing)
    assert order == [Sparing.NOTHING, Sparing.RATE, Sparing.FRAMES, Sparing.POINTER]
    assert made.words == f"pointer detail, because {REASONS['cpu']}"
    assert made.unwilling is None, "keys and clicks are never given up for that"


def test_one_bad_measurement_is_none() -> None:
    made = governor()
    for _ in range(5):
        weigh(made, 3 * BUDGET)
        assert weigh(made, 0.9 * BUDGET) is Sparing.NOTHING


def test_it_takes_long_and_much_less_to_get_it_back() -> None:
    made = governor()
    weigh(made, 2 * BUDGET, OVER)
    assert weigh(made, 0.6 * BUDGET, 10 * CALM) is Sparing.RATE, "it would be above it again"
    assert weigh(made, 0.4 * BUDGET, CALM - 1) is Sparing.RATE
    assert weigh(made, 0.4 * BUDGET) is Sparing.NOTHING


@pytest.mark.parametrize(
    ("around", "sparing", "why"),
    [
        (replace(WELL, battery=1.0), Sparing.RATE, "battery"),
        (replace(WELL, battery=0.15), Sparing.RATE, "battery"),
        (replace(WELL, battery=0.14), Sparing.FRAMES, "battery"),
        (replace(WELL, pressure=9.9), Sparing.NOTHING, ""),
        (replace(WELL, pressure=10.0), Sparing.FRAMES, "memory"),
        (replace(WELL, hot=True), Sparing.FRAMES, "heat"),
        (replace(WELL, hot=True, battery=0.9), Sparing.FRAMES, "heat"),
    ],
)
def test_what_surrounds_it_counts_at_once_and_no_longer_than_it_lasts(
    around: Surroundings, sparing: Sparing, why: str
) -> None:
    made = governor()
    assert weigh(made, 1.0, around=around) is sparing
    assert made.why == REASONS.get(why, "")
    assert made.unwilling is None
    assert weigh(made, 1.0) is Sparing.NOTHING


def test_the_stricter_of_two_reasons_counts() -> None:
    made = governor()
    weigh(made, 2 * BUDGET, 3 * OVER)
    assert weigh(made, 2 * BUDGET, around=replace(WELL, battery=0.5)) is Sparing.POINTER


@pytest.mark.parametrize(
    ("around", "word"),
    [(replace(WELL, stalled=20.0), "memory"), (replace(WELL, battery=0.04), "battery")],
)
def test_a_machine_about_to_fail_is_left_alone_until_it_is_well(
    around: Surroundings, word: str
) -> None:
    made = governor()
    weigh(made, 1.0, around=around)
    assert made.unwilling is not None
    assert word in made.unwilling
    weigh(made, 1.0)
    assert made.unwilling is None


def test_each_step_gives_up_all_before_it() -> None:
    assert tuple(Sparing) == STEPS
    assert STEPS[0] is Sparing.NOTHING
