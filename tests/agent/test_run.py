"""Starting the agent: refused as root, polite when it runs already, with a private log."""

from __future__ import annotations

import logging
import os
import signal
import stat
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from nodreel.agent import agent as agent_module
from nodreel.agent import run as module
from nodreel.agent.agent import Agent
from nodreel.agent.run import log_to, main
from nodreel.clock import SystemClock
from nodreel.consent import Ledger, withdraw
from nodreel.errors import RootRefusedError
from nodreel.events import Nanos
from nodreel.host import claim, private_dir
from nodreel.store import Enforced
from tests.agent.journey import make_paths
from tests.consent.yes import agree
from tests.episode.studio import Studio, key

if TYPE_CHECKING:
    from pathlib import Path


def test_root_is_refused_with_its_own_code_and_advice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "getresuid", lambda: (1000, 1000, 0))
    assert main() == RootRefusedError.exit_code
    assert "sudo" in capsys.readouterr().err


def test_a_second_one_leaves_at_once(tmp_path: Path) -> None:
    paths = make_paths(tmp_path / "n")
    private_dir(paths.runtime)
    first = claim(paths.lock)
    assert first is not None
    with first:
        assert module.run(paths) == 0
    assert not paths.socket.exists()


def test_the_log_is_private(tmp_path: Path) -> None:
    paths = make_paths(tmp_path / "n")
    root = logging.getLogger()
    before = list(root.handlers)
    log_to(paths)
    try:
        logging.getLogger("nodreel").warning("a line")
        log = paths.state / "agent.log"
        assert stat.S_IMODE(paths.state.stat().st_mode) == 0o700
        assert "a line" in log.read_text()
    finally:
        for handler in [h for h in root.handlers if h not in before]:
            handler.close()
            root.removeHandler(handler)
        root.setLevel(logging.WARNING)


def test_told_to_end_while_it_still_begins_it_ends_in_order(tmp_path: Path) -> None:
    def end_now(agent: Agent) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        assert agent._quitting

    paths = make_paths(tmp_path / "n")
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGTERM, lambda *_: None)  # what would end this process without a word
    try:
        assert module.run(paths, begin=end_now) == 0
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Reached:
    lost = False

    def why_not(self) -> None:
        return None


def some_agent(home: Path) -> Agent:
    paths, clock = make_paths(home), SystemClock()
    return Agent(paths, clock, Ledger(paths.audit, clock), Reached())


def test_the_agent_looks_at_once_when_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, woken = some_agent(tmp_path / "n"), []
    event = agent._errands._woken
    monkeypatch.setattr(event, "wait", lambda _: woken.append(event.is_set()))
    monkeypatch.setattr(agent, "beat", agent.quit)
    agent.run()
    assert woken == [True]


def test_without_memory_it_forgets_what_waits_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, forgotten = some_agent(tmp_path / "n"), []

    def beat() -> None:
        if not forgotten:
            raise MemoryError
        agent.quit()

    monkeypatch.setattr(agent, "beat", beat)
    monkeypatch.setattr(agent, "discard_recording", lambda: forgotten.append(1))
    agent.wake()
    agent.run()
    assert forgotten == [1]
    verdict = next(v for v in agent.interlocks.evaluate() if v.name == "senses")
    assert "No memory" in verdict.sentence


def test_senses_of_a_recording_that_cannot_be_made_are_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, stopped = some_agent(tmp_path / "n"), []

    class Recording:
        def __init__(self, *_: object, **__: object) -> None:
            self.capture = SimpleNamespace(stop=lambda: stopped.append(1))

        def start(self) -> None: ...

        def prepare(self, *_: object) -> None:
            raise MemoryError

    monkeypatch.setattr("nodreel.agent.recording.Recording", Recording)
    monkeypatch.setattr(agent, "interlocks", SimpleNamespace(evaluate=tuple))
    monkeypatch.setattr(
        agent, "permission",
        SimpleNamespace(grant=SimpleNamespace(kinds=()), policy=SimpleNamespace()),
    )  # fmt: skip
    with pytest.raises(MemoryError):
        agent._begin()
    assert stopped == [1]
    assert agent._senses is None


class Turned:
    now = Nanos(1000 * agent_module.CALM)

    def mono(self) -> Nanos:
        return self.now


def recording_agent(home: Path) -> tuple[Agent, SimpleNamespace, Turned]:
    """An agent that seems to record, a moment after it looked at its interlocks."""
    agent, clock = some_agent(home), Turned()
    agent.sign = SimpleNamespace(  # type: ignore[assignment]
        patience=lambda longest: longest, lives=True, ask=lambda: None, stop=lambda: None
    )
    shown = SimpleNamespace(at_rest=False, until_seal=None, crowded=False)
    agent.recording, agent.clock = shown, clock  # type: ignore[assignment]
    agent._beaten = clock.now
    return agent, shown, clock


def test_while_events_wait_it_looks_when_a_segment_is_to_be_sealed(tmp_path: Path) -> None:
    agent, shown, clock = recording_agent(tmp_path / "n")
    assert agent._patience() == agent_module.BUSY
    shown.until_seal = Nanos(agent_module.BUSY // 3)
    assert agent._patience() == agent_module.BUSY // 3, "no later than it has to be on disk"
    shown.until_seal = Nanos(5 * agent_module.BUSY)
    assert agent._patience() == agent_module.CALM
    shown.crowded = True
    assert agent._patience() == agent_module.BUSY, "the ring would overflow"
    shown.at_rest = True
    shown.crowded = False
    assert agent._patience() == agent_module.CALM
    clock.now = Nanos(clock.now + agent_module.CALM - agent_module.BUSY // 2)
    assert agent._patience() == agent_module.BUSY // 2, "each second the interlocks are looked at"


BETWEEN = {  # woken, how long after the last look, whether the sign lives: what is done
    "on time": ((False, agent_module.BUSY, True), "carried"),
    "something changed": ((True, agent_module.BUSY, True), "beaten"),
    "a second is over": ((False, agent_module.CALM - agent_module.SOON, True), "beaten"),
    "a silent sign": ((False, agent_module.BUSY, False), "beaten"),
}


@pytest.mark.parametrize(("when", "done"), BETWEEN.values(), ids=BETWEEN.keys())
def test_between_two_looks_at_the_interlocks_it_only_carries_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: tuple[bool, int, bool], done: str
) -> None:
    woken, later, lives = when
    agent, _, clock = recording_agent(tmp_path / "n")
    clock.now, did = Nanos(clock.now + later), []
    agent.sign.lives = lives  # type: ignore[misc]

    def note(what: str) -> None:
        did.append(what)
        agent.recording = None
        agent.quit()

    monkeypatch.setattr(agent._errands, "wait", lambda _: woken)
    monkeypatch.setattr(agent, "beat", lambda: note("beaten"))
    monkeypatch.setattr(agent, "_pump", lambda _: note("carried"))
    agent.run()
    assert did == [done]


@pytest.mark.parametrize(("is_whole", "seen"), [(True, 15), (False, 14)])
def test_what_was_kept_when_withdrawing_stays_no_longer_than_was_agreed(
    tmp_path: Path, is_whole: bool, seen: int
) -> None:
    paths = make_paths(tmp_path / "n")
    studio = Studio(private_dir(paths.episodes))
    agree(paths, studio.clock)
    if is_whole:
        studio.record([key(0)])
    else:  # a crash, and its key is destroyed before anybody can close it
        writer = studio.writer()
        writer.add(key(0))
        writer.seal()
    withdraw(paths, studio.clock, stored="keep")
    agent = Agent(paths, studio.clock, Ledger(paths.audit, studio.clock), Reached())
    agent.recover()
    left = []
    for _ in range(30):
        studio.clock.pass_(24 * 3600)
        agent.beat()
        left.append([e.state for e in agent.store.episodes()])
    assert left == seen * [["held"]] + (30 - seen) * [[]], "14 days after it was first seen"


def test_what_is_stored_is_kept_by_the_limits_of_the_policy_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, kept = some_agent(tmp_path / "n"), []
    given = agree(agent.paths, agent.clock).policy
    limits = given.limits.model_copy(update={"undo_hours": given.limits.undo_hours + 24})
    agent.permission.why_no_grant()
    agent.permission.policy = given.model_copy(update={"limits": limits})

    def enforce(found: object, sign: object) -> Enforced:
        del sign
        kept.append(found)
        return Enforced((), (), over_quota=False)

    monkeypatch.setattr(agent.store, "enforce", enforce)
    agent._enforce()
    assert kept == [limits]
