from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import iso
from nodreel.consent import current_state, read_grant, settle
from nodreel.consent.requests import requests
from nodreel.consent.revocation import Hands, carry_out, is_done, wall_of
from nodreel.consent.state import State
from nodreel.consent.withdraw import withdraw
from nodreel.errors import NoConsentError, StoreError
from tests.consent.clocks import DAY
from tests.consent.yes import agree
from tests.policy.samples import UPLOAD, policy

if TYPE_CHECKING:
    from nodreel.clock import WallNanos
    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock

SENDS = policy(upload=UPLOAD)


@dataclass
class Done:
    """What was done, in its order; ``broken``: how often the disk takes nothing."""

    said: list[object] = field(default_factory=list)
    broken: int = 0

    @property
    def hands(self) -> Hands:
        return Hands(
            lambda: self.said.append("shut"), lambda: self.said.append("discard"), self._dispose,
            self._until,
        )  # fmt: skip

    def _dispose(self, stored: str) -> None:
        if self.broken:
            self.broken -= 1
            raise StoreError("Cannot use it: Read-only file system.")
        self.said.append(stored)

    def _until(self, due: WallNanos) -> None:
        self.said.append(due)


def now(clock: TurnedClock, *, days: int = 0) -> str:
    clock.pass_time(days * DAY)
    return f"{iso(clock.wall())[:19]}Z"


def test_a_consent_given_before_ends_as_if_it_had_been_withdrawn(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock, SENDS)
    order, done = now(clock, days=1), Done()
    receipt = carry_out(paths, clock, order, done.hands)
    assert receipt is not None
    assert receipt.record.events[-1].event_state is State.REVOKED
    assert "Your organisation has ended" in str(receipt)
    assert done.said == ["shut", "discard", "delete"]
    with pytest.raises(NoConsentError):
        read_grant(paths, clock)
    assert not paths.signing_key.exists()
    assert [r.state for r in requests(paths)] == ["open"]
    assert current_state(paths, clock, None) is State.REVOKED
    (line,) = [x for x in paths.audit.read_text().splitlines() if '"revoked"' in x]
    assert json.loads(line)["actor"] == "policy"
    assert is_done(paths, order)
    assert carry_out(paths, clock, order, done.hands) is None
    assert len(done.said) == 3


def test_one_that_is_given_later_stands_and_what_was_before_goes(
    paths: Paths, clock: TurnedClock
) -> None:
    old = agree(paths, clock, SENDS)
    order = now(clock, days=100)
    clock.pass_time(100 * DAY)
    new = agree(paths, clock, SENDS)
    done = Done()
    assert carry_out(paths, clock, order, done.hands) is None
    assert done.said == [wall_of(order)]
    assert read_grant(paths, clock).consent_id == new.consent_id
    found = {r.tombstone.consent: r.state for r in requests(paths)}
    assert found == {old.consent_id: "open", new.consent_id: "ready"}
    carry_out(paths, clock, order, done.hands)
    assert len(done.said) == 1


def test_it_is_due_at_its_moment_and_not_before(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock, SENDS)
    order = f"{iso(clock.wall() + DAY)[:19]}Z"  # type: ignore[arg-type]
    done = Done()
    assert carry_out(paths, clock, order, done.hands) is None
    assert done.said == []
    clock.pass_time(DAY)
    assert carry_out(paths, clock, order, done.hands) is not None


@pytest.mark.parametrize("stored", ["keep", "later"])
def test_what_a_withdrawal_left_here_goes_too(
    paths: Paths, clock: TurnedClock, stored: str
) -> None:
    agree(paths, clock, SENDS)
    withdraw(paths, clock, stored=stored, dispose=lambda _: None)  # type: ignore[arg-type]
    done = Done()
    assert carry_out(paths, clock, now(clock, days=1), done.hands) is None
    assert done.said == ["delete"]


def test_a_consent_that_nobody_can_read_ends(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock, SENDS)
    paths.grant.write_text("{}")
    done = Done()
    assert carry_out(paths, clock, now(clock, days=1), done.hands) is not None
    assert "delete" in done.said
    assert [r.state for r in requests(paths)] == ["open"]


def test_what_fails_is_done_later(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock, SENDS)
    order, done = now(clock, days=1), Done(broken=2)
    receipt = carry_out(paths, clock, order, done.hands)
    assert receipt is not None
    assert receipt.pending
    assert not is_done(paths, order)
    with pytest.raises(StoreError):
        carry_out(paths, clock, order, done.hands)
    assert carry_out(paths, clock, order, done.hands) is None
    assert done.said[-1] == "delete"
    assert is_done(paths, order)


def test_a_crash_in_the_middle_is_gone_on_with_at_the_next_start(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock, SENDS)
    order = now(clock, days=1)

    def crash(_: str) -> None:
        raise KeyboardInterrupt

    nothing = Done().hands
    with pytest.raises(KeyboardInterrupt):
        carry_out(
            paths, clock, order, Hands(nothing.gate_off, nothing.discard, crash, nothing.until)
        )
    done = Done()
    receipt = settle(paths, clock, dispose=done.hands.dispose)
    assert receipt is not None
    assert receipt.record.events[-1].event_state is State.REVOKED
    assert done.said == ["delete"]
    assert [r.state for r in requests(paths)] == ["open"]


def test_a_newer_order_is_another_one(paths: Paths, clock: TurnedClock) -> None:
    done = Done()
    carry_out(paths, clock, now(clock, days=1), done.hands)
    carry_out(paths, clock, now(clock, days=1), done.hands)
    assert done.said == ["delete", "delete"]
