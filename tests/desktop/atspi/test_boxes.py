from __future__ import annotations

import pytest

from nodreel.desktop.atspi.boxes import alike, inflated, scale_of, scaled, within
from nodreel.events import Rect
from nodreel.scene import Window


def window(w: int, h: int = 300) -> Window:
    return Window(1, Rect(0, 0, w, h), Rect(-1, -20, w + 2, h + 21), None)


@pytest.mark.parametrize(
    ("inner", "frame", "toolkit", "scale"),
    [
        (400, 400, "gtk", 1.0),
        (400, 402, "gtk", 1.0),  # the frame of the window manager counts in
        (800, 400, "gtk", 2.0),
        (852, 400, "gtk", 2.0),  # a shadow of 26 pixels on either side
        (452, 400, "gtk", 1.0),
        (500, 400, "Qt", 1.25),
        (600, 400, "Qt", 1.5),
        (537, 400, "Qt", 1.0),  # no scale at all: nothing is guessed
        (800, 400, "Chromium", 1.0),
        (40, 400, "Qt", 1.0),
        (4000, 400, "gtk", 1.0),
    ],
)
def test_scales(inner: int, frame: int, toolkit: str, scale: float) -> None:
    assert scale_of(window(inner), Rect(0, 0, frame, 300), toolkit) == scale


def test_without_a_frame_nothing_is_scaled() -> None:
    assert scale_of(window(400), None, "gtk") == 1.0


def test_boxes_are_rounded_outwards() -> None:
    assert scaled(Rect(1, 1, 3, 3), 1.25) == Rect(1, 1, 4, 4)
    assert scaled(Rect(-3, 5, 10, 10), 2.0) == Rect(-6, 10, 20, 20)


def test_a_box_outside_its_window_is_dropped() -> None:
    area = Rect(0, 0, 100, 100)
    assert within(Rect(90, 90, 20, 20), area) == Rect(90, 90, 10, 10)
    assert within(Rect(200, 0, 20, 20), area) is None


def test_a_mask_has_a_rim() -> None:
    assert inflated(Rect(10, 10, 5, 5), 2) == Rect(8, 8, 9, 9)


def test_the_same_place_is_most_of_it() -> None:
    assert alike(Rect(0, 0, 100, 20), Rect(5, 2, 100, 20))
    assert not alike(Rect(0, 0, 100, 20), Rect(0, 15, 100, 20))
    assert not alike(Rect(0, 0, 100, 20), Rect(0, 20, 100, 20))
