from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from nodreel.agent import courier as module
from nodreel.agent.courier import ASK, EVERY, FAILED, LOOK, Courier
from nodreel.agent.permission import Permission
from nodreel.clock import SystemClock
from nodreel.consent.switches import STOPPED
from nodreel.errors import StoreError
from nodreel.events import SECOND
from nodreel.paths import Paths, default_paths
from nodreel.store import Store
from tests.upload.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path


class Started:
    """A visit that ends when it is told how."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.ended = False

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.ended, self.code = True, -15


class Starter:
    def __init__(self) -> None:
        self.visits: list[Started] = []
        self.broken = False

    def __call__(self) -> Started:
        if self.broken:
            raise OSError(11, "Resource temporarily unavailable")
        self.visits.append(Started())
        return self.visits[-1]


@dataclass
class Agent:
    """What the courier looks at of an agent."""

    permission: Permission
    store: Store


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    paths = Paths(tmp_path / "data", tmp_path / "run", tmp_path / "config", tmp_path / "etc")
    return Machine(paths, "ab" * 32, more="automatic = true\n")


@pytest.fixture
def starter() -> Starter:
    return Starter()


@pytest.fixture
def courier(machine: Machine, starter: Starter) -> Courier:
    return Courier(machine.paths, machine.clock, starter)


@pytest.fixture
def agent(machine: Machine) -> Agent:
    return Agent(Permission(machine.paths, machine.clock), Store(machine.paths, machine.clock))


def beat(courier: Courier, agent: Agent, machine: Machine, ns: int = LOOK) -> None:
    machine.clock.pass_time(ns)
    try:
        agent.permission.why_no_grant()
    finally:
        agent.permission.why_policy()
        courier.look(agent)


def test_what_is_released_is_sent_and_then_it_is_waited(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter
) -> None:
    machine.record(1)
    beat(courier, agent, machine)
    assert len(starter.visits) == 1
    beat(courier, agent, machine)
    assert len(starter.visits) == 1, "one at a time"
    starter.visits[0].code = 0
    beat(courier, agent, machine)
    beat(courier, agent, machine, EVERY // 2)
    assert len(starter.visits) == 1
    beat(courier, agent, machine, EVERY)
    assert len(starter.visits) == 2


@pytest.mark.parametrize(
    "why",
    ["nothing", "held", "by hand", "off", "not by itself", "stopped", "suspended", "no place"],
)
def test_nothing_is_started_when_nobody_wants_it(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter, why: str
) -> None:
    if why == "by hand":
        machine.more = ""
    assert machine.grant
    own = machine.paths.config / "preferences.toml"
    text = machine.paths.policy.read_text()
    machine.record(1, release=why != "held") if why != "nothing" else None
    match why:
        case "off":
            own.write_text("[upload]\noff = true\n")
        case "not by itself":
            own.write_text("[upload]\nautomatic = false\n")
        case "stopped":
            agent.permission.switch(STOPPED)
        case "suspended":
            machine.write_policy("suspended = true\n" + text)
        case "no place":
            machine.write_policy(text.partition("\n[upload]")[0])
    for _ in range(3):
        beat(courier, agent, machine)
    assert starter.visits == []


def test_a_pause_is_of_recording(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter
) -> None:
    from nodreel.consent.switches import FOREVER, Switches

    machine.record(1)
    agent.permission.switch(Switches(stopped=False, paused_until=FOREVER))
    beat(courier, agent, machine)
    assert len(starter.visits) == 1


def test_a_withdrawal_is_asked_for_at_once_and_then_each_hour(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter
) -> None:
    """Without a consent, whatever else is switched off, until the answer is there."""
    assert machine.grant
    agent.permission.switch(STOPPED)
    machine.withdraw()
    for _ in range(2):
        with pytest.raises(Exception, match="consent"):
            beat(courier, agent, machine)
    assert len(starter.visits) == 1
    starter.visits[0].code = 0
    for ns in (LOOK, ASK // 2, ASK):
        with pytest.raises(Exception, match="consent"):
            beat(courier, agent, machine, ns)
    assert len(starter.visits) == 2
    (request,) = (machine.paths.data / "requests").glob("*.open")
    request.rename(request.with_suffix(".done"))
    starter.visits[1].code = 0
    for _ in range(5):
        with pytest.raises(Exception, match="consent"):
            beat(courier, agent, machine, ASK)
    assert len(starter.visits) == 2


def test_a_new_deletion_does_not_wait_for_its_turn(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter
) -> None:
    machine.record(1)
    beat(courier, agent, machine)
    starter.visits[0].code = 75
    beat(courier, agent, machine, SECOND)
    machine.withdraw()
    with pytest.raises(Exception, match="consent"):
        beat(courier, agent, machine)
    assert len(starter.visits) == 2


def test_failures_make_the_pauses_longer_up_to_an_hour(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter
) -> None:
    machine.record(1)
    pauses: list[int] = []
    for _ in range(8):
        passed = 0
        seen = len(starter.visits)
        while len(starter.visits) == seen:
            beat(courier, agent, machine)
            passed += LOOK
        pauses.append(passed)
        starter.visits[-1].code = 75
        beat(courier, agent, machine, 0)
    assert FAILED // 2 < pauses[1] < FAILED * 3 // 2
    assert max(pauses) < ASK * 3 // 2
    assert min(pauses[-3:]) > ASK // 2
    starter.visits[-1].code = 0


def test_away_for_a_month_it_goes_on_within_the_hour(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter
) -> None:
    machine.record(1)
    passed = 0
    while passed < 30 * 24 * 3600 * SECOND:
        beat(courier, agent, machine, 600 * SECOND)
        passed += 600 * SECOND
        if starter.visits and starter.visits[-1].code is None:
            starter.visits[-1].code = 75
    tried = len(starter.visits)
    assert tried < 30 * 24 * 2
    beat(courier, agent, machine)
    beat(courier, agent, machine, ASK * 3 // 2)
    assert len(starter.visits) == tried + 1


@pytest.mark.parametrize("why", ["stopped", "suspended"])
def test_who_stops_it_ends_what_is_under_way(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter, why: str
) -> None:
    machine.record(1)
    beat(courier, agent, machine)
    if why == "stopped":
        agent.permission.switch(STOPPED)
    else:
        machine.write_policy("suspended = true\n" + machine.paths.policy.read_text())
    beat(courier, agent, machine, 3 * SECOND)
    assert starter.visits[0].ended
    for _ in range(3):
        beat(courier, agent, machine)
    assert len(starter.visits) == 1


def test_the_end_of_the_agent_ends_it(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter
) -> None:
    courier.stop()
    machine.record(1)
    beat(courier, agent, machine)
    courier.stop()
    assert starter.visits[0].ended


def test_what_cannot_be_started_stops_nothing(
    courier: Courier, agent: Agent, machine: Machine, starter: Starter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    machine.record(1)
    starter.broken = True
    beat(courier, agent, machine)
    starter.broken = False
    with monkeypatch.context() as patch:
        patch.setattr(Store, "counts", _fails)
        beat(courier, agent, machine)
    assert starter.visits == []
    beat(courier, agent, machine)
    assert len(starter.visits) == 1


def _fails(_: Store) -> dict[str, int]:
    raise StoreError("Cannot use it.")


def test_the_real_one_sends_and_deletes_here(tmp_path: Path) -> None:
    """The process that is started, with the environment of the agent."""
    to = f"file://{tmp_path.resolve()}/store"
    more = "automatic = true\nbattery = true\nmetered = true\n"
    machine = Machine(default_paths(), "ab" * 32, to=to, more=more, clock=SystemClock())  # type: ignore[arg-type]
    machine.record(1)
    visit = module.start()
    assert isinstance(visit, subprocess.Popen)
    assert visit.wait(120) == 0
    assert machine.here() == set()
    assert len(list((tmp_path / "store" / "manifests").iterdir())) == 1
