from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from nodreel.episode.format import (
    CHANNELS,
    MAX_JSON,
    MAX_PATH,
    PATH,
    happened,
    read_events,
    write_event,
)
from nodreel.errors import EpisodeError
from nodreel.events import SECOND, Focus, Frame, Gap, Key, KeyClass, Move, Nanos, Note

OF_A_BUTTON = {"name", "path"}  # what it is called, and the menus that lead to it
FORBIDDEN = ("wall", "date", "name", "user", "host", "email", "mac", "ip", "path", "pid", "year")


def move(ms: int, **other: object) -> Move:
    return replace(Move(Nanos(ms * 1_000_000), 1, 2, "editor"), **other)  # type: ignore[arg-type]


def test_no_field_could_hold_a_wall_time_or_a_name() -> None:
    for topic, channel in CHANNELS.items():
        for field in channel.fields.keys() - (OF_A_BUTTON if topic == "window/element" else set()):
            assert not any(word == field for word in FORBIDDEN), (topic, field)


def test_schemas_describe_every_field_and_forbid_others() -> None:
    for channel in CHANNELS.values():
        schema = channel.schema()
        assert schema["additionalProperties"] is False
        assert schema["properties"].keys() == channel.fields.keys()  # type: ignore[attr-defined]
        json.dumps(schema)


def test_every_field_of_every_event_is_written() -> None:
    key = Key(Nanos(1), True, KeyClass.OTHER, 2, 3, 4, 5, "de", "editor", True, True, 6, True)
    _, data = write_event(key)
    assert json.loads(data).keys() == {f.name for f in fields(Key)}
    assert read_events("input/key", data) == [key]  # as episodes of before have it


def test_too_long_a_text_is_cut_and_half_a_character_replaced() -> None:
    _, data = write_event(Note(Nanos(0), "x" * 501))
    assert read_events("note", data) == [Note(Nanos(0), "x" * 500)]
    topic, data = write_event(Focus(Nanos(0), "editor", "a\ud800b" + "y" * 600))
    (found,) = read_events(topic, data)
    assert isinstance(found, Focus)
    assert found.title is not None
    assert found.title.startswith("a?b")
    assert len(found.title) == 512


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"t": 1}', b'{"t": 1, "until": 0}',
        b'{"t": 1.0, "until": 2}', b'{"t": -1, "until": 2}', b'{"t": 1, "until": NaN}',
        b'{"t": true, "until": 2}', b'{"t": 1, "until": 9007199254740992}', b"\xff\xfe",
        b'{"t": 1, "until": 2, "wall": 3}', b'{"t": 1, "until": ' + b"9" * 5000 + b"}",
        b'{"t": 1, "until": 2}' + b" " * MAX_JSON,
    ],
)  # fmt: skip
def test_a_message_that_is_not_as_described_is_refused(data: bytes) -> None:
    with pytest.raises(EpisodeError):
        read_events("gap", data)
    assert read_events("gap", b'{"t": 1, "until": 2}') == [Gap(Nanos(1), Nanos(2))]


@pytest.mark.parametrize(
    "change",
    [
        {"dt": [0]}, {"dt": [1, 5]}, {"dt": [0, -5]}, {"dt": [0, 2 * SECOND]}, {"x": []},
        {"x": [1] * (MAX_PATH + 1)}, {"t": 2**53 - 1, "dt": [0, 5]}, {"y": [1, "2"]},
    ],
)  # fmt: skip
def test_a_path_that_does_not_add_up_is_refused(change: dict[str, object]) -> None:
    good: dict[str, object] = {"t": 0, "dt": [0, 5], "x": [1, 2], "y": [3, 4]}
    assert len(read_events(PATH.topic, json.dumps(good).encode())) == 2
    with pytest.raises(EpisodeError):
        read_events(PATH.topic, json.dumps(good | change).encode())


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(EpisodeError, match="unknown kind"):
        read_events("screen/../../etc", b"{}")


def test_a_frame_counts_once_it_is_there() -> None:
    frame = Frame(Nanos(1), Nanos(3), 0, 10, 10, (), ())
    assert happened(frame) == 3
    assert happened(move(2)) == 2_000_000
