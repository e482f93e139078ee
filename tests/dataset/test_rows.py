from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from nodreel.action import ActionKind
from nodreel.dataset.plan import Found
from nodreel.dataset.quality import quality
from nodreel.dataset.rows import action_rows, encode, episode_row, frame_row
from nodreel.episode import open_episode
from nodreel.export.source import Source, read_source
from tests.dataset.people import HEIGHT, WIDTH, Person

if TYPE_CHECKING:
    from tests.dataset.folder import Folder

FOUND = Found("EPISODE", "CONSENT", "aa", "bb", "learn", "2026-09", 1, "m")


@pytest.fixture
def source(folder: Folder) -> Source:
    (name,) = folder.record(Person(1), rounds=6)
    return read_source(open_episode(folder.episodes / name, folder.secret))


def test_an_action_keeps_all_that_is_known_and_says_which_frames(source: Source) -> None:
    at = {done: 100 + n for n, done in enumerate(sorted(source.keyframes))}
    rows = list(action_rows(source, FOUND, at))
    assert [row["number"] for row in rows] == list(range(len(source.actions)))
    for row, action in zip(rows, source.actions, strict=True):
        assert (row["episode"], row["consent"]) == ("EPISODE", "CONSENT")
        assert (row["kind"], row["x"], row["text"]) == (action.kind.value, action.x, action.text)
        assert row["before_frame"] == (None if action.before is None else at[action.before])
        assert row["after_frame"] == (None if action.after is None else at[action.after])
        assert row["path_x"] == [p.x for p in action.path]
        assert (row["screen_width"], row["screen_height"]) == (WIDTH, HEIGHT)
    assert any(row["text"] for row in rows)


def test_a_frame_that_is_not_stored_has_no_row_number(source: Source) -> None:
    assert {row["before_frame"] for row in action_rows(source, FOUND, {})} == {None}


@pytest.mark.parametrize("form", ["webp", "png"])
def test_pictures_lose_nothing(source: Source, form: str) -> None:
    from PIL import Image

    picture = next(source.episode.frames())
    image = encode(picture, form)
    assert encode(picture, form) == image
    shown = Image.open(io.BytesIO(image))
    assert shown.format == form.upper()
    assert shown.convert("RGB").tobytes("raw", "BGR") == picture.pixels
    row = frame_row(FOUND, picture, image, form)
    assert row["image"] == {"bytes": image, "path": f"EPISODE-{picture.done:016d}.{form}"}


def test_an_episode_is_told_in_one_row(source: Source) -> None:
    row = episode_row(source, FOUND, quality(source), 5)
    assert (row["score"], row["frames"], row["state"]) == (1.0, 5, "end")
    assert row["apps"] == ["forms"]
    assert row["actions"] == len(source.actions)
    assert any(a.kind is ActionKind.WAIT for a in source.actions)
