from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.desktop import X11Desktop
from tests.desktop.contract import DesktopContract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.events import Rect
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.painter import Painter


class RealStage:
    """A real server, windows of a real client, input through XTEST."""

    def __init__(self, hands: Injector, painter: Painter) -> None:
        self._hands = hands
        self._painter = painter
        hands.move(700, 700)
        self.desktop = X11Desktop()

    def tap(self) -> None:
        self._hands.tap("F9")

    def click(self, x: int, y: int) -> None:
        self._hands.click(x, y)

    def show(self, area: Rect, colour: int) -> int:
        return self._painter.window(area, colour, popup=True)

    def draw(self, window: int, colour: int) -> None:
        self._painter.paint(window, colour)

    def remove(self, window: int) -> None:
        self._painter.remove(window)


class TestX11(DesktopContract):
    @pytest.fixture
    def stage(self, on_bed: Bed, hands: Injector, painter: Painter) -> Iterator[RealStage]:
        made = RealStage(hands, painter)
        yield made
        made.desktop.close()
