from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11 import desktop as module
from nodreel.desktop.x11.desktop import X11Desktop
from nodreel.events import SECOND, Nanos
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


@pytest.mark.usefixtures("on_bed")
def test_what_the_bell_rang_for_is_not_left_to_gather(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bell has a connection of its own, and what it tells of may come a moment after it."""
    desktop, polled = X11Desktop(), []
    x, bell = desktop._x.fd, desktop._bell.fd
    ready = iter([[bell], [x], [x], []])

    def poll(until: Nanos, also: tuple[int, ...], *, path: bool = True) -> list[int]:
        polled.append(also)
        return next(ready)

    monkeypatch.setattr(desktop, "_poll", poll)
    monkeypatch.setattr(module, "_BLIND", -(10**18))  # whatever else is due soon
    desktop.listen(closely=False)
    end = Nanos(time.monotonic_ns() + 60 * SECOND)
    assert not desktop._sleep(end)
    assert not desktop._sleep(end)
    assert polled == [(x,), (x,)], "it was looked at at once"
    assert not desktop._sleep(end)
    assert polled[2:] == [(x,), ()], "what nobody rang for gathers"
    desktop.close()


class TestX11(DesktopContract):
    @pytest.fixture
    def stage(self, on_bed: Bed, hands: Injector, painter: Painter) -> Iterator[RealStage]:
        made = RealStage(hands, painter)
        yield made
        made.desktop.close()
