"""Starting the agent: refused as root, polite when it runs already, with a private log."""

from __future__ import annotations

import logging
import os
import stat
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from nodreel.agent import agent as agent_module
from nodreel.agent import run as module
from nodreel.agent.agent import Agent
from nodreel.agent.run import log_to, main
from nodreel.clock import SystemClock
from nodreel.consent import Ledger
from nodreel.errors import ControlError, RootRefusedError
from nodreel.events import Nanos
from nodreel.host import claim, private_dir
from tests.agent.journey import make_paths

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


def test_the_agent_looks_at_once_when_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths, clock = make_paths(tmp_path / "n"), SystemClock()
    agent = Agent(paths, clock, Ledger(paths.audit, clock))
    waited: list[bool] = []
    monkeypatch.setattr(agent._woken, "wait", lambda _: waited.append(not agent._woken.is_set()))
    monkeypatch.setattr(agent, "beat", agent.quit)
    agent.run()
    assert waited == [False]


def some_agent(home: Path) -> Agent:
    paths, clock = make_paths(home), SystemClock()
    return Agent(paths, clock, Ledger(paths.audit, clock))


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
    assert "No memory" in (agent._why_blind() or "")


def test_what_takes_longer_is_said_to_be_under_way(tmp_path: Path) -> None:
    agent = some_agent(tmp_path / "n")
    with pytest.raises(ControlError, match="still busy"):
        agent.ask(lambda: None, patience_s=0.01)  # nobody is there to do it


def test_an_agent_whose_place_is_taken_away_ends(tmp_path: Path) -> None:
    agent = some_agent(tmp_path / "n")
    mended: list[int] = []
    place = SimpleNamespace(holds=lambda: not mended)
    server = SimpleNamespace(mend=lambda: mended.append(1))
    assert module.why_lost(agent, place, server) is None  # type: ignore[arg-type]
    assert not agent._quitting
    assert "gone" in (module.why_lost(agent, place, server) or "")  # type: ignore[arg-type]
    assert agent._quitting


def test_memory_is_given_back_after_work_and_not_at_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths, clock = make_paths(tmp_path / "n"), SystemClock()
    made = Agent(paths, clock, Ledger(paths.audit, clock))
    given: list[bool] = []
    monkeypatch.setattr(agent_module, "trim_memory", lambda: given.append(True))
    for used_s, trims in ((1.0, 1), (1.001, 1), (1.5, 2)):
        monkeypatch.setattr(agent_module, "used_s", lambda _, used=used_s: used)
        made._weighed = Nanos(clock.mono() - agent_module.WEIGH_EVERY)
        made._weigh()
        assert len(given) == trims
