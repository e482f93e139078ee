from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nodreel.desktop.x11.desktop import X11Desktop
from nodreel.events import MILLISECOND, Key, Nanos, Rect
from nodreel.scene import Scene
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from nodreel.scene import Sensed
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.painter import Painter
    from tests.bed.windows import Windows

WINDOW = 33


def test_the_focus_follows_the_person(
    desktop: X11Desktop, windows: Windows, painter: Painter
) -> None:
    one = painter.window(Rect(100, 100, 300, 200), 0x111111, title="one")
    two = painter.window(Rect(500, 100, 300, 200), 0x222222, title="two")
    for window in (one, two, one):
        windows.wait("one" if window == one else "two")
        windows.activate(window)
        wait_for(lambda w=window: desktop.scene().focus == w, "the focus")
        assert not desktop.scene().grabbed


def test_a_forged_claim_to_be_active_closes_and_never_opens(
    desktop: X11Desktop, windows: Windows, painter: Painter
) -> None:
    one = painter.window(Rect(100, 100, 300, 200), 0x111111, title="one")
    two = painter.window(Rect(500, 100, 300, 200), 0x222222, title="two")
    windows.wait("one")
    windows.wait("two")
    windows.activate(two)
    wait_for(lambda: desktop.scene().focus == two, "the focus")
    windows.set_prop(windows.root, "_NET_ACTIVE_WINDOW", WINDOW, struct.pack("=I", one))
    assert desktop.scene().focus is None
    windows.set_prop(windows.root, "_NET_ACTIVE_WINDOW", WINDOW, struct.pack("=I", two))
    assert desktop.scene().focus == two


def test_each_key_falls_into_the_scene_of_its_moment(
    desktop: X11Desktop, windows: Windows, painter: Painter, hands: Injector
) -> None:
    """Everything is taken in late and at once: the events alone must tell what belongs where."""
    one = painter.window(Rect(100, 100, 300, 200), 0x111111, title="one")
    two = painter.window(Rect(500, 100, 300, 200), 0x222222, title="two")
    windows.wait("one")
    windows.wait("two")
    windows.activate(one)
    desktop.flush()
    assert desktop.scene().focus == one
    hands.tap("a")
    windows.activate(two)
    hands.tap("b")
    windows.activate(one)
    hands.tap("c")
    got: list[Sensed] = [desktop.scene(), *desktop.flush()[0]]
    focus: dict[int | None, set[int | None]] = {}
    at: int | None = one
    for e in got[1:]:
        if isinstance(e, Scene):
            at = e.focus
        elif isinstance(e, Key):
            focus.setdefault(e.keysym, set()).add(at)
    assert two not in focus[0x61] | focus[0x63]
    assert one not in focus[0x62]
    assert focus[0x63] == {one}


def test_a_late_start_knows_the_focus(on_bed: Bed, windows: Windows, painter: Painter) -> None:
    one = painter.window(Rect(100, 100, 300, 200), 0x111111, title="one")
    windows.wait("one")
    windows.activate(one)
    late = X11Desktop()
    (scene,) = (e for e in late.wait(Nanos(100 * MILLISECOND)) if isinstance(e, Scene))
    assert scene.focus == one
    late.close()


def test_events_that_clients_send_are_ignored(
    desktop: X11Desktop, windows: Windows, painter: Painter
) -> None:
    one = painter.window(Rect(100, 100, 300, 200), 0x111111, title="one")
    two = painter.window(Rect(500, 100, 300, 200), 0x222222, title="two")
    windows.wait("one")
    windows.wait("two")
    windows.activate(one)
    wait_for(lambda: desktop.scene().focus == one, "the focus")
    focus_mask = 1 << 21
    for code, window in ((10, one), (9, two)):
        event = struct.pack("=BBHIB23x", code, 3, 0, window, 0)
        windows._core.SendEvent(False, window, focus_mask, event)
    windows.focus()
    desktop._drain()
    assert desktop._picture.focus.client() == one
