"""The wall clock of a recording agent is set, and set back: order holds, no consent is longer."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from nodreel.agent.coverage import read_spans
from nodreel.agent.signkeeper import SignKeeper
from nodreel.consent import Ledger
from nodreel.episode import open_episode
from nodreel.events import SECOND
from tests.bed.bed import wait_for
from tests.findings import found
from tests.soak.clock import Dial
from tests.soak.desktop import RATE
from tests.soak.person_agent import SeenSign
from tests.soak.test_soak import Day

if TYPE_CHECKING:
    from pathlib import Path

_DAY: Final = 86_400 * SECOND
_HOUR: Final = 3600 * SECOND
JUMPS: Final = (_DAY, -_DAY, -3650 * _DAY, _HOUR, 0, 8 * _HOUR)
"""Set forward and back, ten years back, summer time and its end, a night asleep (wall only)."""
MOST: Final = 10**9  # events: never reached


def test_the_sign_of_these_tests_can_be_asked_whatever_the_real_one_can() -> None:
    asked = {name for name in vars(SignKeeper) if not name.startswith("_")}
    assert asked <= set(vars(SeenSign))


@pytest.mark.faults
def test_no_jump_of_the_wall_clock_makes_a_consent_longer(tmp_path: Path) -> None:
    day = Day(tmp_path / "n", MOST, float("inf"))
    dial = Dial(tmp_path / "n" / "clock")

    def jumps() -> int:
        return day.paths.audit.read_text().count('"event":"clock_jump"')

    at: list[tuple[int, int]] = []  # before and after: the played time does not wait for us

    def jump(shift: int) -> None:
        known, before = jumps(), dial.read()[0]
        dial.set_wall(shift)
        at.append((before, dial.read()[0]))
        wait_for(lambda: jumps() > known, "the jump to be noticed")

    try:
        day.begin()
        for shift in JUMPS:
            jump(shift)
            day.until("recording")
            then = day.events() + 10 * RATE
            day.go_on(lambda then=then: day.events() >= then)  # type: ignore[misc]
        jump(400 * _DAY)
        day.until("blocked")
        jump(-3650 * _DAY)
        day.until("blocked")
        assert "consent ended" in day.why()
        day.end()
    finally:
        for life in day.lives:
            life.process.kill()
            life.process.wait()
    times = []
    for path in day.paths.episodes.glob("*/chain.jsonl"):
        start = json.loads((path.parent / "local.json").read_text())["mono"]
        episode = open_episode(path.parent, day.identity)
        times.append([start + event.t for event in episode.events()])
        assert episode.damage == []
    assert all(one == sorted(one) for one in times)
    ends = sorted((one[0], one[-1]) for one in times)
    over = [a for a in at for first, last in ends if first < a[0] and a[1] + 3 * SECOND < last]
    assert not over, "an episode goes on over a jump"
    assert all(a[1] <= b[0] for a, b in pairwise(ends)), "episodes overlap"
    assert list(read_spans(day.paths.coverage))
    Ledger(day.paths.audit, day.clock()).verify()
    found("C1", "jumps of the wall clock", len(JUMPS) + 2)
