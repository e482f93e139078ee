from __future__ import annotations

import pytest

from nodreel.episode.canvas import Coded
from nodreel.episode.container import read_content
from nodreel.episode.draft import Draft
from nodreel.events import Move, Nanos, Note

ABOUT = {"episode": "E", "seq": ""}


def test_moves_travel_together() -> None:
    draft = Draft(Nanos(0))
    for n in range(5):
        draft.add(Move(Nanos(n), n, n, "a"))
    draft.add(Note(Nanos(5), "x"))
    draft.add(Move(Nanos(6), 1, 1, "b"))
    (kind, data), = draft.finish(b"", ABOUT, 7)  # fmt: skip
    content = read_content(data)
    assert kind == "events"
    assert dict(content.about) == {"episode": "E", "seq": "7", "kind": "events"}
    assert [m.topic for m in content.messages] == ["note", "pointer/moves"]
    assert [m.number for m in content.messages] == [5, 0]
    assert draft.span("events") == (0, 6)


def test_a_key_comes_first_and_counts_as_a_segment() -> None:
    draft = Draft(Nanos(0))
    draft.add(Note(Nanos(1), "x"))
    draft.add_frame(Nanos(2), Nanos(4), Coded(b"frame", b"key"))
    draft.add_frame(Nanos(5), Nanos(6), Coded(b"next", None))
    (first, key), (second, events) = draft.finish(b"-tail", ABOUT, 3)
    assert (first, second) == ("key", "events")
    assert [m.data for m in read_content(key).messages] == [b"key"]
    assert read_content(key).about["seq"] == "3"
    assert read_content(events).about["seq"] == "4"
    assert [m.data for m in read_content(events).messages][1:] == [b"frame", b"next-tail"]
    assert (draft.span("key"), draft.span("events")) == ((2, 2), (1, 6))


def test_what_could_not_be_written_is_refused_at_once() -> None:
    draft = Draft(Nanos(0))
    with pytest.raises(ValueError, match="not a whole number"):
        draft.add(Move(Nanos(0), 10**9, 0))
    assert draft.size == 0
