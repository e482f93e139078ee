"""The windows and their order, after everything that can happen to them."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

import xcffib.shape
import xcffib.xproto

from nodreel.desktop.x11.desktop import X11Desktop
from nodreel.events import Rect
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from tests.bed.bed import Bed
    from tests.bed.painter import Painter
    from tests.bed.windows import Windows

ABOVE, BELOW, STACK, SIBLING = 0, 1, 64, 32


def order(desktop: X11Desktop, *ids: int) -> list[int]:
    return [w.id for w in desktop.scene().windows if w.id in ids]


def test_events_alone_keep_the_same_picture_as_looking_afresh(
    desktop: X11Desktop, painter: Painter, on_bed: Bed
) -> None:
    turn = random.Random(3)
    ids = [painter.window(Rect(50 * i, 40 * i, 200, 150), i, popup=True) for i in range(1, 6)]
    core = painter._core
    for _ in range(120):
        one, two = turn.sample(ids, 2)
        match turn.randrange(6):
            case 0:
                core.ConfigureWindow(one, SIBLING | STACK, [two, turn.choice([ABOVE, BELOW])])
            case 1:
                core.ConfigureWindow(one, STACK, [turn.choice([ABOVE, BELOW])])
            case 2:
                core.ConfigureWindow(one, 1 | 2 | 4 | 8, [turn.randrange(900) for _ in range(4)])
            case 3:
                painter.hide(one)
            case 4:
                painter.show(one)
            case 5:
                core.CirculateWindow(turn.randrange(2), painter._root)
        painter.sync()
        late = X11Desktop()
        fresh, kept = late.scene(), desktop.scene()
        late.close()
        assert kept.windows == fresh.windows


def test_windows_that_go_are_forgotten(desktop: X11Desktop, painter: Painter) -> None:
    before = set(desktop._picture.tree.tops)
    ids = [painter.window(Rect(0, 0, 10, 10), 0, popup=True) for _ in range(20)]
    desktop.scene()
    for window in ids:
        painter.remove(window)
    desktop.scene()
    assert set(desktop._picture.tree.tops) <= before
    assert not set(desktop._picture.owners._pids) & set(ids)


def test_a_shape_is_told_in_desktop_pixels(desktop: X11Desktop, painter: Painter) -> None:
    window = painter.window(Rect(100, 200, 50, 60), 0, popup=True)
    seen = desktop.scene().window(window)
    assert seen is not None
    assert seen.shape is None
    shape = painter._x(xcffib.shape.key)
    boxes = [xcffib.xproto.RECTANGLE.synthetic(*r) for r in ((0, 0, 10, 10), (20, 30, 5, 6))]
    shape.Rectangles(0, 0, 0, window, 0, 0, 2, boxes)
    painter.sync()
    seen = desktop.scene().window(window)
    assert seen is not None
    assert seen.shape == (Rect(100, 200, 10, 10), Rect(120, 230, 5, 6))
    painter.move(window, Rect(300, 200, 50, 60))
    seen = desktop.scene().window(window)
    assert seen is not None
    assert seen.shape == (Rect(300, 200, 10, 10), Rect(320, 230, 5, 6))


def test_windows_that_only_take_input_do_not_count(desktop: X11Desktop, painter: Painter) -> None:
    window = painter._x.generate_id()
    painter._core.CreateWindow(
        0, window, painter._root, 0, 0, 1920, 1080, 0, 2, 0, 1 << 9, [1], is_checked=True
    ).check()
    painter.show(window)
    assert desktop.scene().window(window) is None


def test_windows_of_the_server_itself_do_not_count(
    desktop: X11Desktop, bed: Bed, painter: Painter
) -> None:
    """A compositor's overlay lies over everything and shows what lies below it."""
    composite = painter._x(__import__("xcffib.composite").composite.key)
    composite.QueryVersion(0, 4).reply()
    overlay = composite.GetOverlayWindow(painter._root).reply().overlay_win
    painter.sync()
    ids = {w.id for w in desktop.scene().windows}
    late = X11Desktop()
    ids |= {w.id for w in late.scene().windows}
    late.close()
    assert overlay not in ids


def test_a_program_that_dies_leaves_nothing(
    desktop: X11Desktop, bed: Bed, windows: Windows
) -> None:
    app = bed.start("xterm", "-T", "dying", "-e", "sleep", "1000")
    window = windows.wait("dying").id
    assert desktop.scene().window(window) is not None
    desktop.watch([window])
    app.process.send_signal(9)
    app.process.wait()
    wait_for(lambda: desktop.scene().window(window) is None, "its window to go")
    desktop.watch([])
    assert isinstance(app.process, subprocess.Popen)
