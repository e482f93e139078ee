"""How things are: the little that the sign is told is a part of what everybody is told."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from nodreel.agent.interlocks import Interlock
from nodreel.agent.status import around, brief, status_of
from nodreel.clock import WallNanos
from nodreel.consent.switches import Switches
from nodreel.errors import StoreError
from nodreel.events import SECOND, Nanos, Rect

OPEN = Interlock("grant", closed=True, sentence="You agreed.")
CLOSED = Interlock("disk", closed=False, sentence="Less than 100 MB are left on the disk.")
MORE = Interlock("context", closed=False, sentence="The app in front is not designated.")


def agent(*verdicts: Interlock, recording: Any = None, pause: int | None = None) -> Any:
    return SimpleNamespace(
        clock=SimpleNamespace(mono=lambda: Nanos(100 * SECOND), wall=lambda: WallNanos(0)),
        verdicts=verdicts, recording=recording, last_written=Nanos(90 * SECOND),
        permission=SimpleNamespace(switches=Switches(paused_until=pause)),
        governor=SimpleNamespace(words="frame rate, because the machine is hot"),
        store=SimpleNamespace(counts=lambda: {"held": 2, "released": 1}),
        paths=SimpleNamespace(data="/data", policy="/policy"),
    )  # fmt: skip


RUNS: Any = SimpleNamespace(
    app_name="Mousepad", left_out="Its keys are left out.", dropped={"closed": 3},
    unwritten=lambda now: Nanos(now - 98 * SECOND),
    writer=SimpleNamespace(stats=SimpleNamespace(last_written=Nanos(97 * SECOND))),
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "state", "sentence"),
    [
        (agent(OPEN, CLOSED, MORE, recording=RUNS), "blocked", CLOSED.sentence),
        (agent(OPEN, MORE, recording=RUNS), "waiting", MORE.sentence),
        (agent(OPEN), "blocked", "Recording begins in a moment."),
        (agent(OPEN, recording=RUNS), "recording", "Recording Mousepad. Its keys are left out."),
    ],
)
def test_the_first_interlock_that_is_open_says_it(asked: Any, state: str, sentence: str) -> None:
    told = status_of(asked)
    assert (told.state, told.sentence) == (state, sentence)
    assert told.recording == (state == "recording")
    assert told.app == ("Mousepad" if told.recording else "")


@pytest.mark.parametrize("framed", [True, False])
def test_a_frame_is_told_of_to_who_wants_one(framed: bool) -> None:
    one = agent(OPEN, recording=SimpleNamespace(around=Rect(1, 2, 3, 4)))
    one.framed = framed
    assert around(one) == ((1, 2, 3, 4) if framed else None)
    one.recording = None
    assert around(one) is None


def test_a_store_that_cannot_be_looked_at_does_not_silence_the_agent() -> None:
    def broken() -> dict[str, int]:
        raise StoreError("The folder is open to other users.")

    asked = agent(OPEN, CLOSED)
    asked.store.counts = broken
    assert status_of(asked).sentence == CLOSED.sentence


def test_the_sign_is_told_a_part_of_it_that_can_be_written() -> None:
    asked = agent(OPEN, CLOSED, recording=RUNS, pause=60 * SECOND)
    little, whole = json.loads(json.dumps(brief(asked))), status_of(asked).model_dump()
    assert little.pop("interlocks") == [{"name": "disk", "closed": False}]
    assert little.items() <= whole.items()
    assert whole["last_written_s"] == 3
    assert whole["unwritten_s"] == 2
    assert whole["paused_s"] == 60
    assert whole["spares"] == "frame rate, because the machine is hot"
    assert whole["dropped"] == {"closed": 3}
    assert brief(agent(OPEN))["last_written_s"] == 10, "as it was when it last recorded"
