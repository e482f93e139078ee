"""What could be seen equals a slow painter: paint all windows, bottom to top, look who shows."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import Monitor, Rect
from nodreel.gate.regions import visible
from nodreel.scene import Window
from tests.scenes import scene, window

SIZE = 24
RECTS = st.builds(
    Rect, st.integers(-4, 20), st.integers(-4, 20), st.integers(1, 14), st.integers(1, 14)
)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    made = []
    for ident in range(1, draw(st.integers(1, 6)) + 1):
        inner = draw(RECTS)
        edge = draw(st.integers(0, 2))
        outer = Rect(inner.x - edge, inner.y - edge, inner.w + 2 * edge, inner.h + 2 * edge)
        shape = draw(st.none() | st.just((Rect(outer.x, outer.y, outer.w, max(1, outer.h // 2)),)))
        made.append(Window(ident, inner, outer, None, shape=shape))
    return tuple(made)


def painted(stack: tuple[Window, ...], monitor: Rect) -> dict[tuple[int, int], int]:
    """Who shows at each pixel: the id of the window, negative where it is that window's frame."""
    screen: dict[tuple[int, int], int] = {}
    for w in stack:
        for rect in w.shape or (w.outer,):
            for x in range(rect.x, rect.x + rect.w):
                for y in range(rect.y, rect.y + rect.h):
                    inside = w.inner.x <= x < w.inner.x + w.inner.w
                    inside &= w.inner.y <= y < w.inner.y + w.inner.h
                    screen[x, y] = w.id if inside else -w.id
    seen = {(x, y) for x in range(monitor.x, monitor.x + monitor.w)
            for y in range(monitor.y, monitor.y + monitor.h)}  # fmt: skip
    return {p: owner for p, owner in screen.items() if p in seen}


@given(windows(), st.sets(st.integers(1, 6)))
def test_the_kept_set_is_what_a_slow_painter_shows(
    stack: tuple[Window, ...], wanted: set[int]
) -> None:
    monitor = Rect(0, 0, SIZE, SIZE)
    now = replace(scene(windows=stack), monitors=(Monitor(monitor),), width=SIZE, height=SIZE)
    kept = {
        (x, y): ident
        for ident, region in visible(now, wanted).items()
        for r in region
        for x in range(r.x, r.x + r.w)
        for y in range(r.y, r.y + r.h)
    }
    shown = {p: owner for p, owner in painted(stack, monitor).items() if owner in wanted}
    assert kept == shown


def test_what_lies_on_top_is_blank_even_when_it_is_designated_too() -> None:
    below, above = window("pad"), window("web", Rect(100, 100, 50, 50))
    regions = visible(scene(windows=(below, above)), {1, 2})
    assert regions[2] == (Rect(100, 100, 50, 50),)
    assert sum(r.w * r.h for r in regions[1]) == 400 * 300 - 50 * 50


def test_nothing_off_the_monitors_is_kept() -> None:
    off = window("pad", Rect(700, 0, 400, 300))
    assert visible(scene(windows=(off,)), {1})[1] == (Rect(700, 0, 100, 300),)
