from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.clock import WallNanos
from nodreel.episode.folder import Folder
from nodreel.events import SECOND
from nodreel.store.hold import HOLD, Hold, begin_hold, read_hold, write_hold

if TYPE_CHECKING:
    from pathlib import Path

NOW = WallNanos(10**18)


def test_a_hold_is_read_as_it_was_written(tmp_path: Path) -> None:
    with Folder(tmp_path) as episode:
        assert read_hold(episode) is None
        for hold in (Hold(NOW), Hold(NOW, offered=True), Hold(NOW, offered=True, released=True)):
            write_hold(episode, hold)
            assert read_hold(episode) == hold


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"since": "now"}', '{"since": 1.5}', "[" * 900])
def test_a_note_without_sense_begins_the_wait_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / HOLD).write_text(text)
    with Folder(tmp_path) as episode:
        assert begin_hold(episode, NOW) == Hold(NOW)
        assert begin_hold(episode, WallNanos(NOW + 5)) == Hold(NOW)


def test_a_wait_that_lies_ahead_begins_now(tmp_path: Path) -> None:
    with Folder(tmp_path) as episode:
        write_hold(episode, Hold(WallNanos(NOW + 1), offered=True))
        assert begin_hold(episode, NOW) == Hold(NOW, offered=True)


def test_both_conditions_count() -> None:
    later = WallNanos(NOW + 24 * 3600 * SECOND)
    assert not Hold(NOW).may_leave(later, 24)
    assert not Hold(NOW, offered=True).may_leave(WallNanos(later - 1), 24)
    assert Hold(NOW, offered=True).may_leave(later, 24)


def test_what_is_kept_here_does_not_leave(tmp_path: Path) -> None:
    later = WallNanos(NOW + 24 * 3600 * SECOND)
    kept = Hold(NOW, offered=True, kept=True)
    assert not kept.may_leave(later, 24)
    with Folder(tmp_path) as episode:
        write_hold(episode, kept)
        assert read_hold(episode) == kept
