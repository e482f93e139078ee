"""Every second is accounted for, over restarts and crashes too."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from nodreel.agent.coverage import ASLEEP, Coverage, Span, read_spans
from nodreel.clock import WallNanos
from nodreel.events import SECOND, Nanos

if TYPE_CHECKING:
    from pathlib import Path


class Turned:
    """A clock that tests turn; its wall time may jump."""

    def __init__(self) -> None:
        self.now = 1000 * SECOND
        self.offset = 1_700_000_000 * SECOND

    def mono(self) -> Nanos:
        return Nanos(self.now)

    def wall(self) -> WallNanos:
        return WallNanos(self.now + self.offset)

    def pass_s(self, seconds: float) -> None:
        self.now = Nanos(self.now + int(seconds * SECOND))


def spans(path: Path) -> list[tuple[str, str, float]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for before, after in itertools.pairwise(lines):
        assert before["to"] == after["from"], "no hole, no overlap"
    return [(x["state"], x["why"], (x["to"] - x["from"]) / SECOND) for x in lines]


def test_spans_follow_each_other_and_sum_to_the_clock(tmp_path: Path) -> None:
    clock, path = Turned(), tmp_path / "coverage.log"
    ledger = Coverage(path, clock, "boot-1")
    for state, why, seconds in [("blocked", "sign", 1.5), ("recorded", "", 70), ("paused", "", 2)]:
        ledger.now(state, why)  # type: ignore[arg-type]
        for _ in range(10):
            clock.pass_s(seconds / 10)
            ledger.now(state, why)  # type: ignore[arg-type]
    ledger.close()
    found = spans(path)
    assert sum(s for *_, s in found) == 73.5
    totals = {s: sum(x for st, _, x in found if st == s) for s in ("blocked", "recorded", "paused")}
    assert totals == {
        "blocked": 1.5, "recorded": 70, "paused": 2
    }  # fmt: skip
    assert max(s for *_, s in found) <= 37, "a crash costs at most a piece"


def test_a_crash_becomes_a_gap_and_a_new_boot_starts_anew(tmp_path: Path) -> None:
    clock, path = Turned(), tmp_path / "coverage.log"
    first = Coverage(path, clock, "boot-1")
    first.now("recorded")
    clock.pass_s(40)
    first.now("recorded")
    clock.pass_s(20)  # the crash: 20 s that were never written
    second = Coverage(path, clock, "boot-1")
    second.now("recorded")
    clock.pass_s(1)
    second.close()
    assert spans(path) == [
        ("recorded", "", 40.0), ("gap", "nodreel was not running", 20.0), ("recorded", "", 1.0)
    ]  # fmt: skip
    Coverage(path, clock, "boot-2").close()
    assert len(spans(path)) == 3


def test_a_torn_last_line_or_a_full_disk_stops_nothing(tmp_path: Path) -> None:
    clock, path = Turned(), tmp_path / "coverage.log"
    path.write_text('{"from": 1, "to')
    ledger = Coverage(path, clock, "boot-1")
    clock.pass_s(1)
    ledger.close()
    assert len(path.read_text().splitlines()) == 2, "only the torn line is lost"
    Coverage(tmp_path / "missing" / "coverage.log", clock, "boot-1").close()


def test_what_it_says_begins_a_new_span_and_is_read_back(tmp_path: Path) -> None:
    clock, path = Turned(), tmp_path / "coverage.log"
    began = clock.wall()
    ledger = Coverage(path, clock, "boot-1")
    for says in ("It is loading.", "Not designated."):
        ledger.now("blocked", "context", says)
        clock.pass_s(2)
    ledger.now("recorded")
    clock.pass_s(1)
    ledger.close()
    with path.open("a") as file:
        file.write(
            '{"from": 1}\n[]\nnull\n{"from": 1, "to": 2, "wall": 7, "state": "x", "why": ""}'
        )
    ends = [WallNanos(began + n * SECOND) for n in (0, 2, 4, 5)]
    assert list(read_spans(path)) == [
        Span(ends[0], ends[1], "blocked", "context", "It is loading."),
        Span(ends[1], ends[2], "blocked", "context", "Not designated."),
        Span(ends[2], ends[3], "recorded"),
    ]
    assert list(read_spans(tmp_path / "none")) == []


def test_a_night_asleep_is_a_gap_and_moves_nothing_that_was_before(tmp_path: Path) -> None:
    clock, path = Turned(), tmp_path / "coverage.log"
    began, night = clock.wall(), 8 * 3600 * SECOND
    ledger = Coverage(path, clock, "boot-1")
    ledger.now("blocked", "session")
    clock.pass_s(2)
    clock.offset += night  # the monotonic clock stands meanwhile
    clock.pass_s(1)
    ledger.now("recorded")
    clock.pass_s(4)
    clock.offset -= night  # somebody sets the clock back: no time passed
    ledger.now("recorded")
    clock.pass_s(1)
    ledger.close()
    assert sum(seconds for *_, seconds in spans(path)) == 8
    woke = began + 3 * SECOND + night
    assert list(read_spans(path)) == [
        Span(began, WallNanos(began + 3 * SECOND), "blocked", "session"),
        Span(WallNanos(began + 3 * SECOND), WallNanos(woke), "gap", ASLEEP),
        Span(WallNanos(woke), WallNanos(woke + 4 * SECOND), "recorded"),
        Span(WallNanos(began + 7 * SECOND), WallNanos(began + 8 * SECOND), "recorded"),
    ]
