from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nodreel.events import Rect

if TYPE_CHECKING:
    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.painter import Painter


def test_where_a_window_is_and_since_when(desktop: X11Desktop, painter: Painter) -> None:
    began = time.monotonic_ns()
    window = painter.window(Rect(10, 20, 30, 40), 0, popup=True)
    desktop.scene()
    look = desktop._picture.look
    assert look.area(window) == Rect(10, 20, 30, 40)
    assert began <= look.appeared(window) <= time.monotonic_ns()
    painter.remove(window)
    desktop.scene()
    assert look.area(window) is None
    assert look.appeared(window) == 0
