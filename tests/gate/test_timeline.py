"""A grab is judged with what came shortly before and after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.events import Nanos, Rect
from nodreel.gate.context import Grab, context_of
from nodreel.gate.timeline import Timeline
from tests.scenes import APPS, MS, scene, window

if TYPE_CHECKING:
    from nodreel.scene import Scene

ALL = (window("pad"), window("web"), window("term"))
MENU = (*ALL, window("pad", Rect(10, 10, 80, 90), popup=True, ident=9))


def timeline(*scenes: Scene) -> Timeline:
    made = Timeline()
    for one in scenes:
        made.add(context_of(one, APPS))
    return made


def test_a_menu_explains_the_moment_before_it_was_mapped_and_after_it_went() -> None:
    grabs = timeline(
        scene(0),
        scene(100, grabbed=True),
        scene(105, grabbed=True, windows=MENU),
        scene(900, grabbed=True),
        scene(910),
    )
    assert [grabs.grab(n) for n in range(5)] == [
        Grab.NONE, Grab.MENU, Grab.MENU, Grab.MENU, Grab.NONE
    ]  # fmt: skip


def test_a_menu_explains_nothing_later_than_the_grace() -> None:
    grabs = timeline(
        scene(100, grabbed=True, windows=MENU),
        scene(200, grabbed=True),
        scene(700, grabbed=True),
    )
    assert [grabs.grab(n) for n in range(3)] == [Grab.MENU, Grab.MENU, Grab.SECRET]


def test_a_menu_does_not_explain_another_grab_right_after_it() -> None:
    grabs = timeline(scene(100, grabbed=True, windows=MENU), scene(110), scene(120, grabbed=True))
    assert grabs.grab(2) is Grab.SECRET


def test_following_ends_where_told() -> None:
    line = timeline(scene(0), scene(10), scene(20), scene(30))
    assert list(line.following(1, Nanos(25 * MS))) == [1, 2]


def test_forgets_only_what_no_grab_can_need() -> None:
    line = timeline(*(scene(t) for t in range(0, 5000, 100)))
    line.forget_before(40)
    assert line[40].t == 4000 * MS
    assert line[35].t == 3500 * MS
    assert line.last == 49


def test_a_grab_knows_the_last_key_before_it() -> None:
    line = Timeline()
    line.add(context_of(scene(0), APPS))
    line.pressed(Nanos(50 * MS))
    line.add(context_of(scene(60, grabbed=True), APPS))
    line.pressed(Nanos(70 * MS))
    line.add(context_of(scene(80, grabbed=True, windows=MENU), APPS))
    line.add(context_of(scene(90), APPS))
    assert [line.trigger(n) for n in range(4)] == [None, 50 * MS, 50 * MS, None]


def test_what_was_learnt_since_it_was_shut_and_what_holds_then_is_not_open() -> None:
    line = timeline(scene(0), scene(10), scene(20))
    assert line.shut(Nanos(5 * MS))
    assert not line.shut(Nanos(30 * MS))
    line.reopen(Nanos(40 * MS))
    assert [line[n].open for n in range(4)] == [True, False, False, True]
    assert line.shut(Nanos(50 * MS))
    assert [line[line.last].t // MS, line[line.last].open] == [50, False]
    assert not Timeline().shut(Nanos(0))


def test_it_is_news_that_it_was_shut_though_a_context_came_shut_before() -> None:
    line = timeline(scene(0), scene(20))
    line.add(replace(line[1], shut=True, t=Nanos(30 * MS)))
    assert line.shut(Nanos(5 * MS))
    assert not line.shut(Nanos(35 * MS))
    assert [line[n].open for n in range(3)] == [True, False, False]


def learnt(line: Timeline, t: int, **other: object) -> None:
    line.add(replace(line[line.last], t=Nanos(t * MS), **other))  # type: ignore[arg-type]


def test_what_a_report_has_overtaken_happened_before_it() -> None:
    line = timeline(scene(0), scene(100))
    learnt(line, 150)
    learnt(line, 200)
    assert [line.of(Nanos(t * MS)) for t in (120, 149, 150, 199, 200, 300)] == [1, 1, 2, 2, 3, 3]
    assert line.of(Nanos(50 * MS)) == 1, "it came after the change on the desktop"


def test_what_is_told_after_a_change_on_the_desktop_happened_after_it() -> None:
    line = timeline(scene(0))
    learnt(line, 50)
    line.add(context_of(scene(100), APPS))
    assert line.of(Nanos(10 * MS)) == 2
