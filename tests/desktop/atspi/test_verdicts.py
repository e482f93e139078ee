from __future__ import annotations

import pytest

from nodreel.desktop.atspi.ask import Ref, Seen
from nodreel.desktop.atspi.verdicts import MOST_FIELDS, Memory, says
from nodreel.desktop.atspi.words import EDITABLE, SHOWING
from nodreel.events import Rect
from nodreel.scene import Verdict

APP = ":1.7"
BOX = Rect(10, 10, 100, 20)
PARENT = Ref(APP, "/parent")


def seen(
    role: int, *states: int, path: str = "/a", box: Rect | None = BOX, hint: str = "",
    parent: Ref = PARENT,
) -> Seen:  # fmt: skip
    return Seen(Ref(APP, path), role, frozenset(states), box, "", parent, hint)


@pytest.mark.parametrize(
    ("what", "verdict"),
    [
        (seen(40, SHOWING), Verdict.SECRET),
        (seen(40), Verdict.SECRET),
        (seen(40, box=None), Verdict.SECRET),
        (seen(61, SHOWING, hint="password"), Verdict.SECRET),
        (seen(61, SHOWING, EDITABLE), Verdict.CLEAR),
        (seen(79, SHOWING), Verdict.CLEAR),
        (seen(43, SHOWING), Verdict.CLEAR),
        (seen(32, SHOWING), Verdict.CLEAR),
        (seen(73, SHOWING, EDITABLE), Verdict.CLEAR),
        (seen(73, SHOWING), Verdict.UNKNOWN),
        (seen(61), Verdict.UNKNOWN),  # hidden things claim the focus, too
        (seen(61, SHOWING, box=None), Verdict.UNKNOWN),
        (seen(60, SHOWING, EDITABLE), Verdict.UNKNOWN),
        (seen(39, SHOWING), Verdict.UNKNOWN),
        (seen(20, SHOWING), Verdict.UNKNOWN),
        (seen(0, SHOWING), Verdict.UNKNOWN),
        (seen(999, SHOWING), Verdict.UNKNOWN),
    ],
)
def test_what_is_said_of_a_field(what: Seen, verdict: Verdict) -> None:
    assert says(what) is verdict
    assert Memory().judge(what) is verdict


def test_nothing_known_is_unknown() -> None:
    assert Memory().judge(None) is Verdict.UNKNOWN


def test_a_field_that_was_secret_stays_so() -> None:
    memory = Memory()
    memory.judge(seen(40, SHOWING))
    assert memory.judge(seen(61, SHOWING, EDITABLE)) is Verdict.SECRET
    moved = seen(61, SHOWING, EDITABLE, box=Rect(10, 300, 100, 20))
    assert memory.judge(moved) is Verdict.SECRET
    assert memory.judge(seen(61, SHOWING, EDITABLE, path="/b", box=Rect(10, 50, 100, 20))) is (
        Verdict.CLEAR
    )


def test_a_field_made_anew_in_the_same_place_stays_so() -> None:
    memory = Memory()
    memory.judge(seen(40, SHOWING))
    elsewhere = seen(61, SHOWING, path="/d", parent=Ref(APP, "/other"))
    assert memory.judge(elsewhere) is Verdict.CLEAR
    assert memory.judge(seen(43, SHOWING, path="/e")) is Verdict.CLEAR
    anew = seen(61, SHOWING, path="/b", box=Rect(12, 11, 100, 20))
    assert memory.judge(anew) is Verdict.SECRET
    assert memory.judge(seen(61, SHOWING, path="/b", box=Rect(10, 400, 9, 9))) is Verdict.SECRET


def test_places_move_with_their_window() -> None:
    memory = Memory()
    memory.judge(seen(40, SHOWING))
    memory.shift(200, 100)
    assert memory.judge(seen(61, SHOWING, path="/b")) is Verdict.CLEAR
    assert memory.judge(seen(61, SHOWING, path="/c", box=Rect(210, 110, 100, 20))) is Verdict.SECRET


def test_too_many_secret_fields_make_all_of_it_secret() -> None:
    memory = Memory()
    for number in range(MOST_FIELDS + 1):
        memory.judge(seen(40, SHOWING, path=f"/{number}", box=Rect(0, 30 * number, 9, 9)))
    assert len(memory.fields) == MOST_FIELDS
    assert memory.judge(seen(43, SHOWING, path="/button")) is Verdict.SECRET
    assert memory.judge(None) is Verdict.SECRET
