from __future__ import annotations

from collections import Counter

import pytest

from nodreel.consent.ids import new_id
from nodreel.dataset.split import Shares, key_name, position, split_key, split_of
from nodreel.errors import StoreError

KEY, OTHER = split_key("one"), split_key("two")
PEOPLE = [f"PERSON{n:020d}" for n in range(4000)]


def test_a_consent_stays_where_it_is_whoever_else_comes() -> None:
    first = {person: split_of(KEY, person, Shares()) for person in PEOPLE[:100]}
    more = {person: split_of(KEY, person, Shares()) for person in PEOPLE}
    assert first.items() <= more.items()


def test_shares_are_kept_and_another_key_sorts_otherwise() -> None:
    counted = Counter(split_of(KEY, person, Shares()) for person in PEOPLE)
    assert 3100 < counted["train"] < 3300
    assert 330 < counted["validation"] < 470
    assert 330 < counted["test"] < 470
    same = sum(split_of(KEY, p, Shares()) == split_of(OTHER, p, Shares()) for p in PEOPLE)
    assert 2400 < same < 2900  # by chance two of three


def test_shares_may_leave_a_split_empty() -> None:
    all_of_it = Shares(100, 0, 0)
    assert {split_of(KEY, person, all_of_it) for person in PEOPLE} == {"train"}
    assert {split_of(KEY, person, Shares(0, 0, 100)) for person in PEOPLE} == {"test"}


@pytest.mark.parametrize("parts", [(80, 10, 11), (110, -10, 0), (0, 0, 0)])
def test_shares_that_are_no_hundred_are_refused(parts: tuple[int, int, int]) -> None:
    with pytest.raises(StoreError, match="not a hundred"):
        Shares(*parts)


def test_episodes_of_one_consent_lie_together() -> None:
    one, two = new_id(), new_id()
    places = sorted((position(KEY, who, new_id()), who) for who in (one, two) for _ in range(50))
    who = [name for _, name in places]
    assert who in ([one] * 50 + [two] * 50, [two] * 50 + [one] * 50)
    assert len({place for place, _ in places}) == 100


def test_the_name_of_a_key_is_not_the_key() -> None:
    assert key_name(KEY) != key_name(OTHER)
    assert KEY.hex() not in key_name(KEY)
    assert len(key_name(KEY)) == 16
