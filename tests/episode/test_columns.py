from __future__ import annotations

import json
from typing import Any

import pytest

from nodreel.episode import columns as under_test
from nodreel.episode.batch import SHEETS, Sheet
from nodreel.episode.columns import TYPES, _Stack
from nodreel.errors import EpisodeError
from nodreel.events import Button, Gap, Key, KeyClass, Move
from tests.episode.columns import assert_same_columns
from tests.episode.studio import Screen, Studio, at, click, key, move
from tests.episode.test_batch import GOOD, WRONG


def rows(*messages: dict[str, object]) -> Any:
    stack = _Stack(SHEETS[Move])
    for message in messages:
        stack.take(json.loads(json.dumps(message)), 0)
    return stack.columns()


@pytest.mark.parametrize("change", WRONG)
def test_rows_that_do_not_add_up_are_refused_among_good_ones(change: dict[str, object]) -> None:
    came, found = rows(GOOD, GOOD)
    assert (found["t"].tolist(), found["x"].tolist()) == ([5, 6, 5, 6], [1, 2, 1, 2])
    assert found["y"] == 3  # what all rows have
    assert came.tolist() == [0, 1, 0, 1]
    with pytest.raises(ValueError, match=r"."):
        rows(GOOD, GOOD | change, GOOD)


@pytest.mark.parametrize("message", [[], "", {}, {"dt": [0]}, None])
def test_what_is_no_table_is_refused(message: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        rows(GOOD, message)


def test_every_field_of_what_is_stored_in_columns_has_a_column() -> None:
    assert {name for sheet in SHEETS.values() for name in sheet.table} <= set(TYPES)


def busy() -> list[Any]:
    screen = Screen()
    events: list[Any] = [screen.frame(0, full=True)]
    for n in range(40):
        same = at(10 * n + 5)
        events += [move(10 * n + 1, n), Button(same, True, 1, n, n), Button(same, False, 1, n, n)]
        events.append(Key(same, True, KeyClass.OTHER))  # only its class
        events.append(key(10 * n + 6))
    return [*events, click(500)]


def test_no_event_becomes_an_object(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    studio.record(busy(), 30)
    monkeypatch.setattr(under_test, "_one_by_one", None)
    assert len(studio.read().columns()["t"]) == len(list(studio.read().events()))
    assert_same_columns(studio.read())


def test_a_damaged_segment_alone_is_left_out_and_named(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, told = Sheet.write, iter([False, True])

    def sometimes_wrong(sheet: Sheet, *words: Any) -> bytes:
        data = write(sheet, *words)
        if sheet.kind is Move and next(told, False):
            return json.dumps(json.loads(data) | {"x": [1]}).encode()
        return data

    monkeypatch.setattr(Sheet, "write", sometimes_wrong)
    studio.record(busy(), 50)
    episode = studio.read()
    assert 100 < len(episode.columns()["t"]) < 200
    assert len(episode.damage) == 1
    assert "columns of unequal length" in str(episode.damage[0])
    assert_same_columns(studio.read())


def test_a_segment_that_was_replaced_is_named_too(studio: Studio) -> None:
    folder = studio.record(busy(), 50)
    file = folder / "00000002.seg"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    episode = studio.read()
    assert len(episode.columns()["t"]) < 200
    assert ["signed" in str(error) for error in episode.damage] == [True]
    assert_same_columns(studio.read())


def test_episodes_lie_on_one_line_of_time_with_their_gaps(studio: Studio) -> None:
    studio.folder.mkdir(mode=0o700)
    for ms in (0, 60_000):
        writer = studio.writer()
        for event in (key(ms), Gap(at(ms + 10), at(ms + 20)), move(ms + 30)):
            writer.add(event)
        writer.close("test")
        writer.leave()
    episode = studio.read()
    assert len(episode.parts) == 2
    assert len(set(episode.columns()["until"].tolist())) == 3  # none, and two that differ
    assert_same_columns(episode)


def test_too_many_rows_in_a_segment_are_refused(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.record(busy())
    monkeypatch.setattr("nodreel.episode.columns.MAX_EVENTS", 20)
    monkeypatch.setattr("nodreel.episode.part.MAX_EVENTS", 20)
    episode = studio.read()
    assert len(episode.columns()["t"]) == 0
    assert "more than 20 events" in str(episode.damage[0])


def test_a_moment_that_wraps_around_is_refused() -> None:
    far: dict[str, object] = {"t": 2**53 - 1, "dt": [0, *[2**53 - 1] * 2047], "n": 0, "x": 1}
    with pytest.raises(ValueError, match="out of time"):
        rows(GOOD, far | {"y": 2})


def test_strict_raises(studio: Studio) -> None:
    from nodreel.episode import open_episode

    folder = studio.record(busy(), 50)
    (folder / "00000002.seg").write_bytes(b"")
    with pytest.raises(EpisodeError):
        open_episode(studio.folder, studio.identity, strict=True).columns()
