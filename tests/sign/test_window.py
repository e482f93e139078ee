"""The sign's window on a real X server: mapped, on top, and not fooled by sent clicks."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import pytest
import xcffib
import xcffib.xproto

from nodreel.clock import SystemClock
from nodreel.errors import UnsupportedError
from nodreel.events import Rect
from nodreel.rects import intersect
from nodreel.sign.looks import RED, Look, Shape
from nodreel.sign.menu import menu_of
from nodreel.sign.place import Place
from nodreel.sign.raising import Raising
from nodreel.sign.window import SignWindow
from tests.bed.bed import Bed, wait_for
from tests.sign.conftest import LEFT, RIGHT, two_monitors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

COVERS = ("marks",)
LOOK = Look(Shape.DOT, RED, "nodreel: recording Mousepad")


@pytest.fixture
def sign(on_bed: Bed) -> Iterator[SignWindow]:
    made = SignWindow(Raising(SystemClock()), LOOK)
    yield made
    made.close()


@pytest.fixture
def other(on_bed: Bed) -> Iterator[xcffib.Connection]:
    connection = xcffib.connect()
    yield connection
    connection.disconnect()


def stacking(connection: xcffib.Connection) -> list[int]:
    """Children of the root that are mapped, bottom to top."""
    core = connection.core
    found = core.QueryTree(connection.get_setup().roots[0].root).reply().children
    return [w for w in found if core.GetWindowAttributes(w).reply().map_state]


def cover(connection: xcffib.Connection, sign: SignWindow) -> int:
    """Map an override-redirect window over the sign and return its id."""
    window = connection.generate_id()
    screen = connection.get_setup().roots[0]
    where = connection.core.GetGeometry(sign.id).reply()
    mask = xcffib.xproto.CW.BackPixel | xcffib.xproto.CW.OverrideRedirect
    connection.core.CreateWindow(
        screen.root_depth, window, screen.root, where.x, where.y, where.width, where.height,
        0, xcffib.xproto.WindowClass.InputOutput, screen.root_visual, mask, [0, 1],
    )  # fmt: skip
    connection.core.MapWindow(window)
    connection.core.GetInputFocus().reply()
    return window


def test_it_is_there_says_who_it_is_and_is_nobodys_to_manage(
    sign: SignWindow, other: xcffib.Connection, windows: Windows
) -> None:
    assert sign.id in stacking(other)
    assert sign.id not in windows.ids()
    assert windows.pid(sign.id) == os.getpid()
    assert windows.prop(sign.id, "WM_CLASS") == b"nodreel-sign\0nodreel\0"
    assert struct.unpack("=I", windows.prop(sign.id, "_NET_WM_PID")) == (os.getpid(),)


def test_covered_by_another_window_it_comes_back_on_top(
    sign: SignWindow, other: xcffib.Connection
) -> None:
    window = cover(other, sign)
    assert stacking(other).index(window) > stacking(other).index(sign.id)

    def on_top() -> bool:
        sign.clicks()
        return stacking(other).index(window) < stacking(other).index(sign.id)

    wait_for(on_top, "the sign to come back")


def test_two_that_insist_do_not_flicker(sign: SignWindow, other: xcffib.Connection) -> None:
    """The other one raises itself each time; the sign may answer four times a second."""
    window = cover(other, sign)
    clock, raised = SystemClock(), 0
    start = clock.mono()
    while clock.mono() - start < 1e9:
        sign.clicks()
        if stacking(other).index(window) < stacking(other).index(sign.id):
            raised += 1
            above = [xcffib.xproto.StackMode.Above]
            other.core.ConfigureWindow(window, xcffib.xproto.ConfigWindow.StackMode, above)
            other.core.GetInputFocus().reply()
    assert 1 <= raised <= 5


def test_a_click_counts_once(sign: SignWindow, hands: Injector, windows: Windows) -> None:
    area = windows.area(sign.id)
    hands.click(area.x + 5, area.y + 5)
    assert wait_for(sign.clicks, "the click") == 1
    assert sign.clicks() == 0


def test_other_buttons_do_nothing(sign: SignWindow, hands: Injector, windows: Windows) -> None:
    area = windows.area(sign.id)
    for button in (3, 2, 1):
        hands.click(area.x + 5, area.y + 5, button)
    clicks = [wait_for(sign.clicks, "the left click")]
    sign._x.core.GetInputFocus().reply()  # whatever else was pressed has come in by then
    assert sum([*clicks, sign.clicks()]) == 1


def test_a_click_that_was_merely_sent_does_nothing(
    sign: SignWindow, other: xcffib.Connection
) -> None:
    root = other.get_setup().roots[0].root
    for kind in (4, 5):  # a press and its release
        event = struct.pack("=BBHIIIIhhhhHBB", kind, 1, 0, 0, root, sign.id, 0, 5, 5, 5, 5, 0, 1, 0)
        other.core.SendEvent(False, sign.id, 0, event)
    other.core.GetInputFocus().reply()
    cover(other, sign)  # its events come after the forged click
    clicks = []

    def raised() -> bool:
        clicks.append(sign.clicks())
        return stacking(other)[-1] == sign.id

    wait_for(raised, "the sign to have seen all that happened")
    assert sum(clicks) == 0


def test_a_pull_that_was_merely_sent_does_nothing(
    sign: SignWindow, other: xcffib.Connection, hands: Injector, windows: Windows
) -> None:
    area, root = windows.area(sign.id), other.get_setup().roots[0].root
    hands.move(area.x + 5, area.y + 5)
    hands.button_down()
    sign.clicks()
    moved = struct.pack("=BBHIIIIhhhhHBB", 6, 0, 0, 0, root, sign.id, 0, 9, 300, 9, 300, 0, 1, 0)
    other.core.SendEvent(False, sign.id, 0, moved)
    other.core.GetInputFocus().reply()
    hands.button_up()
    assert wait_for(sign.clicks, "the click") == 1
    assert windows.area(sign.id) == area


def test_longer_words_make_it_wider_to_the_left(sign: SignWindow, windows: Windows) -> None:
    before = windows.area(sign.id)
    sign.show(Look(Shape.DOT, RED, LOOK.words + " and more"))
    sign.clicks()
    wait_for(lambda: windows.area(sign.id) != before, "the new size")
    after = windows.area(sign.id)
    assert after.w > before.w
    assert after.x + after.w == before.x + before.w


def pulled(sign: SignWindow, hands: Injector, windows: Windows, x: int, y: int) -> Rect:
    """Pull the sign so that the pointer ends at (x, y); return where it stands then."""
    area = windows.area(sign.id)
    hands.move(area.x + 8, area.y + 8)
    hands.button_down()
    hands.move(area.x + 8, area.y + 30)
    hands.move(x, y)
    hands.button_up()
    before = area

    def moved() -> Rect | None:
        assert sign.clicks() == 0, "pulling is no click"
        now = windows.area(sign.id)
        return now if now != before and sign._pulling is None else None

    return wait_for(moved, "the sign to follow")


def test_pulled_it_goes_with_the_hand_and_stands_there_again_another_time(
    sign: SignWindow, hands: Injector, windows: Windows, tmp_path: Path
) -> None:
    kept = tmp_path / "state"
    sign._marks._place = Place(kept)
    area = pulled(sign, hands, windows, 308, 508)
    assert (area.x, area.y) == (300, 500)
    again = SignWindow(Raising(SystemClock()), LOOK, kept=kept)
    assert windows.area(again.id) == area
    again.close()


def test_it_cannot_be_pulled_off_the_screen(
    sign: SignWindow, hands: Injector, windows: Windows
) -> None:
    area = pulled(sign, hands, windows, 1919, 1079)
    assert (area.x + area.w, area.y + area.h) == (1920, 1080)
    assert wait_for(lambda: windows.area(sign.id) == area, "its place")
    sign.offer(menu_of(None))
    hands.click(area.x + 8, area.y + 8, button=3)
    wait_for(lambda: sign.clicks() == 0 and windows.on_screen(sign._popup.id), "the menu")
    menu = windows.area(sign._popup.id)
    assert menu.y + menu.h <= area.y, "above it, where there is no room below"


def test_there_is_one_on_each_monitor_and_they_come_and_go(
    sign: SignWindow, windows: Windows, on_bed: Bed
) -> None:
    def marks(count: int) -> list[Rect]:
        def there() -> list[Rect] | None:
            sign.clicks()
            return [windows.area(mark) for mark in sign.marks] if len(sign.marks) == count else None

        return wait_for(there, f"{count} marks")

    with two_monitors(on_bed):
        first, second = marks(2)
        assert intersect(first, RIGHT) == first
        assert intersect(second, LEFT) == second
        assert (second.x, second.y) == (first.x - 960, first.y)
        assert all(windows.pid(mark) == os.getpid() for mark in sign.marks)
        sign.show(Look(Shape.DOT, RED, LOOK.words + " and more"))
        assert all(mark.w > first.w for mark in marks(2))
    marks(1)
    assert sign.marks == (sign.id,)


def test_monitors_that_show_the_same_share_a_mark(sign: SignWindow) -> None:
    one, inside = Rect(0, 0, 1920, 1080), Rect(1000, 0, 920, 1080)
    assert sign._marks._bare([one, inside]) == [one]
    assert sign._marks._bare([inside, one]) == [inside]
    assert sign._marks._bare([LEFT, RIGHT]) == [LEFT, RIGHT]


def test_without_a_display_it_says_so() -> None:
    with pytest.raises(UnsupportedError, match="no X11 display"):
        SignWindow(Raising(SystemClock()), LOOK)


def test_a_server_that_refuses_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="does not let"):
        SignWindow(Raising(SystemClock()), LOOK, display=f":{tmp_path}")
