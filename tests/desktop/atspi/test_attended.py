from __future__ import annotations

from dataclasses import replace

from nodreel.desktop.atspi.ask import Ref, Seen
from nodreel.desktop.atspi.attended import MOST, Attended, Memories
from nodreel.desktop.atspi.verdicts import Memory
from nodreel.desktop.atspi.words import SHOWING
from nodreel.events import Rect
from nodreel.scene import Process
from tests.desktop.atspi.stand import APP, AREA, PROCESS, WINDOW


def seen(box: Rect | None, role: int = 61) -> Seen:
    return Seen(Ref(APP, "/a"), role, frozenset({SHOWING}), box, "", None)


def test_places_are_inside_the_window_or_none() -> None:
    at = Attended(WINDOW, PROCESS, Memory())
    assert at.rect(seen(Rect(110, 110, 50, 20))) == Rect(110, 110, 50, 20)
    assert at.rect(seen(Rect(90, 110, 50, 20))) == Rect(100, 110, 40, 20)
    assert at.rect(seen(Rect(0, 0, 50, 20))) is None
    assert at.rect(seen(None)) is None
    at.scale = 2.0
    assert at.rect(seen(Rect(60, 60, 50, 20))) == Rect(120, 120, 100, 40)


def test_a_popup_may_lie_outside_but_must_be_under_the_click() -> None:
    at = Attended(WINDOW, PROCESS, Memory())
    outside = Rect(AREA.x + AREA.w, 100, 50, 20)
    assert at.over(seen(outside), outside.x, 100) == outside
    assert at.over(seen(outside), outside.x - 1, 100) is None
    assert at.over(seen(None), 1, 1) is None


def test_masks_are_the_secret_fields_that_show() -> None:
    at = Attended(WINDOW, PROCESS, Memory())
    at.memory.judge(seen(Rect(110, 110, 50, 20), 40))
    assert at.masks() == (Rect(106, 106, 58, 28),)
    at.memory.fields[Ref(APP, "/a")].shown = False
    assert at.masks() == ()


def test_terminals_are_known_by_their_program() -> None:
    assert not Attended(WINDOW, PROCESS, Memory()).terminal
    assert Attended(WINDOW, replace(PROCESS, exe="/usr/bin/xterm"), Memory()).terminal


def test_each_process_has_a_memory_of_its_own() -> None:
    memories = Memories()
    first = memories.of(PROCESS)
    assert memories.of(PROCESS) is first
    assert memories.of(replace(PROCESS, start=99)) is not first
    for pid in range(MOST):
        memories.of(Process(10_000 + pid, 1, "", trusted=False))
    assert memories.of(PROCESS) is not first
