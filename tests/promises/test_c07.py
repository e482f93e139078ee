"""C7. Seconds of grace, hours of undo."""

from __future__ import annotations

from nodreel.events import SECOND, Move, Nanos
from nodreel.policy import Limits
from nodreel.ring import Ring


def test_two_seconds_in_memory_and_a_day_on_disk_unless_the_terms_say_otherwise() -> None:
    limits = Limits()
    assert (limits.hold_back_s, limits.undo_hours) == (2.0, 24)


def test_what_waits_can_still_be_thrown_away() -> None:
    ring = Ring()
    for second in range(5):
        ring.push(Move(Nanos(second * SECOND), 1, 1, app="pad"), 0)
    now = Nanos(4 * SECOND)
    written = ring.release(Nanos(now - 2 * SECOND))
    assert [w.event.t // SECOND for w in written] == [0, 1, 2]
    assert ring.discard() == 2
    assert ring.release(now) == []
