from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.notice import Occasion
from nodreel.agent.notices import Notices
from nodreel.agent.orders import EVERY, Orders
from nodreel.agent.permission import Permission
from nodreel.clock import iso
from nodreel.consent.requests import requests
from nodreel.errors import NoConsentError, StoreError
from nodreel.events import SECOND
from nodreel.paths import Paths
from nodreel.store import Store
from tests.consent.clocks import DAY
from tests.upload.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path


class Agent:
    """What orders ask of an agent; the store and all that permits are the real ones."""

    def __init__(self, machine: Machine) -> None:
        self.permission = Permission(machine.paths, machine.clock)
        self.store = Store(machine.paths, machine.clock)
        self.told: list[Occasion] = []
        self.notices = Notices(machine.paths, machine.clock, self.told.append)
        self.was_shut = self.was_discarded = False
        self.orders = Orders(machine.paths, machine.clock)
        self.broken = False

    def shut(self) -> None:
        self.was_shut = True

    def discard_recording(self) -> None:
        self.was_discarded = True

    def dispose(self, stored: str) -> None:
        if self.broken:
            raise StoreError("Cannot use it: Read-only file system.")
        assert stored == "delete"
        self.store.delete_all()

    def beat(self) -> None:
        with suppress(NoConsentError):
            self.permission.why_no_grant()
        self.permission.why_policy()
        self.orders.look(self)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    paths = Paths(tmp_path / "data", tmp_path / "run", tmp_path / "config", tmp_path / "etc")
    return Machine(paths, "ab" * 32)


@pytest.fixture
def agent(machine: Machine) -> Agent:
    return Agent(machine)


def order(machine: Machine, *, more: str = "") -> None:
    moment = f"{iso(machine.clock.wall())[:19]}Z"
    text = machine.paths.policy.read_text()
    machine.write_policy(f'revoked_before = "{moment}"\n{more}{text}')


@pytest.mark.parametrize("more", ["", "suspended = true\n", "review_key = true\n"])
def test_it_is_carried_out_within_seconds_whatever_else_the_policy_says(
    machine: Machine, agent: Agent, more: str
) -> None:
    machine.record(2)
    agent.beat()
    machine.clock.pass_time(DAY)
    order(machine, more=more)
    machine.clock.pass_time(3 * SECOND)
    agent.beat()
    assert agent.was_shut
    assert agent.was_discarded
    assert machine.here() == set()
    assert not machine.paths.grant.exists()
    assert [r.state for r in requests(machine.paths)] == ["open"]
    assert agent.told == [Occasion.REVOKED]
    for _ in range(3):
        machine.clock.pass_time(EVERY)
        agent.beat()
    assert agent.told == [Occasion.REVOKED]


def test_a_machine_that_was_away_does_it_when_it_is_back(machine: Machine) -> None:
    machine.record(2)
    machine.clock.pass_time(DAY)
    order(machine)
    machine.clock.pass_time(30 * DAY)
    agent = Agent(machine)
    agent.beat()
    assert machine.here() == set()
    assert agent.told == [Occasion.REVOKED]


def test_who_agrees_afterwards_is_left_alone(machine: Machine) -> None:
    machine.record(1)
    machine.clock.pass_time(DAY)
    order(machine)
    agent = Agent(machine)
    agent.beat()
    machine.clock.pass_time(DAY)
    text = machine.paths.policy.read_text()
    machine._grant = None
    assert machine.grant
    machine.write_policy(text)
    kept = machine.record(1)
    for _ in range(3):
        machine.clock.pass_time(EVERY)
        agent.beat()
    assert machine.here() == {kept}


def test_what_was_recorded_before_goes_though_a_newer_consent_stands(machine: Machine) -> None:
    machine.record(1)
    machine.clock.pass_time(100 * DAY)
    text = machine.paths.policy.read_text()
    order(machine)
    ordered = machine.paths.policy.read_text()
    machine.write_policy(text)
    machine.clock.pass_time(100 * DAY)
    machine._grant = None
    kept = machine.record(1)
    machine.write_policy(ordered)
    agent = Agent(machine)
    agent.beat()
    assert machine.here() == {kept}
    assert machine.paths.grant.exists()
    assert agent.told == []
    assert sorted(r.state for r in requests(machine.paths)) == ["open", "ready"]


def test_what_is_left_without_a_consent_goes_too(machine: Machine, agent: Agent) -> None:
    machine.record(1)
    machine.paths.grant.unlink()
    machine.clock.pass_time(DAY)
    order(machine)
    agent.beat()
    assert machine.here() == set()
    assert agent.told == []


def test_what_fails_is_tried_again(machine: Machine, agent: Agent) -> None:
    machine.record(1)
    machine.clock.pass_time(DAY)
    order(machine)
    agent.broken = True
    agent.beat()
    assert not machine.paths.grant.exists()
    agent.broken = False
    for _ in range(2):
        machine.clock.pass_time(EVERY)
        agent.beat()
    assert machine.here() == set()


def test_without_a_policy_and_without_an_order_nothing_happens(
    machine: Machine, agent: Agent
) -> None:
    agent.beat()
    here = machine.record(1)
    machine.clock.pass_time(EVERY)
    agent.beat()
    assert machine.here() == {here}
    assert not agent.was_shut
