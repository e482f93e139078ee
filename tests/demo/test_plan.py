from __future__ import annotations

from itertools import islice

import pytest

from nodreel.events import Rect
from tests.demo.plan import KINDS, OURS, Chord, Click, Go, Switch, Type, Wheel, path, scenes
from tests.demo.stage import cut


def round_of(seed: int) -> list[tuple[str, list[object]]]:
    return [(name, list(steps)) for name, steps in islice(scenes(seed), len(KINDS))]


def test_the_same_seed_is_the_same_work() -> None:
    assert round_of(4) == round_of(4)
    assert round_of(4) != round_of(5)


@pytest.mark.parametrize("seed", range(5))
def test_every_round_holds_everything(seed: int) -> None:
    work = round_of(seed)
    assert {name for name, _ in work} == {kind.__name__ for kind in KINDS}
    steps = [step for _, row in work for step in row]
    for kind in (Go, Click, Type, Chord, Wheel, Switch):
        assert any(isinstance(step, kind) for step in steps)
    assert any(isinstance(step, Click) and step.times == 2 for step in steps)
    apps = {step.app for step in steps if isinstance(step, Go)}
    assert apps == {*OURS, "xterm", "lookalike"}


@pytest.mark.parametrize("bend", [-0.1, 0.0, 0.1])
def test_paths_end_where_they_should_and_never_stand_still(bend: float) -> None:
    points = path((10, 900), (1500, 40), bend, 125)
    assert points[-1] == (1500, 40)
    assert all(a != b for a, b in zip([(10, 900), *points], points, strict=False))
    assert len(points) > 60


def test_a_hole_is_cut_out_exactly() -> None:
    whole, hole = Rect(0, 0, 10, 10), Rect(3, 4, 2, 20)
    parts = cut(whole, hole)
    dots = [(x, y) for p in parts for x in range(p.x, p.x + p.w) for y in range(p.y, p.y + p.h)]
    assert len(dots) == len(set(dots)) == 100 - 2 * 6
    assert cut(whole, Rect(20, 0, 5, 5)) == [whole]
