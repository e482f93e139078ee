from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import Geometry, Rect
from nodreel.scene import Scene

if TYPE_CHECKING:
    from nodreel.desktop.x11.desktop import X11Desktop
    from nodreel.scene import Sensed
    from tests.bed.painter import Painter


def facts(got: list[Sensed]) -> list[Sensed]:
    return [e for e in got if isinstance(e, Scene | Geometry)]


def test_many_changes_at_once_are_one_scene(desktop: X11Desktop, painter: Painter) -> None:
    window = painter.window(Rect(100, 100, 200, 100), 0, popup=True)
    for i in range(20):
        painter.move(window, Rect(100 + i, 100, 200, 100))
    (scene,) = facts(list(desktop.flush()[0]))
    assert isinstance(scene, Scene)
    seen = scene.window(window)
    assert seen is not None
    assert seen.inner == Rect(119, 100, 200, 100)


def test_what_is_as_it_was_is_not_told_again(desktop: X11Desktop, painter: Painter) -> None:
    window = painter.window(Rect(100, 100, 200, 100), 0, popup=True)
    desktop.flush()
    painter.move(window, Rect(300, 100, 200, 100))
    painter.move(window, Rect(100, 100, 200, 100))
    assert facts(list(desktop.flush()[0])) == []
    for _ in range(3):
        assert desktop.scene().window(window) is not None
    assert facts(list(desktop.flush()[0])) == []


def test_another_program_in_a_known_process_is_told(desktop: X11Desktop, painter: Painter) -> None:
    """Exec keeps the pid and the connection; nothing on the screen changes."""
    window = painter.window(Rect(100, 100, 200, 100), 0, popup=True)
    desktop.flush()
    picture = desktop._picture
    was = picture.owners.process(window)
    assert was is not None
    picture.owners._who[was.pid] = None  # as if it had been somebody else until now
    picture._last = picture.scene(desktop.scene().t)
    seen = desktop.scene().window(window)
    assert seen is not None
    assert seen.process == was
