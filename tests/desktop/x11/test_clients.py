"""Which window is the app's, where it is and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import Rect
from nodreel.scene import Scene
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from nodreel.desktop.x11.desktop import X11Desktop
    from nodreel.scene import Window
    from tests.bed.bed import Bed
    from tests.bed.painter import Painter
    from tests.bed.windows import Windows

STRING, WM_STATE = 31, 0


def seen(desktop: X11Desktop, window: int) -> Window:
    found = desktop.scene().window(window)
    assert found is not None
    return found


def test_the_apps_window_lies_in_the_managers_frame(
    desktop: X11Desktop, painter: Painter, windows: Windows
) -> None:
    window = painter.window(Rect(200, 200, 300, 100), 0x111111, title="framed")
    windows.wait("framed")
    for area in (Rect(400, 300, 300, 100), Rect(-50, 600, 500, 222)):
        placed = windows.place(window, area)
        found = seen(desktop, window)
        assert found.inner == placed
        assert found.outer.w > placed.w
        assert found.outer.y < placed.y
        assert not found.popup
        assert found.title == "framed"


def test_a_popup_is_what_no_manager_takes_care_of(desktop: X11Desktop, painter: Painter) -> None:
    popup = painter.window(Rect(10, 20, 30, 40), 0, popup=True)
    found = seen(desktop, popup)
    assert found.popup
    assert found.inner == found.outer == Rect(10, 20, 30, 40)


def test_a_new_title_is_a_new_scene(
    desktop: X11Desktop, painter: Painter, windows: Windows
) -> None:
    window = painter.window(Rect(200, 200, 300, 100), 0, title="before")
    windows.wait("before")
    desktop.flush()
    windows.set_prop(window, "WM_NAME", STRING, b"after")
    got = [e for e in desktop.flush()[0] if isinstance(e, Scene)]
    assert [s.window(window).title for s in got] == ["after"]  # type: ignore[union-attr]
    windows.set_prop(window, "_NET_WM_NAME", STRING, "später".encode())
    assert seen(desktop, window).title == "später"
    windows.set_prop(window, "_NET_WM_NAME", STRING, b"x" * 5000)
    assert len(seen(desktop, window).title) == 1000


def test_an_iconified_window_is_gone_until_it_comes_back(
    desktop: X11Desktop, painter: Painter, windows: Windows, bed: Bed
) -> None:
    window = painter.window(Rect(200, 200, 300, 100), 0, title="iconic")
    windows.wait("iconic")
    windows._tell(window, "WM_CHANGE_STATE", 3)
    wait_for(lambda: desktop.scene().window(window) is None, "it to go")
    windows.activate(window)
    assert seen(desktop, window).inner.w == 300


def test_a_window_moved_into_two_others_is_found(desktop: X11Desktop, painter: Painter) -> None:
    """Some managers put a second frame between theirs and the app's."""
    outer = painter.window(Rect(100, 100, 400, 300), 0, popup=True)
    middle, client = painter._x.generate_id(), painter._x.generate_id()
    core = painter._core
    core.CreateWindow(24, middle, outer, 5, 20, 390, 270, 0, 1, 0, 0, [])
    core.CreateWindow(24, client, painter._root, 0, 0, 380, 260, 0, 1, 0, 1 << 9, [1])
    core.ReparentWindow(client, middle, 3, 4)
    for part in (middle, client):
        core.MapWindow(part)
    state = core.InternAtom(False, 8, "WM_STATE").reply().atom
    core.ChangeProperty(0, client, state, state, 32, 2, bytes(8))
    painter.hide(outer)
    painter.show(outer)
    found = seen(desktop, client)
    assert found.inner == Rect(108, 124, 380, 260)
    assert found.outer == Rect(100, 100, 400, 300)
    assert not found.popup


def test_a_client_that_appears_in_its_frame_late_is_noticed(
    desktop: X11Desktop, painter: Painter
) -> None:
    frame = painter.window(Rect(100, 100, 400, 300), 0, popup=True)
    client = painter._x.generate_id()
    core = painter._core
    core.CreateWindow(24, client, painter._root, 0, 0, 380, 260, 0, 1, 0, 1 << 9, [1])
    core.ReparentWindow(client, frame, 10, 30)
    core.MapWindow(client)
    painter.sync()
    assert desktop.scene().window(client) is None
    state = core.InternAtom(False, 8, "WM_STATE").reply().atom
    core.ChangeProperty(0, client, state, state, 32, 2, bytes(8))
    painter.sync()
    assert seen(desktop, client).inner == Rect(110, 130, 380, 260)
    core.ConfigureWindow(client, 4 | 8, [100, 50])
    painter.sync()
    assert seen(desktop, client).inner == Rect(110, 130, 100, 50)
    core.UnmapWindow(client)
    painter.sync()
    assert seen(desktop, client).inner.w == 0
    painter.remove(client)
    assert desktop.scene().window(client) is None
