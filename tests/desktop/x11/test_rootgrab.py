"""A server without Composite: the same promises, off the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.rootgrab import RootPixels
from nodreel.events import Rect
from nodreel.rects import area, subtract
from tests.bed.bed import Bed
from tests.desktop.contract import colour_of
from tests.desktop.x11.test_desktop import RealStage, TestX11
from tests.desktop.x11.test_pixels import exposed, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.injector import Injector
    from tests.bed.painter import Painter

AREA = Rect(300, 200, 400, 300)
OWN, FOREIGN = 0x00AA00, 0xAA0000


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    with Bed(tmp_path_factory.mktemp("bed") / "x", server=("-extension", "Composite")) as made:
        yield made


class TestWithoutComposite(TestX11):
    @pytest.fixture
    def stage(self, on_bed: Bed, hands: Injector, painter: Painter) -> Iterator[RealStage]:
        made = RealStage(hands, painter)
        assert isinstance(made.desktop._pixels, RootPixels)
        yield made
        made.desktop.close()


def test_what_is_covered_is_left_out_and_what_comes_into_sight_until_it_is_drawn(
    desktop: X11Desktop, painter: Painter
) -> None:
    window = painter.window(AREA, None, popup=True)
    settle(desktop, window)
    painter.paint(window, OWN)
    cover = painter.window(Rect(350, 250, 100, 100), FOREIGN, popup=True)
    painter.paint(cover, FOREIGN)

    def look() -> tuple[set[int], int]:
        desktop.scene()
        got = desktop.grab(window, [Rect(0, 0, 1920, 1080)])
        return {c for p in got for c in colour_of(p.data)}, area(
            subtract((AREA,), [p.rect for p in got])
        )

    assert look() == ({OWN}, 100 * 100)
    exposed(painter, window)
    painter.remove(cover)
    assert look() == ({OWN}, 100 * 100)
    painter.paint(window, OWN)
    assert look() == ({OWN}, 0)


def test_a_stack_that_changes_meanwhile_spoils_the_grab(
    desktop: X11Desktop, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = painter.window(AREA, OWN, popup=True)
    settle(desktop, window)
    painter.paint(window, OWN)
    pixels = desktop._pixels
    assert isinstance(pixels, RootPixels)
    read = pixels._read

    def covered_just_now(r: Rect) -> bytes:
        painter.paint(painter.window(AREA, FOREIGN, popup=True), FOREIGN)
        return read(r)

    monkeypatch.setattr(pixels, "_read", covered_just_now)
    assert desktop.grab(window, [AREA]) == []
