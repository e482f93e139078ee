from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.atspi.look import survey
from nodreel.desktop.atspi.words import FOCUSED, SHOWING
from tests.desktop.atspi.stand import AREA, Stand

if TYPE_CHECKING:
    from nodreel.desktop.atspi.ask import Seen


@pytest.fixture
def stand() -> Stand:
    made = Stand()
    made.window()
    return made


def look(stand: Stand) -> list[Seen]:
    found: list[Seen] = []
    stand.talks.start(survey(stand.attended(), found), stand.clock(), lambda _: None)
    stand.run()
    return found


def test_it_finds_what_is_focused_and_what_is_secret(stand: Stand) -> None:
    stand.put("/panel", 39, parent="/w")
    stand.put("/user", 61, parent="/panel", states=(SHOWING, FOCUSED))
    stand.put("/pin", 40, parent="/panel")
    stand.put("/note", 61, parent="/panel")
    assert {s.ref.path for s in look(stand)} == {"/user", "/pin"}


def test_what_is_not_shown_is_not_looked_into(stand: Stand) -> None:
    stand.put("/page", 39, parent="/w", states=())
    stand.put("/pin", 40, parent="/page")
    assert look(stand) == []
    assert not any(a.path == "/pin" for a in stand.asked)


def test_long_lists_are_not_looked_into(stand: Stand) -> None:
    stand.put("/list", 31, parent="/w")
    stand.put("/inside", 40, parent="/list")
    stand.put("/broad", 39, parent="/w")
    for number in range(70):
        stand.put(f"/broad/{number}", 40, parent="/broad")
    assert look(stand) == []


def test_it_ends_after_so_many_objects(stand: Stand) -> None:
    for panel in range(40):
        stand.put(f"/{panel}", 39, parent="/w")
        for field in range(40):
            stand.put(f"/{panel}/{field}", 61, parent=f"/{panel}")
    look(stand)
    assert sum(a.member == "GetRole" for a in stand.asked) <= 200


def test_what_was_found_stays_when_time_runs_out(stand: Stand) -> None:
    stand.put("/pin", 40, parent="/w")
    stand.put("/panel", 39, parent="/w")
    stand.put("/inner", 39, parent="/panel")
    found: list[Seen] = []
    talk = survey(stand.attended(), found)
    done: list[object] = []
    stand.talks.start(talk, stand.clock(), done.append)
    while not found:
        serial, ask = stand._open.pop(0)
        stand.talks.answer(serial, ask.to, stand.reply(ask))
    stand.later(251)
    assert done == [None]
    assert [s.ref.path for s in found] == ["/pin"]


def test_the_scale_is_that_of_the_window_in_front(stand: Stand) -> None:
    stand.put("/small", 23, box=(0, 0, 50, 50))
    stand.things["/w"].box = (AREA.x // 2, AREA.y // 2, AREA.w // 2, AREA.h // 2)
    at = stand.attended()
    stand.talks.start(survey(at, []), stand.clock(), lambda _: None)
    stand.run()
    assert at.scale == 2.0
