from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodreel.episode.batch import BATCHES, MAX_ROWS, SHEETS, in_order, read_batch
from nodreel.episode.format import MAX_JSON, MAX_OFFSET
from nodreel.errors import EpisodeError
from nodreel.events import Button, Key, KeyClass, Move, Nanos, Scroll

keys = st.builds(
    Key, t=st.integers(0, MAX_OFFSET).map(Nanos), press=st.booleans(),
    key_class=st.sampled_from(KeyClass), keycode=st.none() | st.integers(0, 65_535),
    keysym=st.none() | st.integers(0, 2**32 - 1), app=st.sampled_from(["editor", "browser"]),
    synthetic=st.booleans(),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(keys, st.integers(1, 5)), min_size=1, max_size=40))
def test_what_is_written_is_read(rows: list[tuple[Key, int]]) -> None:
    sheet, numbers = SHEETS[Key], []
    for _, step in rows:
        numbers.append((numbers[-1] if numbers else 0) + step)
    data = sheet.write([key for key, _ in rows], numbers)
    found = read_batch("input/keys", data)
    assert found == [(key.t, n, key) for (key, _), n in zip(rows, numbers, strict=True)]


def test_what_is_the_same_in_all_rows_is_said_once_and_a_default_never() -> None:
    moves = [Move(Nanos(8 * n), n, 5, "editor") for n in range(3)]
    assert json.loads(SHEETS[Move].write(moves, [4, 5, 6])) == {
        "t": 0, "dt": [0, 8, 8], "n": 4, "x": [0, 1, 2], "y": 5, "app": "editor",
    }  # fmt: skip
    scroll = Scroll(Nanos(9), 0, -1, 3, 4)
    assert json.loads(SHEETS[Scroll].write([scroll], [0])) == {
        "t": 9, "dt": [0], "n": 0, "dx": 0, "dy": -1, "x": 3, "y": 4,
    }  # fmt: skip


def test_events_of_one_moment_stay_in_the_order_they_came_in() -> None:
    t = Nanos(7)
    press, release = (Button(t, down, 1, 2, 3) for down in (True, False))
    key = Key(t, True, KeyClass.OTHER)
    found = read_batch("input/buttons", SHEETS[Button].write([press, release], [0, 2]))
    found += read_batch("input/keys", SHEETS[Key].write([key], [1]))
    assert [event for *_, event in sorted(found, key=in_order)] == [press, key, release]
    assert all(a[1] < b[1] for a, b in pairwise(sorted(found, key=in_order)))


def test_schemas_forbid_other_fields_and_name_no_person() -> None:
    for sheet in BATCHES.values():
        schema = sheet.channel.schema()
        assert schema["additionalProperties"] is False
        assert {"t", "dt", "n"} <= set(schema["required"])  # type: ignore[call-overload]
        assert not {"wall", "date", "user", "host"} & set(schema["properties"])  # type: ignore[call-overload]
        json.dumps(schema)


GOOD: dict[str, object] = {"t": 5, "dt": [0, 1], "n": 0, "x": [1, 2], "y": 3}


WRONG: list[dict[str, object]] = [
        {"dt": [0]}, {"dt": [1, 1]}, {"dt": []}, {"dt": 0}, {"dt": [0, -6]}, {"dt": [0, True]},
        {"dt": [0, 2**53]}, {"dt": [0, 1.0]}, {"t": MAX_OFFSET}, {"t": -1}, {"x": [1]},
        {"x": [1, 2, 3]}, {"x": []}, {"x": [1, "2"]}, {"x": [1, None]}, {"x": [0, 10**6]},
        {"x": {"0": 1}}, {"dn": [0]}, {"dn": [0, -1]}, {"n": -1}, {"app": ["a", "x" * 65]},
        {"app": ["a", 1]}, {"synthetic": [True, 1]}, {"wall": 3}, {"epoch": "1"},
        {"dt": [0] * (MAX_ROWS + 1)},
    ]  # fmt: skip


@pytest.mark.parametrize("change", WRONG)
def test_rows_that_do_not_add_up_are_refused(change: dict[str, object]) -> None:
    assert len(read_batch("pointer/moves", json.dumps(GOOD).encode())) == 2
    with pytest.raises(EpisodeError):
        read_batch("pointer/moves", json.dumps(GOOD | change).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[" * 100_000, b" " * (MAX_JSON + 1)])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(EpisodeError):
        read_batch("pointer/moves", data)


def test_an_unknown_class_of_key_is_refused() -> None:
    data = {"t": 0, "dt": [0, 0], "n": 0, "press": True, "key_class": ["character", "secret"]}
    with pytest.raises(EpisodeError, match="not one of"):
        read_batch("input/keys", json.dumps(data).encode())


def test_an_event_out_of_bounds_is_refused_before_it_joins_others() -> None:
    check = SHEETS[Move].check
    check(Move(Nanos(1), 1, 2, "x" * 65))  # too long a text is cut
    for wrong in (Move(Nanos(1), 10**6, 0), Move(Nanos(1), 0, -(10**6)), Move(Nanos(-1), 0, 0)):
        with pytest.raises(ValueError, match=r"^not "):
            check(wrong)
    (found,) = read_batch(
        "pointer/moves", SHEETS[Move].write([Move(Nanos(1), 1, 2, "x" * 65)], [0])
    )
    assert found[2].app == "x" * 64
