from __future__ import annotations

from nodreel.episode.budget import BURST, RATE, Budget
from tests.episode.studio import at


def test_a_budget_comes_back_with_time() -> None:
    budget = Budget()
    assert not budget.spent(at(0))
    budget.take(BURST + RATE)
    assert budget.spent(at(900))
    assert not budget.spent(at(1100))


def test_what_is_saved_is_no_more_than_a_burst() -> None:
    budget = Budget()
    assert not budget.spent(at(0))
    assert not budget.spent(at(3_600_000))
    budget.take(BURST + 1)
    assert budget.spent(at(3_600_000))
