"""What the sign understands of the agent: a whole status, or nothing at all."""

from __future__ import annotations

import json

import pytest

from nodreel.events import Rect
from nodreel.ipc.wire import Done, Interlock, Status, line
from nodreel.sign.said import Said, read_answer, read_said

LOCKS = (
    Interlock(name="grant", closed=True, sentence="You agreed."),
    Interlock(name="pause", closed=False, sentence="You paused."),
    Interlock(name="disk", closed=False, sentence="Full."),
)
STATUS = Status(
    state="paused", sentence="You paused.", app="Pad", interlocks=LOCKS, unwritten_s=1.5,
    last_written_s=4, paused_s=60, pid=4,
)  # fmt: skip
SAID = Said(
    state="paused", sentence="You paused.", app="Pad", open="pause", unwritten_s=1.5,
    last_written_s=4, paused_s=60,
)  # fmt: skip


def test_a_status_as_the_agent_writes_it() -> None:
    assert read_said(line(STATUS)) == SAID
    assert read_answer(line(Done(status=STATUS))) == SAID


@pytest.mark.parametrize(
    "word",
    [b"", b"!", b"7", b"null", b"{}", b"[" * 100_000, b"\xff", b'{"state": "recording"}',
     json.dumps(STATUS.model_dump() | {"unwritten_s": "soon"}).encode(),
     json.dumps(STATUS.model_dump() | {"interlocks": [1]}).encode()],
)  # fmt: skip
def test_anything_else_is_nothing(word: bytes) -> None:
    assert read_said(word) is None
    assert read_answer(b'{"status": ' + word + b"}") is None
    assert read_answer(word) is None


def test_where_a_frame_is_to_lie() -> None:
    told = json.loads(line(STATUS))
    said = read_said(json.dumps(told | {"around": [-5, 0, 640, 480]}).encode())
    assert said is not None
    assert said.around == Rect(-5, 0, 640, 480)
    for nonsense in ([1, 2, 3], [0, 0, 1 << 20, 5], ["a", 0, 0, 0], [0.5, 0, 1, 1], "0000", {}):
        assert read_said(json.dumps(told | {"around": nonsense}).encode()) is None


def test_only_true_is_recording() -> None:
    told = json.loads(line(STATUS))
    for not_true in (1, "true", None, [True]):
        said = read_said(json.dumps(told | {"recording": not_true}).encode())
        assert said is not None
        assert not said.recording
