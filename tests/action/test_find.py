"""Actions as text: what went in, what came out, one small file each (see ``lines``)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel import actions
from nodreel.action import Settings, find_actions
from tests.action.lines import Reader, write
from tests.episode.studio import Screen, Studio, click, move

if TYPE_CHECKING:
    from nodreel.action import Action

COVERS = ("model", "pointer", "writing", "joining", "menus", "moments")
STREAMS = sorted((Path(__file__).parent / "streams").glob("*.txt"))


def play(lines: list[str], settings: Settings | None = None) -> list[Action]:
    reader = Reader()
    for line in lines:
        reader.read(line)
    return find_actions(reader.events, reader.frames, settings)


def lines_of(path: Path) -> tuple[list[str], list[str]]:
    given, expected = path.read_text().split("---\n")
    return [n for n in given.splitlines() if n and n[0] != "#"], expected.splitlines()


@pytest.mark.parametrize("path", STREAMS, ids=lambda p: p.stem)
def test_stream(path: Path) -> None:
    given, expected = lines_of(path)
    assert [write(action) for action in play(given)] == expected


@pytest.mark.parametrize("path", STREAMS, ids=lambda p: p.stem)
def test_every_action_names_events_that_are_there_and_lies_in_them(path: Path) -> None:
    given, _ = lines_of(path)
    reader = Reader()
    for line in given:
        reader.read(line)
    for action in find_actions(reader.events, reader.frames):
        assert action.start <= action.end
        assert list(action.events) == sorted(set(action.events))
        times = [reader.events[n].t for n in action.events]
        assert not times or max(times) <= action.end


def test_the_desktops_own_thresholds_decide() -> None:
    given = ["0 press 1 9 9", "20 release 1 9 9", "300 press 1 9 9", "320 release 1 9 9"]
    assert [a.kind for a in play(given)] == ["double click"]
    slow = replace(Settings(), double_click_ms=200)
    assert [a.kind for a in play(given, slow)] == ["click", "click"]


def test_an_episode_gives_the_same_as_its_events(tmp_path: Path) -> None:
    studio, screen = Studio(tmp_path), Screen()
    up = replace(click(70), press=False)
    studio.record(
        [screen.frame(0, full=True), click(50), up, screen.frame(200, (0, 0)), click(400)],
        seal_every=2,
    )  # the last press never comes up: not an action
    episode = studio.read()
    (found,) = actions(episode)
    pictures = [p.done for p in episode.frames()]
    assert [found] == find_actions(episode.events(), pictures)
    assert (found.before, found.after) == (pictures[0], pictures[1])
    events = list(episode.events())
    assert [events[n] for n in found.events] == events[:2]


def test_what_lies_between_two_episodes_is_no_wait_and_joins_nothing(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    studio.record([move(10), click(50)])
    first = studio.read().length
    studio.clock.pass_(60)
    up = replace(click(60_020), press=False)
    writer = studio.writer()
    for event in (up, move(60_100), click(60_200), replace(click(60_230), press=False)):
        writer.add(event)
    writer.close("end")
    episode = studio.read()
    assert episode.spans[0] == (0, first)
    assert [a.kind for a in actions(episode)] == ["click"]
    assert len(find_actions(episode.events())) == 2  # the press of one, the release of the other
