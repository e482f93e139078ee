from __future__ import annotations

from nodreel.events import Nanos, Rect
from nodreel.scene import Scene, Window


def test_a_window_is_found_by_its_id() -> None:
    area = Rect(0, 0, 1, 1)
    windows = tuple(Window(n, area, area, None) for n in (7, 8))
    scene = Scene(Nanos(0), windows, 8, False, False, 0, 10, 10, ())
    assert scene.window(8) is windows[1]
    assert scene.window(9) is None
    assert scene.window(None) is None
