from __future__ import annotations

import select
import threading
import time
from typing import TYPE_CHECKING

from nodreel.desktop.x11 import desktop as module
from nodreel.desktop.x11.bell import Bell
from nodreel.events import SECOND, Nanos
from nodreel.scene import Scene
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    import pytest

    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


def rings(bell: Bell) -> bool:
    return bool(select.select([bell.fd], [], [], 0)[0])


def test_it_rings_for_another_active_window_and_not_for_keys(
    bed: Bed, on_bed: Bed, hands: Injector, windows: Windows
) -> None:
    apps = [bed.start("xterm", "-T", t, "-e", "sleep", "1000") for t in ("first", "second")]
    first, second = (windows.wait(t).id for t in ("first", "second"))
    windows.activate(first)
    bell = Bell(on_bed.env["DISPLAY"])
    hands.tap("a")
    hands.click(5, 5)
    windows.activate(second)
    wait_for(lambda: rings(bell), "it to ring")
    bell.quiet()
    for _ in range(20):
        hands.tap("a")
    assert not rings(bell)
    windows.activate(first)
    wait_for(lambda: rings(bell), "it to ring again")
    bell.close()
    bell.close()
    for app in apps:
        app.stop()


def test_another_active_window_ends_a_loose_wait(
    bed: Bed, desktop: X11Desktop, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOSELY", Nanos(20 * SECOND))
    apps = [bed.start("xterm", "-T", t, "-e", "sleep", "1000") for t in ("first", "second")]
    first, second = (windows.wait(t).id for t in ("first", "second"))
    windows.activate(first)
    wait_for(lambda: desktop.scene().focus == first, "the first to be in front")
    desktop.flush()
    desktop.listen(closely=False)
    for front in (second, first, second):

        def meanwhile(front: int = front) -> None:
            wait_for(lambda: desktop._asleep, "it to wait")
            windows.activate(front)

        other = threading.Thread(target=meanwhile)
        other.start()
        end = time.monotonic() + 15
        while not any(
            isinstance(e, Scene) and e.focus == front for e in desktop.wait(Nanos(60 * SECOND))
        ):
            assert time.monotonic() < end
        assert time.monotonic() < end
        other.join()
    for app in apps:
        app.stop()
