"""A real agent on two monitors: each that is recorded shows a mark, or nothing is recorded."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from nodreel.events import SECOND, Key, Rect
from nodreel.rects import intersect
from nodreel.sign.looks import RED
from tests.agent.journey import Journey
from tests.bed.waiting import wait_for
from tests.sign.conftest import LEFT, RIGHT, two_monitors
from tests.sign.test_panel import picture, red

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

pytestmark = pytest.mark.browser


@pytest.fixture
def journey(on_bed: Bed, tmp_path: Path) -> Iterator[Journey]:
    with two_monitors(on_bed), Journey(on_bed, tmp_path / "n") as made:
        yield made


def marks(windows: Windows, sign: int) -> list[Rect]:
    """Return where the marks of the sign's process are, from the left."""
    children = windows._core.QueryTree(windows.root).reply().children
    areas = [
        windows.area(child) for child in children
        if windows.on_screen(child) and windows.pid(child) == sign
    ]  # fmt: skip
    return sorted((area for area in areas if area.h < 60 <= area.w), key=lambda area: area.x)


def right_end(mark: Rect) -> Rect:
    """Return where a mark is, whatever it says: it grows to the left."""
    return Rect(mark.x + mark.w - 20, mark.y, 20, 20)


def keys(journey: Journey, since: int) -> int:
    return sum(isinstance(what, Key) and t > since for t, what in journey.stored_at())


def test_two_monitors_with_work_on_each(
    journey: Journey, on_bed: Bed, windows: Windows, hands: Injector
) -> None:
    shells = []
    for name, place in (("left", Rect(50, 300, 600, 400)), ("right", Rect(1100, 300, 600, 400))):
        shell = journey.open("xterm", "-T", name)
        shells.append(windows.wait(name, shell.pid).id)
        windows.place(shells[-1], place)
    journey.consent()
    journey.agent()
    journey.until("recording")
    sign = journey.sign_pid()
    wait_for(lambda: len(marks(windows, sign)) == 2, "two marks")
    for shell in shells:  # whichever monitor the work is on
        windows.activate(shell)
        journey.until("recording")
        for which, monitor in enumerate((LEFT, RIGHT)):
            wait_for(lambda n=which: red(on_bed, marks(windows, sign)[n], RED), "the red mark")
            mark = marks(windows, sign)[which]
            assert intersect(mark, monitor) == mark
        began = time.monotonic_ns()
        hands.type("seen ")
        wait_for(lambda began=began: keys(journey, began), "the keys")
    picture(on_bed, "two-monitors")

    for which in (0, 1):  # the mark that is covered need not be on the front window's monitor
        with journey.cover_the_sign(right_end(marks(windows, sign)[which])):
            journey.until("blocked", "sign")
            picture(on_bed, f"two-monitors-covered-{which}")
            blocked = time.monotonic_ns()
            while time.monotonic_ns() < blocked + SECOND:
                hands.type("unseen ")
        until = time.monotonic_ns()
        journey.until("recording")
        hands.type("again ")
        wait_for(lambda until=until: keys(journey, until), "the keys after it")
        assert [t for t, _ in journey.stored_at() if blocked < t < until] == []
