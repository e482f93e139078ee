"""The marks as people see them: which pixels, and how much of each."""

from __future__ import annotations

from itertools import combinations

import pytest

from nodreel.sign.icon import LEVELS, coverage
from nodreel.sign.looks import Shape

DOT = """
 -XX-
-XXXX-
XXXXXX
XXXXXX
-XXXX-
 -XX-
"""


def drawn(shape: Shape, size: int) -> str:
    found = coverage(shape, size)
    rows = (
        "".join(" -X"[_third(found.get((x, y), 0))] for x in range(size)).rstrip()
        for y in range(size)
    )
    return "\n" + "\n".join(rows) + "\n"


def _third(level: int) -> int:
    return 0 if level < LEVELS * 0.2 else 1 if level < LEVELS * 0.8 else 2


def test_a_dot() -> None:
    assert drawn(Shape.DOT, 6) == DOT


@pytest.mark.parametrize("size", [12, 24])
def test_shapes_differ_by_more_than_colour(size: int) -> None:
    """At least an eighth of the mark's square differs clearly between any two."""
    for one, other in combinations(Shape, 2):
        a, b = coverage(one, size), coverage(other, size)
        clear = [p for p in a.keys() | b.keys() if abs(a.get(p, 0) - b.get(p, 0)) > LEVELS // 2]
        assert len(clear) > size * size / 8, (one, other)


@pytest.mark.parametrize("shape", Shape)
def test_a_mark_stays_in_its_square(shape: Shape) -> None:
    found = coverage(shape, 12)
    assert found
    assert all(0 <= x < 12 and 0 <= y < 12 for x, y in found)
    assert all(1 <= level <= LEVELS for level in found.values())
