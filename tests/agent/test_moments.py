"""The ledger in plain words: neighbours that say the same are one stretch."""

from __future__ import annotations

from nodreel.agent.coverage import Span
from nodreel.agent.moments import IDLE, PAUSED, RECORDED, TEST, around, told
from nodreel.clock import WallNanos
from nodreel.events import SECOND


def span(start: int, end: int, state: str, why: str = "", says: str = "") -> Span:
    return Span(WallNanos(start * SECOND), WallNanos(end * SECOND), state, why, says)


def test_each_state_has_its_sentence() -> None:
    assert told(span(0, 1, "recorded")) == RECORDED
    assert told(span(0, 1, "test")) == TEST
    assert told(span(0, 1, "idle")) == IDLE
    assert told(span(0, 1, "paused")) == PAUSED
    assert told(span(0, 1, "blocked", "disk")) == "Not recorded: the disk was full or broken."
    assert told(span(0, 1, "blocked", "context", "An editor.")) == "Not recorded: An editor."
    assert told(span(0, 1, "gap", "a crash")) == "Not recorded: a crash."


def test_neighbours_that_say_the_same_are_one() -> None:
    spans = [span(0, 30, "recorded"), span(30, 60, "recorded"), span(60, 70, "paused")]
    found = around(spans, WallNanos(0), WallNanos(100 * SECOND))
    assert [(s.start // SECOND, s.end // SECOND, s.state) for s in found] == [
        (0, 60, "recorded"),
        (60, 70, "paused"),
    ]
    assert not around(spans, WallNanos(70 * SECOND), WallNanos(100 * SECOND))
