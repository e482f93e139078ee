"""On top, but never in a fight."""

from __future__ import annotations

from itertools import pairwise

from nodreel.clock import WallNanos
from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.sign.raising import CALM, GAP, ROUNDS, Raising


class Clock:
    now = 50 * SECOND

    def mono(self) -> Nanos:
        return Nanos(self.now)

    def wall(self) -> WallNanos:
        return WallNanos(self.now)


def test_nothing_is_raised_unasked() -> None:
    assert not Raising(Clock()).due()


def test_the_first_time_is_at_once_and_once() -> None:
    raising = Raising(Clock())
    raising.want()
    assert raising.due()
    assert not raising.due()


def test_never_more_than_four_times_a_second() -> None:
    clock = Clock()
    raising = Raising(clock)
    raised = []
    for _ in range(2000):
        raising.want()
        if raising.due():
            raised.append(clock.now)
        clock.now += MILLISECOND
    gaps = [later - earlier for earlier, later in pairwise(raised)]
    assert min(gaps) >= GAP
    assert len(raised) == 8


def test_a_wish_outlasts_the_gap() -> None:
    clock = Clock()
    raising = Raising(clock)
    raising.want()
    assert raising.due()
    raising.want()
    assert not raising.due()
    assert raising.wait() == GAP
    clock.now += GAP
    assert raising.wait() == 0
    assert raising.due()


def test_who_insists_gets_peace_and_then_is_tried_again() -> None:
    clock = Clock()
    raising = Raising(clock)
    raised = 0
    for _ in range(10 * ROUNDS):
        raising.want()
        raised += raising.due()
        clock.now += GAP
        if clock.now >= 50 * SECOND + ROUNDS * GAP + CALM - 2 * GAP:
            break
    assert raised == ROUNDS
    clock.now += CALM
    raising.want()
    assert raising.due()
    raising.want()
    clock.now += GAP
    assert raising.due()
