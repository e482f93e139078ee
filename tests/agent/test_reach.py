"""An agent that the person cannot reach records nothing, and ends where it can never be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.agent.agent import PERMIT, Agent
from nodreel.agent.reach import LocalReach
from nodreel.clock import SystemClock
from nodreel.consent import Ledger
from nodreel.errors import StoreError
from nodreel.host import claim, private_dir
from nodreel.ipc.client import call
from nodreel.ipc.server import ControlServer
from nodreel.ipc.wire import AskStatus, Done
from tests.agent.journey import make_paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = make_paths(tmp_path / "n")
    private_dir(made.runtime)
    return made


@pytest.fixture
def reach(paths: Paths) -> Iterator[LocalReach]:
    instance = claim(paths.lock)
    assert instance is not None
    with instance, ControlServer(paths, lambda *_: Done(text="here")) as server:
        yield LocalReach(instance, server)


def test_a_socket_that_was_taken_away_is_put_back(paths: Paths, reach: LocalReach) -> None:
    assert reach.why_not() is None
    paths.socket.unlink()
    assert reach.why_not() is None
    assert call(paths, AskStatus()).text == "here"
    assert not reach.lost


def test_a_place_that_is_gone_is_gone_for_good(paths: Paths, reach: LocalReach) -> None:
    paths.lock.unlink()
    assert "gone" in (reach.why_not() or "")
    assert reach.lost


class Closed:
    lost = False

    def why_not(self) -> str:
        raise StoreError("The folder is not ours.")


class Lost(Closed):
    lost = True

    def why_not(self) -> str:
        return "It is gone."


@pytest.mark.parametrize(("reach", "said"), [(Closed(), "not ours"), (Lost(), "is gone")])
def test_it_is_an_interlock_and_what_is_lost_for_good_ends_the_agent(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, reach: Closed, said: str
) -> None:
    clock = SystemClock()
    agent, beats = Agent(paths, clock, Ledger(paths.audit, clock), reach), []
    beat = agent.beat

    def a_few() -> None:
        beats.append(1)
        beat()
        agent.wake()
        if len(beats) == 3:
            agent.quit()

    monkeypatch.setattr(agent, "beat", a_few)
    agent.run()
    assert len(beats) == (1 if reach.lost else 3)
    (verdict,) = [v for v in agent.verdicts if v.name == "reach"]
    assert not verdict.closed
    assert said in verdict.sentence
    assert "reach" in PERMIT
