"""After switching on, the answer waits for what comes by itself, and for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.agent import settling
from nodreel.ipc.wire import Done, Interlock, Status
from nodreel.paths import default_paths
from tests.cli.agent import WAITING, Agent, listening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nodreel.ipc.wire import Request


@pytest.fixture
def agent() -> Iterator[Agent]:
    with listening() as made:
        yield made


def missing(*names: str) -> Done:
    locks = tuple(Interlock(name=name, closed=False, sentence=name) for name in names)
    return Done(status=Status(state="blocked", sentence="Not yet.", interlocks=locks))


def in_turn(answers: Iterable[Done], monkeypatch: pytest.MonkeyPatch) -> None:
    left = iter(answers)

    def say(agent: Agent, message: Request, pid: int) -> Done:
        agent.heard.append(message)
        return next(left)

    monkeypatch.setattr(Agent, "__call__", say)


def test_it_waits_for_desktop_and_sign(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    last = Done(status=WAITING)
    steps = [missing("start"), missing("senses", "sign"), missing("sign", "context"), last]
    in_turn(steps, monkeypatch)
    assert settling.settled(default_paths()) == last
    assert len(agent.heard) == 4


@pytest.mark.parametrize("name", ["grant", "pause", "policy", "disk", "context"])
def test_what_the_person_must_mend_is_said_at_once(agent: Agent, name: str) -> None:
    agent.answer = missing(name, "senses", "sign")
    assert settling.settled(default_paths()) == agent.answer
    assert len(agent.heard) == 1


def test_it_does_not_wait_for_ever(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "PATIENCE_S", 0.3)
    agent.answer = missing("sign")
    assert settling.settled(default_paths()) == agent.answer
