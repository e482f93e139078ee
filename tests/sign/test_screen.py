"""Where the sign goes and how large it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import xcffib

from nodreel.events import Rect
from nodreel.sign import screen

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
    x, y = screen.corner(Rect(0, 0, 1920, 1080), 230, 1)
    assert 0 < y < 10
    assert x + 230 < 1920 - 120
    assert x > 1920 / 2


def test_on_a_monitor_left_of_and_above_the_origin() -> None:
    x, y = screen.corner(Rect(-1280, -200, 1280, 1024), 230, 1)
    assert -1280 < x < -230
    assert -200 < y < -190


def test_a_tiny_monitor_shows_its_left_end() -> None:
    assert screen.corner(Rect(100, 0, 200, 100), 230, 1)[0] == 100


def test_the_one_monitor_of_the_bed(display: xcffib.Connection, bed: Bed) -> None:
    root = display.get_setup().roots[0].root
    assert screen.primary(display, root) == Rect(0, 0, *bed.size)


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
