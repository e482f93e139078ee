"""C5. Nobody else's pixels."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from nodreel.events import Rect
from nodreel.gate.regions import visible
from nodreel.rects import contains
from tests.scenes import scene, window

RECTS = st.builds(
    Rect, st.integers(-50, 790), st.integers(-50, 590), st.integers(1, 500), st.integers(1, 400)
)


@given(ours=RECTS, above=st.lists(RECTS, max_size=4), dot=st.tuples(*[st.integers(0, 799)] * 2))
@example(ours=Rect(0, 0, 400, 300), above=[Rect(10, 10, 50, 50)], dot=(20, 20))
def test_nothing_of_what_lies_on_top_is_kept(
    ours: Rect, above: list[Rect], dot: tuple[int, int]
) -> None:
    others = [window("term", rect, ident=50 + n) for n, rect in enumerate(above)]
    whole = scene(windows=(window("pad", ours), *others))
    region = visible(whole, {1})[1]
    kept = any(contains(rect, *dot) for rect in region)
    free = contains(ours, *dot) and not any(contains(rect, *dot) for rect in above)
    assert kept == (free and dot[1] < 600)
