"""The sign's own menu: a right click opens it, a click on a line chooses, nothing is grabbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.sign.canvas import HEIGHT
from nodreel.sign.looks import look_of
from nodreel.sign.menu import Choice, menu_of
from nodreel.sign.raising import Raising
from nodreel.sign.window import SignWindow
from tests.bed.waiting import wait_for
from tests.sign.conftest import RECORDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

ENTRIES = menu_of(RECORDING)


@pytest.fixture
def window(on_bed: Bed) -> Iterator[SignWindow]:
    made = SignWindow(Raising(SystemClock()), look_of(RECORDING))
    made.offer(ENTRIES)
    yield made
    made.close()


def opened(window: SignWindow, hands: Injector, windows: Windows) -> tuple[int, int]:
    """Right-click the sign; return the menu's top left."""
    area = wait_for(lambda: window.clicks() == 0 and windows.area(window.id), "the sign")
    hands.click(area.x + 8, area.y + 8, button=3)
    wait_for(lambda: window.clicks() == 0 and windows.on_screen(window._popup.id), "the menu")
    place = windows.area(window._popup.id)
    assert place.y >= area.y + area.h, "it never covers the sign"
    return place.x, place.y


def line(choice: Choice) -> int:
    number = [entry.id for entry in ENTRIES].index(choice)
    return number * HEIGHT + HEIGHT // 2


def test_a_click_on_a_line_chooses_it_and_closes_the_menu(
    window: SignWindow, hands: Injector, windows: Windows
) -> None:
    x, y = opened(window, hands, windows)
    hands.click(x + 20, y + line(Choice.PAUSE_60))
    wait_for(lambda: window.clicks() == 0 and not windows.on_screen(window._popup.id), "its end")
    assert window.chosen() == [Choice.PAUSE_60]
    assert window.chosen() == []


def test_a_line_that_is_not_enabled_does_nothing_and_leaving_closes(
    window: SignWindow, hands: Injector, windows: Windows
) -> None:
    x, y = opened(window, hands, windows)
    hands.click(x + 20, y + line(Choice.RESUME))
    hands.click(x + 20, y + HEIGHT // 2)
    hands.move(5, 700)
    wait_for(lambda: window.clicks() == 0 and not windows.on_screen(window._popup.id), "its end")
    assert window.chosen() == []


def test_a_second_click_on_the_sign_closes_it(
    window: SignWindow, hands: Injector, windows: Windows
) -> None:
    opened(window, hands, windows)
    area = windows.area(window.id)
    hands.click(area.x + 8, area.y + 8, button=3)
    wait_for(lambda: window.clicks() == 0 and not windows.on_screen(window._popup.id), "its end")
