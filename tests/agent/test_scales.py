from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.agent import scales as module
from nodreel.agent.governor import Budget, Governor
from nodreel.agent.scales import EVERY, Scales
from nodreel.events import Nanos
from nodreel.host.load import Surroundings
from tests.consent.clocks import TurnedClock

if TYPE_CHECKING:
    import pytest


def test_memory_is_given_back_after_work_and_not_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, governor = TurnedClock(), Governor(Budget())
    scales, given = Scales(clock, governor), []
    monkeypatch.setattr(module, "trim_memory", lambda: given.append(True))
    monkeypatch.setattr(module, "surroundings", Surroundings)
    for used_s, trims in ((1.0, 1), (1.001, 1), (1.5, 2)):
        monkeypatch.setattr(module, "used_s", lambda _, used=used_s: used)
        scales.weigh(None)
        clock.pass_time(EVERY)
        scales.weigh(None)
        assert len(given) == trims


def test_what_the_sign_costs_counts_as_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked = TurnedClock(), []
    monkeypatch.setattr(module, "used_s", lambda pids: asked.append(list(pids)) or 0.0)
    monkeypatch.setattr(module, "surroundings", Surroundings)
    scales = Scales(clock, Governor(Budget()))
    for sign in (None, 42):
        clock.pass_time(EVERY)
        scales.weigh(sign)
    clock.pass_time(Nanos(1))
    scales.weigh(7)
    assert asked == [[], [42]]
