"""A grab holds the watched window's own pixels and nothing else, whatever happens on the screen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from nodreel.events import MILLISECOND, SECOND, Nanos, Rect
from nodreel.rects import area, subtract
from nodreel.scene import Damage
from tests.bed.bed import wait_for
from tests.bed.painter import Painter
from tests.desktop.contract import colour_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.desktop.base import Pixmap
    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.bed import Bed
    from tests.bed.windows import Windows

AREA = Rect(300, 200, 400, 300)
OWN, FOREIGN, BLACK = 0x00AA00, 0xAA0000, 0
EVERYWHERE = [Rect(0, 0, 1920, 1080)]


def colours(pixmaps: Sequence[Pixmap]) -> set[int]:
    return {c for p in pixmaps for c in colour_of(p.data)}


def missing(pixmaps: Sequence[Pixmap], wanted: Rect) -> int:
    return area(subtract((wanted,), [p.rect for p in pixmaps]))


def exposed(painter: Painter, window: int) -> list[Rect]:
    """What the server told the app to draw since it was last asked."""
    painter.sync()
    out = []
    while (event := painter._x.poll_for_event()) is not None:
        if type(event).__name__ == "ExposeEvent" and event.window == window:
            out.append(Rect(event.x, event.y, event.width, event.height))
    return out


def settle(desktop: X11Desktop, window: int) -> None:
    """Watch from when the window is known, with its age out of the way."""
    desktop.scene()
    desktop._picture.tree.tops[desktop._picture.tree.home.get(window, window)].appeared = 0
    desktop.watch([window])


@pytest.mark.parametrize("popup", [False, True])
def test_a_covered_window_shows_only_itself(
    desktop: X11Desktop, painter: Painter, windows: Windows, *, popup: bool
) -> None:
    window = painter.window(AREA, OWN, popup=popup, title="own")
    if not popup:
        wait_for(lambda: windows.on_screen(window), "the window")
    settle(desktop, window)
    seen = desktop.scene().window(window)
    assert seen is not None
    painter.paint(window, OWN)
    over = painter.window(seen.outer, FOREIGN, popup=True, title="foreign")
    painter.paint(over, FOREIGN)
    desktop.scene()
    got = desktop.grab(window, EVERYWHERE)
    assert missing(got, seen.inner) == 0
    assert colours(got) == {OWN}


def test_what_was_covered_before_is_black_until_it_is_drawn(
    desktop: X11Desktop, painter: Painter
) -> None:
    """The server starts a window's own pixmap with a copy of the screen, the cover included."""
    window = painter.window(AREA, None, popup=True)
    painter.paint(window, OWN)
    exposed(painter, window)
    cover = painter.window(Rect(350, 250, 100, 100), FOREIGN, popup=True)
    settle(desktop, window)
    painter.remove(cover)
    desktop.scene()
    got = desktop.grab(window, EVERYWHERE)
    assert colours(got) == {OWN, BLACK}
    assert missing(got, AREA) == 0
    hole = desktop.grab(window, [Rect(350, 250, 100, 100)])
    assert colours(hole) == {BLACK}
    assert exposed(painter, window) == [Rect(50, 50, 100, 100)]  # the app is told to draw it
    painter.paint(window, OWN, Rect(50, 50, 100, 100))
    got = desktop.grab(window, EVERYWHERE)
    assert (colours(got), missing(got, AREA)) == ({OWN}, 0)


def test_a_new_window_shows_nothing_before_its_app_has_drawn(
    desktop: X11Desktop, painter: Painter
) -> None:
    """Without a background it comes up with whatever was on the screen there."""
    painter.paint(painter.window(AREA, FOREIGN, popup=True), FOREIGN)
    window = painter.window(AREA, None, popup=True)
    desktop.scene()
    desktop.watch([window])
    assert desktop.grab(window, EVERYWHERE) == []
    painter.paint(window, OWN, Rect(0, 0, 400, 100))
    got = desktop.grab(window, EVERYWHERE)
    assert colours(got) == {OWN}
    assert missing(got, AREA) == 400 * 200


def test_a_popup_of_a_watched_app_is_known_as_soon_as_it_is_drawn(
    desktop: X11Desktop, painter: Painter
) -> None:
    window = painter.window(AREA, OWN, popup=True)
    settle(desktop, window)
    menu = painter.window(Rect(310, 210, 100, 200), None, popup=True)
    desktop._pump()  # it is born under our eyes, and drawn before it is watched
    painter.paint(menu, 0x0000AA)
    desktop.watch([window, menu])
    got = desktop.grab(menu, EVERYWHERE)
    assert colours(got) == {0x0000AA}
    assert missing(got, Rect(310, 210, 100, 200)) == 0


def test_after_a_while_a_window_counts_as_drawn(desktop: X11Desktop, painter: Painter) -> None:
    window = painter.window(AREA, None, popup=True)
    painter.paint(window, OWN)  # before anybody watched
    desktop.scene()
    desktop.watch([window])
    assert desktop.grab(window, EVERYWHERE) == []
    desktop.damaged(window)

    def told() -> bool:
        got = desktop.wait(Nanos(4 * SECOND))
        word = any(isinstance(e, Damage) and e.window == window for e in got)
        return word and list(desktop.damaged(window)) == [AREA]

    wait_for(told, "word of it")
    got = desktop.grab(window, EVERYWHERE)
    assert colours(got) == {OWN}
    assert missing(got, AREA) == 0


def test_a_window_that_grows_has_a_new_pixmap_and_shows_what_it_drew(
    desktop: X11Desktop, painter: Painter
) -> None:
    painter.paint(painter.window(Rect(250, 150, 800, 800), FOREIGN, popup=True), FOREIGN)
    window = painter.window(AREA, None, popup=True)
    painter.paint(window, OWN)
    settle(desktop, window)
    desktop.grab(window, EVERYWHERE)
    larger = Rect(280, 180, 600, 500)
    painter.move(window, larger)
    desktop.scene()
    assert FOREIGN not in colours(desktop.grab(window, EVERYWHERE))
    painter.paint(window, OWN)
    got = desktop.grab(window, EVERYWHERE)
    assert colours(got) == {OWN}
    assert missing(got, larger) == 0
    smaller = Rect(500, 400, 50, 40)
    painter.move(window, smaller)
    desktop.scene()
    painter.paint(window, OWN)
    got = desktop.grab(window, EVERYWHERE)
    assert (colours(got), missing(got, smaller)) == ({OWN}, 0)


def test_a_window_that_comes_back_shows_what_it_drew_since(
    desktop: X11Desktop, painter: Painter
) -> None:
    window = painter.window(AREA, None, popup=True)
    painter.paint(window, OWN)
    settle(desktop, window)
    painter.hide(window)
    painter.paint(painter.window(AREA, FOREIGN, popup=True), FOREIGN)
    painter.move(window, AREA)
    painter.show(window)
    desktop.scene()
    assert desktop.grab(window, EVERYWHERE) == []
    painter.paint(window, 0x0000AA)
    got = desktop.grab(window, EVERYWHERE)
    assert (colours(got), missing(got, AREA)) == ({0x0000AA}, 0)


def test_windows_with_alpha_have_their_own_colours(desktop: X11Desktop, painter: Painter) -> None:
    painter.paint(painter.window(AREA, FOREIGN, popup=True), FOREIGN)
    window = painter.window(AREA, 0xFF00AA00, popup=True, depth=32)
    settle(desktop, window)
    painter.paint(window, 0xFF000000 | OWN)
    got = desktop.grab(window, EVERYWHERE)
    assert (colours(got), missing(got, AREA)) == ({OWN}, 0)


def test_a_border_is_no_part_of_the_window(desktop: X11Desktop, painter: Painter) -> None:
    window = painter.window(AREA, OWN, popup=True, border=7)
    settle(desktop, window)
    inner = Rect(AREA.x + 7, AREA.y + 7, AREA.w, AREA.h)
    seen = desktop.scene().window(window)
    assert seen is not None
    assert (seen.inner, seen.outer) == (inner, Rect(AREA.x, AREA.y, AREA.w + 14, AREA.h + 14))
    painter.paint(window, OWN)
    got = desktop.grab(window, EVERYWHERE)
    assert (colours(got), missing(got, inner)) == ({OWN}, 0)


def test_what_was_drawn_is_told_to_the_pixel(desktop: X11Desktop, painter: Painter) -> None:
    window = painter.window(AREA, OWN, popup=True)
    settle(desktop, window)
    desktop.flush()
    desktop.damaged(window)
    painter.paint(window, 0, Rect(10, 20, 30, 40))
    wait_for(
        lambda: any(isinstance(e, Damage) for e in desktop.wait(Nanos(50 * MILLISECOND))), "word"
    )
    assert list(desktop.damaged(window)) == [Rect(310, 220, 30, 40)]


def test_the_screen_stays_as_it_was_and_is_let_go(
    bed: Bed, desktop: X11Desktop, painter: Painter
) -> None:
    window = painter.window(AREA, OWN, popup=True)
    painter.paint(window, OWN)

    def on_screen() -> set[int]:
        reply = painter._core.GetImage(
            2, painter._root, AREA.x, AREA.y, AREA.w, AREA.h, 0xFFFFFFFF
        ).reply()
        return colour_of(reply.data.raw)

    for _ in range(20):
        settle(desktop, window)
        assert on_screen() == {OWN}  # nothing but black is ever drawn, and never where it is seen
        desktop.watch([])
        assert on_screen() == {OWN}


def test_only_new_windows_and_those_of_watched_apps_are_looked_at(
    desktop: X11Desktop, painter: Painter, bed: Bed
) -> None:
    """And even there only for where something is drawn, never for what."""
    window = painter.window(AREA, OWN, popup=True)
    settle(desktop, window)
    with Painter(bed.env) as other:
        foreign = other.window(Rect(0, 0, 50, 50), FOREIGN, popup=True)
        desktop.scene()
        pixels = desktop._pixels
        assert foreign in pixels._waiting
        assert desktop.grab(foreign, EVERYWHERE) == []
        assert desktop.damaged(foreign) == []
        desktop._picture.tree.tops[foreign].appeared = 1  # long ago
        desktop.watch([window])
        assert foreign not in pixels._waiting
        sibling = painter.window(Rect(0, 0, 50, 50), OWN, popup=True)
        desktop.scene()
        desktop._picture.tree.tops[sibling].appeared = 1
        desktop.watch([window])
        assert sibling in pixels._waiting
        desktop.watch([])
        assert not pixels._waiting


def test_what_is_drawn_is_dated_by_the_server(desktop: X11Desktop, painter: Painter) -> None:
    """However late it is heard of: a frame before that moment was the whole truth until then."""
    window = painter.window(AREA, OWN, popup=True)
    painter.paint(window, OWN)
    settle(desktop, window)
    desktop.watch([window])
    desktop.flush()
    desktop.damaged(window)
    desktop.flush()
    before = time.monotonic_ns()
    painter.paint(window, FOREIGN)
    painter.sync()
    after = time.monotonic_ns()
    time.sleep(0.05)
    told = [e for e in desktop.flush()[0] if isinstance(e, Damage)]
    assert len(told) == 1
    assert before - MILLISECOND <= told[0].t <= after  # whole milliseconds
