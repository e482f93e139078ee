from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel.action import VERSION, ActionKind
from nodreel.cli.actions import actions_
from nodreel.events import Cause, Element, Focus, Rect
from nodreel.paths import default_paths
from nodreel.review.deeds import sentence
from tests.action.test_find import play
from tests.cli.recorded import EVIL, Recorded
from tests.episode.studio import Studio, at, click

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    studio = Studio(default_paths().episodes)
    studio.folder.mkdir(parents=True)
    studio.folder.chmod(0o700)
    up = replace(click(90), press=False)
    element = Element(at(50), Cause.CLICK, "button", EVIL, Rect(0, 0, 9, 9), app="editor")
    episode = studio.record([Focus(at(0), "editor"), click(50), element, up])
    identity = tmp_path / "research.key"
    identity.write_text(studio.identity)
    return Recorded(studio, episode, identity, b"")


def test_actions_as_lines_and_nothing_in_them_reaches_the_terminal(recorded: Recorded) -> None:
    said = recorded.run(actions_, recorded.episode, "-i", recorded.identity)
    assert said.exit_code == 0
    assert "0:00:00.050  click, in editor, on button" in said.output
    assert "\x1b" not in said.output
    assert "\u202e" not in said.output


def test_actions_as_json(recorded: Recorded) -> None:
    said = recorded.run(actions_, recorded.episode, "-i", recorded.identity, "--json")
    (line,) = said.output.splitlines()
    found = json.loads(line)
    assert found["version"] == VERSION
    assert (found["kind"], found["x"], found["y"], found["events"]) == ("click", 10, 20, [1, 2, 3])
    assert found["element"]["name"] == EVIL


def test_each_kind_is_said_in_a_few_words() -> None:
    lines = ["0 focus pad", "10 type ab", "200 wheel 5 6 -2", "300 down F5", "310 up F5",
             "320 down ?", "330 press 1 9 9", "340 release 1 60 9", "3000 move 1 1"]  # fmt: skip
    assert [sentence(a) for a in play(lines)] == [
        "type, in pad, 'ab'", "scroll, in pad, by 0 right, -2 up, at 5,6", "key, in pad, f5",
        "type, in pad, 1 characters", "drag, in pad, at 9,9, to 60,9", "wait, in pad, for 2.7 s",
    ]  # fmt: skip

    chosen = replace(play(lines)[0], kind=ActionKind.SELECT, names=("File", "Save"), strokes=())
    assert (
        sentence(replace(chosen, sure=False)) == "select, in pad, File > Save, (in part inferred)"
    )
