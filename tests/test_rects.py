"""The rectangle algebra equals sets of pixels."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import Rect
from nodreel.rects import area, clip, contains, disjoint, intersect, subtract

RECTS = st.builds(
    Rect, st.integers(-5, 15), st.integers(-5, 15), st.integers(1, 12), st.integers(1, 12)
)
REGIONS = st.lists(RECTS, max_size=5)


def pixels(*rects: Rect) -> set[tuple[int, int]]:
    return {(x, y) for r in rects for x in range(r.x, r.x + r.w) for y in range(r.y, r.y + r.h)}


@given(RECTS, RECTS)
def test_intersect_is_what_both_share(a: Rect, b: Rect) -> None:
    both = intersect(a, b)
    assert (pixels(both) if both else set()) == pixels(a) & pixels(b)


@given(REGIONS, REGIONS)
def test_subtract_leaves_the_rest_without_overlap(a: list[Rect], b: list[Rect]) -> None:
    rest = subtract(disjoint(a), b)
    assert pixels(*rest) == pixels(*a) - pixels(*b)
    assert area(rest) == len(pixels(*rest))


@given(REGIONS, REGIONS)
def test_clip_keeps_what_is_inside(a: list[Rect], b: list[Rect]) -> None:
    inside = clip(disjoint(a), disjoint(b))
    assert pixels(*inside) == pixels(*a) & pixels(*b)
    assert area(inside) == len(pixels(*inside))


@given(RECTS, st.integers(-6, 30), st.integers(-6, 30))
def test_contains_is_membership(rect: Rect, x: int, y: int) -> None:
    assert contains(rect, x, y) == ((x, y) in pixels(rect))
