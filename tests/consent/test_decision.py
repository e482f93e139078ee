from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent import current_state, may_ask, withdraw
from nodreel.consent.ceremony import hold
from nodreel.consent.decision import deadline, forget_deadline, last_decision, save_deadline
from nodreel.consent.face import Answer
from nodreel.consent.state import State
from nodreel.errors import DeclinedError
from tests.consent.clocks import DAY
from tests.consent.yes import Person, agree
from tests.policy.samples import limits, policy

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock


COVERS = ["standing"]


def test_nothing_decided_may_be_asked_once(paths: Paths, clock: TurnedClock) -> None:
    assert current_state(paths, clock, policy()) is State.UNKNOWN
    assert may_ask(paths, clock, policy())


def test_after_a_no_nobody_asks_again(paths: Paths, clock: TurnedClock) -> None:
    with pytest.raises(DeclinedError):
        hold(Person(answer=Answer.REFUSE), paths, clock, policy())
    clock.pass_time(1000 * DAY)
    assert current_state(paths, clock, policy()) is State.REFUSED
    assert not may_ask(paths, clock, policy())
    assert not may_ask(paths, clock, policy(version=4))


def test_later_means_in_thirty_days(paths: Paths, clock: TurnedClock) -> None:
    with pytest.raises(DeclinedError):
        hold(Person(answer=Answer.LATER), paths, clock, policy())
    assert current_state(paths, clock, policy()) is State.DEFERRED
    clock.pass_time(30 * DAY - 1)
    assert not may_ask(paths, clock, policy(version=4))
    clock.pass_time(1)
    assert may_ask(paths, clock, policy())


def test_after_withdrawing_nobody_asks_again(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    withdraw(paths, clock, stored="keep")
    assert current_state(paths, clock, policy()) is State.WITHDRAWN
    assert not may_ask(paths, clock, policy())
    assert not may_ask(paths, clock, policy(version=4))


def test_after_a_yes_it_may_be_asked_about_another_policy(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    assert not may_ask(paths, clock, policy())
    assert may_ask(paths, clock, policy(version=4))


def test_a_wider_or_suspended_or_unreadable_policy_suspends(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock)
    assert current_state(paths, clock, policy()) is State.GIVEN
    assert current_state(paths, clock, policy(limits=limits(device_days=1))) is State.GIVEN
    wider = policy(limits=limits(device_days=30))
    assert current_state(paths, clock, wider) is State.SUSPENDED
    assert current_state(paths, clock, policy(suspended=True)) is State.SUSPENDED
    assert current_state(paths, clock, None) is State.SUSPENDED


def test_a_damaged_decision_is_none(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    (paths.state / "decision.json").write_bytes(b"{")
    assert last_decision(paths) is None
    assert current_state(paths, clock, policy()) is State.GIVEN


def test_a_deleted_grant_is_not_given_whatever_was_decided(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock)
    paths.grant.unlink()
    assert current_state(paths, clock, policy()) is State.UNKNOWN


def test_the_deadline_for_what_is_stored(paths: Paths, clock: TurnedClock) -> None:
    assert deadline(paths) is None
    save_deadline(paths, clock, 7)
    assert deadline(paths) == clock.wall() + 7 * DAY
    (paths.state / "decide-by").write_bytes(b"x")
    assert deadline(paths) == 0
    forget_deadline(paths)
    assert deadline(paths) is None
