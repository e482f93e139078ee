"""A policy's own patterns: linear time, bounded memory, whole matches."""

from __future__ import annotations

import pytest

from nodreel.policy import SecretPattern
from nodreel.scrub.own import own_shapes
from nodreel.scrub.shape import Span


def found(pattern: str, text: str) -> list[Span]:
    (own,) = own_shapes([SecretPattern.model_construct(name="case", pattern=pattern)])
    return list(own.spans(text))


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("K-[0-9]+", "K-1 and K-22", [(0, 3), (8, 12)]),
        ("K-[0-9]+", "é\U0001f600 K-1", [(3, 6)]),
        ("K-[0-9]+", "half \ud800 K-1", [(7, 10)]),
        ("(?i)k(-)[0-9]", "K-1", [(0, 3)]),
        ("[0-9]*", "a1b", [(1, 2)]),
        ("é+", "aéé", [(1, 3)]),
        ("^K$", "K\nK", []),
    ],
)
def test_places(pattern: str, text: str, places: list[tuple[int, int]]) -> None:
    assert found(pattern, text) == [Span(start, end, "case") for start, end in places]


def test_a_pattern_that_hangs_others_takes_no_time() -> None:
    assert found("(a*)*b", "a" * 4096) == []
    assert found("(a|aa)+$", "a" * 4096 + "!") == []


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", r"\pL{300}"])
def test_what_cannot_be_searched_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="RE2"):
        found(pattern, "")
