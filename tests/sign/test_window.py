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
from nodreel.sign.looks import RED, Look, Shape
from nodreel.sign.raising import Raising
from nodreel.sign.window import SignWindow
from tests.bed.bed import Bed, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

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
    hands.click(area.x + 5, area.y + 5, 3)
    hands.click(area.x + 5, area.y + 5, 1)
    assert wait_for(sign.clicks, "the left click") == 1


def test_a_click_that_was_merely_sent_does_nothing(
    sign: SignWindow, other: xcffib.Connection
) -> None:
    root = other.get_setup().roots[0].root
    event = struct.pack("=BBHIIIIhhhhHBB", 4, 1, 0, 0, root, sign.id, 0, 5, 5, 5, 5, 0, 1, 0)
    other.core.SendEvent(False, sign.id, 0, event)
    other.core.GetInputFocus().reply()
    cover(other, sign)  # its events come after the forged click
    clicks = []

    def raised() -> bool:
        clicks.append(sign.clicks())
        return stacking(other)[-1] == sign.id

    wait_for(raised, "the sign to have seen all that happened")
    assert sum(clicks) == 0


def test_longer_words_make_it_wider_to_the_left(sign: SignWindow, windows: Windows) -> None:
    before = windows.area(sign.id)
    sign.show(Look(Shape.DOT, RED, LOOK.words + " and more"))
    sign.clicks()
    wait_for(lambda: windows.area(sign.id) != before, "the new size")
    after = windows.area(sign.id)
    assert after.w > before.w
    assert after.x + after.w == before.x + before.w


def test_without_a_display_it_says_so() -> None:
    with pytest.raises(UnsupportedError, match="no X11 display"):
        SignWindow(Raising(SystemClock()), LOOK)


def test_a_server_that_refuses_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="does not let"):
        SignWindow(Raising(SystemClock()), LOOK, display=f":{tmp_path}")
