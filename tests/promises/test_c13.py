"""C13. Nothing is lost silently."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from nodreel.agent.coverage import Coverage
from nodreel.clock import WallNanos
from nodreel.events import SECOND, Nanos
from nodreel.gate.gate import Drop
from nodreel.ring import Ring

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    now = 100 * SECOND

    def mono(self) -> Nanos:
        return Nanos(self.now)

    def wall(self) -> WallNanos:
        return WallNanos(self.now)


def test_the_states_sum_up_to_the_time_that_passed(tmp_path: Path) -> None:
    clock, log = Clock(), tmp_path / "coverage.log"
    began = clock.now
    ledger = Coverage(log, clock, "boot")
    story = (("blocked", "sign"), ("recorded", ""), ("paused", ""), ("recorded", ""), ("idle", ""))
    for state, why in story:
        ledger.now(state, why)  # type: ignore[arg-type]
        clock.now += 7 * SECOND + 13
    ledger.close()
    clock.now += 40 * SECOND  # not running
    Coverage(log, clock, "boot").close()
    spans = [json.loads(line) for line in log.read_text().splitlines()]
    assert sum(s["to"] - s["from"] for s in spans) == clock.now - began
    assert all(a["to"] == b["from"] for a, b in itertools.pairwise(spans))
    assert {s["state"] for s in spans} >= {"recorded", "paused", "blocked", "idle", "gap"}


def test_every_drop_has_a_reason_that_can_be_read() -> None:
    assert all(" " in reason or reason.isalpha() for reason in Drop)
    assert Ring().dropped == {}
