"""What came of a test recording is counted and shown, whatever it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import EpisodeError
from nodreel.events import Focus, Kind
from nodreel.page.outcome import NOT_COME, counted, outcome
from nodreel.page.reply import Wanted
from tests.episode.studio import Screen, Studio, at, click, key, move
from tests.page.conftest import words

if TYPE_CHECKING:
    from pathlib import Path

KINDS = frozenset({Kind.POINTER, Kind.KEYS, Kind.TEXT, Kind.SCREEN, Kind.ELEMENTS})
EVIL = "<script>alert(1)</script>\u202e" + "x" * 5000


def test_each_kind_is_counted(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    frame = Screen(1).frame(5, full=True)
    press, silent = key(3), replace(key(8), keycode=None, keysym=None)
    release = replace(press, t=at(4), press=False)
    studio.record([move(1), click(2), press, release, frame, Focus(at(7), "editor", EVIL), silent])
    came = counted(studio.read())
    assert came == {Kind.POINTER: 2, Kind.KEYS: 3, Kind.TEXT: 1, Kind.SCREEN: 1, Kind.TITLES: 1}
    told = outcome(Wanted(("trial",)), studio.read(), KINDS).decode()
    assert "<script" not in told
    assert "\u202e" not in told
    assert "titles" not in words(told), "that was not agreed to"
    assert told.count(NOT_COME) == 1, "of the elements nothing came"
    assert told.count('<img src="/trial/frame?t=') == 1
    assert len(told) < 20_000


def test_without_a_picture_there_is_none_to_show(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    studio.record([key(1)])
    assert "<img" not in outcome(Wanted(("trial",)), studio.read(), KINDS).decode()


def test_nothing_is_no_outcome(tmp_path: Path) -> None:
    with pytest.raises(EpisodeError):
        Studio(tmp_path).read()
