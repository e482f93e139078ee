"""Where the sign goes and how large it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xcffib

from nodreel.events import Rect
from nodreel.sign import screen
from tests.sign.conftest import LEFT, RIGHT, two_monitors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed


@pytest.fixture
def display(on_bed: Bed) -> Iterator[xcffib.Connection]:
    connection = xcffib.connect()
    yield connection
    connection.disconnect()
    on_bed.run("xprop", "-root", "-remove", "RESOURCE_MANAGER")


def test_near_the_top_right_and_clear_of_buttons() -> None:
    x, y = screen.spot(Rect(0, 0, 1920, 1080), (230, 26), 1)
    assert 0 < y < 10
    assert x + 230 < 1920 - 120
    assert x > 1920 / 2


def test_on_a_monitor_left_of_and_above_the_origin() -> None:
    x, y = screen.spot(Rect(-1280, -200, 1280, 1024), (230, 26), 1)
    assert -1280 < x < -230
    assert -200 < y < -190


def test_a_tiny_monitor_shows_its_left_end() -> None:
    assert screen.spot(Rect(100, 0, 200, 100), (230, 26), 1)[0] == 100


@pytest.mark.parametrize("at", [(0, 0), (1690, 1054), (321, 77)])
def test_where_a_mark_was_put_it_stands_again(at: tuple[int, int]) -> None:
    monitor = Rect(-1920, 100, 1920, 1080)
    at = (at[0] - 1920, at[1] + 100)
    share = screen.share_of(monitor, (230, 26), at)
    assert screen.spot(monitor, (230, 26), 1, share) == at


@pytest.mark.parametrize("share", [(0, 0), (1, 1), (2, -1), (0.5, 1)])
@pytest.mark.parametrize("monitor", [Rect(0, 0, 800, 600), Rect(9, 9, 200, 20)])
def test_it_is_whole_on_its_monitor_whatever_was_kept(
    share: tuple[float, float], monitor: Rect
) -> None:
    x, y = screen.spot(monitor, (180, 20), 1, share)
    assert monitor.x <= x <= monitor.x + monitor.w - 180
    assert monitor.y <= y <= monitor.y + monitor.h - 20
    assert all(0 <= one <= 1 for one in screen.share_of(monitor, (180, 20), (-5000, 5000)))


def test_the_one_monitor_of_the_bed(display: xcffib.Connection, bed: Bed) -> None:
    root = display.get_setup().roots[0].root
    assert screen.monitors(display, root) == [Rect(0, 0, *bed.size)]


def test_the_primary_monitor_is_the_first(display: xcffib.Connection, bed: Bed) -> None:
    with two_monitors(bed):
        root = display.get_setup().roots[0].root
        assert screen.monitors(display, root) == [RIGHT, LEFT]


@pytest.mark.parametrize(
    ("resources", "scale"),
    [(None, 1), ("", 1), ("Xft.dpi:\t96\n", 1), ("a: b\nXft.dpi:\t192\n", 2), ("Xft.dpi: x", 1)],
)
def test_large_where_the_desktop_is(
    display: xcffib.Connection, bed: Bed, resources: str | None, scale: int
) -> None:
    if resources is not None:
        bed.run("xprop", "-root", "-f", "RESOURCE_MANAGER", "8s",
                "-set", "RESOURCE_MANAGER", resources)  # fmt: skip
    assert screen.scale_of(display, display.get_setup().roots[0].root) == scale
