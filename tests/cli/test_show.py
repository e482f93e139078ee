from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from nodreel.cli.show import show
from nodreel.events import Gap, Geometry, Key, KeyClass, Monitor, Nanos, Pace, Rect, Scroll, Sparing
from nodreel.review.told import told

if TYPE_CHECKING:
    from nodreel.events import Event
    from tests.cli.recorded import Recorded

T = Nanos(0)


def test_a_timeline_is_shown_and_nothing_in_it_acts(recorded: Recorded) -> None:
    result = recorded.run(show, recorded.episode.name, "-i", recorded.identity)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "0:00:00.000  screen   1 frame(s), 300 x 200  [editor]"
    assert lines[1] == "0:00:00.005  focus    “·[31m·evil··<script>”  [editor]"
    assert lines[2] == "0:00:00.010  key      down 'a'  [editor]"
    assert lines[4] == "0:00:00.030  pointer  2 moves, to (5, 7)  [editor]"
    assert lines[5] == "0:00:00.050  button   down 1 at (10, 20)  [editor]"
    assert len(lines) == 7
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout


def test_as_json_and_no_more_than_asked(recorded: Recorded) -> None:
    result = recorded.run(
        show, recorded.episode.name, "-i", recorded.identity, "--json", "--most", "2"
    )
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["kind"] for line in lines] == ["frame", "focus"]
    assert "more; see --most" in result.stderr


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (Key(T, True, KeyClass.NAVIGATION, app="a"), "key      down navigation  [a]"),
        (Key(T, False, KeyClass.CHARACTER, 1, 0x010020AC, app="a"), "key      up   '€'  [a]"),
        (Key(T, True, KeyClass.FUNCTION, 1, 0xFFBE), "key      down function 0xffbe"),
        (
            Key(T, False, KeyClass.OTHER, synthetic=True, released_unseen=True),
            "key      up   other (synthetic, release unseen)",
        ),
        (Scroll(T, 0, -1, 3, 4, app="a"), "scroll   +0, -1 at (3, 4)  [a]"),
        (Pace(T, Sparing.RATE), "pace     given up from here on: frame rate"),
        (Gap(T, Nanos(10**9)), "gap      nothing until 0:00:01.000"),
        (
            Geometry(T, 1, 10, 20, (Monitor(Rect(0, 0, 10, 20)),)),
            "desktop  10 x 20, 1 monitor(s)",
        ),
    ],
)
def test_each_event_has_words(event: Event, line: str) -> None:
    ((_, text, _),) = told([event])  # type: ignore[list-item]
    assert text == line
