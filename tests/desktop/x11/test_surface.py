from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.surface import Surface, fetch_damage, new_damage
from nodreel.events import Rect
from nodreel.rects import area

if TYPE_CHECKING:
    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.painter import Painter

AREA = Rect(100, 100, 200, 100)
BIT_GRAVITY, NORTH_WEST = 1 << 4, 1


@pytest.mark.parametrize(("keeps", "unknown"), [(False, 300 * 100), (True, 100 * 100)])
def test_what_a_window_grew_by_is_unknown(
    desktop: X11Desktop, painter: Painter, unknown: int, *, keeps: bool
) -> None:
    window = painter.window(AREA, 0xFF, popup=True)
    if keeps:  # the server keeps its content in place then; else it forgets all of it
        painter._core.ChangeWindowAttributes(window, BIT_GRAVITY, [NORTH_WEST])
        painter.sync()
    surface = Surface(desktop._pixels._use, window, None, (200, 100))
    surface.unknown = ()
    painter.move(window, Rect(100, 100, 300, 100))
    surface.resize((300, 100))
    assert area(surface.unknown) == unknown
    assert surface.readable
    assert area(surface.known(Rect(0, 0, 300, 100))) == 300 * 100 - unknown
    painter.paint(window, 0xFF)
    surface.fetch()
    assert surface.unknown == ()
    surface.close()


def test_what_was_drawn_before_the_pixmap_was_taken_proves_nothing(
    desktop: X11Desktop, painter: Painter
) -> None:
    window = painter.window(AREA, 0xFF, popup=True)
    surface = Surface(desktop._pixels._use, window, None, (200, 100))
    assert surface.unknown == (Rect(0, 0, 200, 100),)
    painter.paint(window, 0xFF)
    surface.fetch(proof=False)
    assert surface.unknown == (Rect(0, 0, 200, 100),)
    assert list(surface.take_drawn()) != []
    assert list(surface.take_drawn()) == []
    surface.renew()
    assert surface.unknown == (Rect(0, 0, 200, 100),)
    surface.close()


def test_many_small_drawings_become_one_large(desktop: X11Desktop, painter: Painter) -> None:
    window = painter.window(AREA, 0xFF, popup=True)
    surface = Surface(desktop._pixels._use, window, None, (200, 100))
    surface.take_drawn()
    for i in range(60):
        painter.paint(window, i, Rect(3 * i, i % 50, 2, 2))
    surface.fetch()
    assert list(surface.take_drawn()) == [Rect(0, 0, 179, 51)]
    surface.close()


def test_a_window_that_is_gone_is_not_readable(desktop: X11Desktop, painter: Painter) -> None:
    use = desktop._pixels._use
    window = painter.window(AREA, 0xFF, popup=True)
    painter.remove(window)
    surface = Surface(use, window, new_damage(use, window), (200, 100))
    assert not surface.readable
    assert fetch_damage(use, 1) == []
    surface.close()
