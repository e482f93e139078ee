from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.consent.ticks import in_order, is_nothing, sensible
from nodreel.events import Kind

TICKS = st.frozensets(st.sampled_from(Kind))


@given(TICKS)
def test_a_tick_is_never_added(kinds: frozenset[Kind]) -> None:
    assert sensible(kinds) <= kinds
    assert sensible(sensible(kinds)) == sensible(kinds)
    assert kinds - sensible(kinds) <= {Kind.TEXT}


def test_text_without_keys_counts_as_not_given() -> None:
    assert sensible({Kind.TEXT, Kind.SCREEN}) == {Kind.SCREEN}
    assert sensible({Kind.TEXT, Kind.KEYS}) == {Kind.TEXT, Kind.KEYS}


@given(TICKS)
def test_they_are_asked_in_one_order(kinds: frozenset[Kind]) -> None:
    assert set(in_order(kinds)) == kinds
    assert list(in_order(kinds)) == sorted(kinds, key=list(Kind).index)


@pytest.mark.parametrize(
    ("kinds", "nothing"),
    [
        ({}, True),
        ({Kind.MAIL, Kind.CHAT, Kind.ACCESSIBILITY}, True),
        ({Kind.TEXT}, True),
        ({Kind.KEYS}, False),
        ({Kind.MAIL, Kind.POINTER}, False),
    ],
)
def test_where_and_how_without_what_is_nothing(kinds: set[Kind], nothing: bool) -> None:
    assert is_nothing(kinds) is nothing
