from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import Geometry, Monitor, Move, Rect
from nodreel.scene import Scene
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from nodreel.desktop.x11.desktop import X11Desktop
    from nodreel.scene import Sensed
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector


def test_each_change_of_shape_is_a_new_epoch(
    bed: Bed, desktop: X11Desktop, hands: Injector
) -> None:
    hands.move(10, 10)
    before = desktop.scene()
    assert before.monitors == (Monitor(Rect(0, 0, 1920, 1080)),)
    desktop.flush()
    bed.run("xrandr", "--setmonitor", "L", "960/254x1080/285+0+0", "screen")
    bed.run("xrandr", "--setmonitor", "R", "960/254x1080/285+960+0", "none")
    wait_for(lambda: len(desktop.scene().monitors) == 2, "two monitors")
    hands.move(11, 11)
    got: list[Sensed] = list(desktop.flush()[0])
    shapes = [e for e in got if isinstance(e, Geometry)]
    assert [e.epoch for e in shapes] == sorted({e.epoch for e in shapes})
    assert shapes[-1].epoch > before.epoch
    assert {m.rect for m in shapes[-1].monitors} == {Rect(0, 0, 960, 1080), Rect(960, 0, 960, 1080)}
    (move,) = (e for e in got if isinstance(e, Move))
    assert move.epoch == shapes[-1].epoch
    at = got.index(shapes[-1])
    assert any(isinstance(e, Scene) and e.epoch == shapes[-1].epoch for e in got[at:])
    bed.run("xrandr", "--delmonitor", "L")
    bed.run("xrandr", "--delmonitor", "R")
    wait_for(lambda: len(desktop.scene().monitors) == 1, "one monitor")


def test_an_origin_may_be_negative(
    bed: Bed, desktop: X11Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd:
        def GetMonitors(self, *_: object) -> object:  # noqa: N802 - xcffib's name
            return self

        def reply(self) -> object:
            return self

        @property
        def monitors(self) -> Iterator[object]:
            place = {"x": -1920, "y": -100, "width": 1920, "height": 1080}
            yield type("Info", (), place)

    monkeypatch.setattr(desktop._picture.monitors, "_randr", Odd())
    desktop._picture.monitors.stale = True
    assert desktop.scene().monitors[0].rect == Rect(-1920, -100, 1920, 1080)


def test_the_scale_is_what_the_desktop_tells_its_programs(bed: Bed, desktop: X11Desktop) -> None:
    bed.run("sh", "-c", "echo 'Xft.dpi: 192' | xrdb -merge")
    wait_for(lambda: desktop.scene().monitors[0].scale == 2.0, "the scale")
    bed.run("xrdb", "-remove")
    wait_for(lambda: desktop.scene().monitors[0].scale == 1.0, "the old scale")
