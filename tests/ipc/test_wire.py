"""What can be said at all: a closed list, without a start and without a yes."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from nodreel.ipc import web, wire

MESSAGES: tuple[type[BaseModel], ...] = get_args(get_args(wire.Request)[0])

WHAT_A_PAGE_IS = (
    "seq", "sent_ms", "since_ms", "front", "address", "complete", "private", "title", "focused",
    "viewport", "exact", "masks", "verdict", "blind", "element",
)  # fmt: skip

GOOD = [
    wire.AskStatus(),
    wire.Pause(),
    wire.Pause(minutes=1),
    wire.Pause(minutes=1440),
    wire.Resume(),
    wire.Stop(),
    wire.Withdraw(),
    wire.Withdraw(stored="delete"),
    wire.Delete(last_seconds=300),
    wire.Delete(episode="0123456789ABCDEFGHJKMNPQRS"),
    wire.Delete(everything=True),
    wire.AddNote(text="Filing the quarterly report"),
    wire.SignBeat(window=0x1E00007, pid=4711),
    web.WebHello(),
    web.WebHello(skip=40),
    web.WebReport(seq=0, sent_ms=0, since_ms=0),
    web.WebGone(),
]

BAD = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'"status"',
    b"\xff\xfe",
    b'\xef\xbb\xbf{"do":"status"}',
    b'{"do":"start"}',
    b'{"do":"consent"}',
    b'{"do":"give"}',
    b'{"do":"grant"}',
    b'{"do":"widen"}',
    b'{"do":"status","do":"start"}',
    b'{"do":"Status"}',
    b'{"do":"status","verbose":true}',
    b'{"do":"resume","consent":true}',
    b'{"do":"pause","minutes":0}',
    b'{"do":"pause","minutes":1441}',
    b'{"do":"pause","minutes":-1}',
    b'{"do":"pause","minutes":1.5}',
    b'{"do":"pause","minutes":"15"}',
    b'{"do":"pause","minutes":true}',
    b'{"do":"pause","minutes":NaN}',
    b'{"do":"withdraw","stored":"sell"}',
    b'{"do":"delete"}',
    b'{"do":"delete","everything":false}',
    b'{"do":"delete","everything":true,"last_seconds":5}',
    b'{"do":"delete","last_seconds":0}',
    b'{"do":"delete","episode":"../../etc/passwd"}',
    b'{"do":"delete","episode":"0123456789ABCDEFGHJKMNPQRS\\n"}',
    b'{"do":"note","text":""}',
    b'{"do":"note","text":"' + b"x" * 501 + b'"}',
    b'{"do":"sign","window":0,"pid":1}',
    b'{"do":"sign","window":4294967296,"pid":1}',
    b'{"do":"sign","window":5,"pid":0}',
    b"[" * 30_000,
    b'{"do":' + b'{"do":' * 30_000,
]


def test_the_words_are_exactly_these() -> None:
    words = {model.model_fields["do"].default for model in MESSAGES}
    assert words == {
        "status", "pause", "resume", "stop", "withdraw", "delete", "note", "sign",
        "web_hello", "web_report", "web_gone",
    }  # fmt: skip


def test_no_field_of_any_message_could_carry_a_yes() -> None:
    fields = {(m.__name__, name) for m in MESSAGES for name in m.model_fields if name != "do"}
    assert fields == {
        ("Pause", "minutes"),
        ("Withdraw", "stored"),
        ("Delete", "last_seconds"),
        ("Delete", "episode"),
        ("Delete", "everything"),
        ("AddNote", "text"),
        ("SignBeat", "window"),
        ("SignBeat", "pid"),
        ("WebHello", "skip"),
        *(("WebReport", name) for name in WHAT_A_PAGE_IS),
    }


@pytest.mark.parametrize("model", [*MESSAGES, wire.Status, wire.Done, wire.Refused, wire.Interlock])
def test_every_message_is_closed_and_frozen(model: type[BaseModel]) -> None:
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"]
    assert model.model_config["strict"]


@pytest.mark.parametrize("message", GOOD, ids=lambda m: m.model_dump_json())
def test_what_is_written_is_what_is_read(message: BaseModel) -> None:
    assert wire.REQUEST.validate_json(wire.line(message)) == message
    assert wire.line(message).count(b"\n") == 1


@pytest.mark.parametrize("said", BAD, ids=lambda said: said[:60].decode("latin1"))
def test_everything_else_is_refused(said: bytes) -> None:
    with pytest.raises(ValidationError):
        wire.REQUEST.validate_json(said)


@given(st.binary(max_size=400).filter(lambda said: b'"do"' not in said))  # those are in BAD
def test_garbage_is_never_a_request(said: bytes) -> None:
    with pytest.raises(ValidationError):
        wire.REQUEST.validate_json(said)


@given(st.text(min_size=1, max_size=500))
def test_a_note_of_any_text_stays_one_line(text: str) -> None:
    try:
        message = wire.AddNote(text=text)
    except ValidationError:  # a lone surrogate is no text
        return
    sent = wire.line(message)
    assert sent.count(b"\n") == 1
    assert wire.REQUEST.validate_json(sent) == message


def test_a_full_answer_comes_back_as_it_was() -> None:
    status = wire.Status(
        state="recording",
        sentence="Recording Mousepad.",
        recording=True,
        app="Mousepad",
        interlocks=(wire.Interlock(name="grant", closed=True, sentence="You agreed."),),
        last_written_s=1.5,
        unwritten_s=0.25,
        episodes=wire.Episodes(held=3, released=1),
        dropped={"not designated": 12},
        paths={"data": "/home/x"},
        pid=12,
        version="0.1.0",
    )
    done = wire.Done(status=status)
    assert wire.REPLY.validate_json(wire.line(done)) == done


def test_an_age_is_a_number() -> None:
    for wrong in (float("nan"), float("inf"), -1.0):
        with pytest.raises(ValidationError):
            wire.Status(state="paused", sentence="", last_written_s=wrong)


def test_a_line_is_plain_json() -> None:
    assert json.loads(wire.line(wire.Pause(minutes=15))) == {"do": "pause", "minutes": 15}
