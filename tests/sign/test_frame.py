"""The frame is thin, lies round the window and not over it, and lets clicks through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xcffib

from nodreel.clock import SystemClock
from nodreel.events import Rect
from nodreel.rects import area, disjoint, intersect
from nodreel.sign.frame import THICK, strips
from nodreel.sign.looks import RED, Look, Shape
from nodreel.sign.raising import Raising
from nodreel.sign.window import SignWindow
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

SCREEN = Rect(0, 0, 1920, 1080)
AROUND = Rect(300, 200, 640, 480)


def test_it_lies_round_the_window_and_covers_nothing_of_it() -> None:
    found = strips(AROUND, SCREEN, THICK)
    assert area(disjoint(found)) == sum(strip.w * strip.h for strip in found), "none over another"
    assert not any(intersect(strip, AROUND) for strip in found)
    assert area(disjoint(found)) == (640 + 2 * THICK) * (480 + 2 * THICK) - 640 * 480


@pytest.mark.parametrize("around", [SCREEN, Rect(0, 0, 960, 1080), Rect(-50, -50, 500, 500)])
def test_where_the_screen_has_no_room_it_lies_inside(around: Rect) -> None:
    found = strips(around, SCREEN, THICK)
    assert len(found) == 4
    assert all(intersect(strip, SCREEN) == strip for strip in found)


@pytest.mark.parametrize("around", [Rect(5000, 0, 10, 10), Rect(-9, 0, 8, 900)])
def test_round_nothing_that_shows_there_is_none(around: Rect) -> None:
    assert strips(around, SCREEN, THICK) == []


@pytest.fixture
def sign(on_bed: Bed) -> Iterator[SignWindow]:
    made = SignWindow(Raising(SystemClock()), Look(Shape.DOT, RED, "nodreel: recording Mousepad"))
    yield made
    made.close()


def shown(sign: SignWindow, windows: Windows) -> list[Rect]:
    sign.clicks()
    ids = sign._frame.ids if sign._frame else []
    return [windows.area(strip) for strip in ids if windows.on_screen(strip)]


def test_it_comes_moves_and_goes(sign: SignWindow, windows: Windows) -> None:
    sign.frame(None)
    assert sign._frame is None, "nobody wanted one"
    for around in (AROUND, Rect(500, 300, 320, 240)):
        sign.frame(around)
        wait_for(
            lambda around=around: shown(sign, windows) == strips(around, SCREEN, THICK), "the frame"
        )
    sign.frame(None)
    wait_for(lambda: shown(sign, windows) == [], "no frame")


def test_it_never_lies_over_a_mark(sign: SignWindow, windows: Windows, on_bed: Bed) -> None:
    mark = windows.area(sign.id)
    sign.frame(Rect(mark.x + 20, mark.y + 10, 300, 300))  # its top goes through the mark
    display = xcffib.connect()
    root = display.get_setup().roots[0].root

    def order() -> bool:
        sign._raising.want()
        sign.clicks()
        stack = list(display.core.QueryTree(root).reply().children)
        assert sign._frame is not None
        return max(map(stack.index, sign._frame.ids)) < min(map(stack.index, sign.marks))

    assert order()
    wait_for(lambda: sign._raising.due() or not sign._raising.wanted, "a raise")
    assert order()
    display.disconnect()


def test_clicks_go_through_it(sign: SignWindow, hands: Injector, on_bed: Bed) -> None:
    sign.frame(AROUND)
    sign.clicks()
    hands.move(AROUND.x + 100, AROUND.y - 2)
    display = xcffib.connect()
    root = display.get_setup().roots[0].root

    def under() -> int:
        sign.clicks()
        return int(display.core.QueryPointer(root).reply().child)

    assert sign._frame is not None
    assert under() not in sign._frame.ids
    display.disconnect()
