from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nodreel.clock import WallNanos
from nodreel.consent.tombstone import Tombstone, read_tombstone
from nodreel.dataset.plan import Found
from nodreel.dataset.sieve import day_of, keep_until, sift
from nodreel.dataset.survey import Survey
from nodreel.errors import EpisodeError, PolicyError
from nodreel.policy import Limits
from tests.dataset.people import Person
from tests.policy.samples import policy

TODAY = date(2026, 11, 28)
ONE, TWO = Person(1), Person(2)


def found(person: Person, number: int = 0, **more: str) -> Found:
    name = f"{person.seed}{number:025d}"
    one = Found(name, person.consent, person.public_key.hex(), "cd", "learn", "2026-09", 5, "m")
    return replace(one, **more)  # type: ignore[arg-type]


def stone(person: Person, *episodes: str) -> Tombstone:
    return read_tombstone(person.tombstone(*episodes)[1])


def test_who_withdrew_is_left_out_with_all_episodes() -> None:
    seen = Survey([found(ONE), found(ONE, 1), found(TWO)], tombstones=[stone(ONE)])
    made = sift(seen, {}, (), TODAY)
    assert [one.consent for one in made.kept] == [TWO.consent]
    assert (len(made.withdrawn), made.consents) == (2, 1)
    assert not made.held


def test_one_episode_may_be_withdrawn_alone() -> None:
    seen = Survey([found(ONE), found(ONE, 1)], tombstones=[stone(ONE, found(ONE).episode)])
    assert [one.episode for one in sift(seen, {}, (), TODAY).kept] == [found(ONE, 1).episode]


def test_a_tombstone_by_another_key_removes_nothing_and_holds_back() -> None:
    forger = Person(9, consent=ONE.consent)
    made = sift(Survey([found(ONE), found(TWO)], tombstones=[stone(forger)]), {}, (), TODAY)
    assert [one.consent for one in made.kept] == [TWO.consent]
    assert not made.withdrawn
    assert "another key" in made.held[found(ONE).episode]


def test_a_tombstone_that_cannot_be_read_stops_everything() -> None:
    seen = Survey([found(ONE)], unclear={"x.tombstone": "torn"})
    with pytest.raises(EpisodeError, match=r"x\.tombstone"):
        sift(seen, {}, (), TODAY)


def test_what_was_kept_as_long_as_was_agreed_is_left_out() -> None:
    agreed = policy(limits=Limits(server_days=60))
    one = found(ONE, policy=agreed.sha256)
    policies = {agreed.sha256: agreed}
    assert keep_until(one, policies) == date(2026, 10, 31)
    assert keep_until(found(ONE), policies) is None
    on_the_day = sift(Survey([one]), policies, (), date(2026, 10, 31))
    assert (len(on_the_day.kept), len(on_the_day.expired)) == (1, 0)
    after = sift(Survey([one]), policies, (), date(2026, 11, 1))
    assert (len(after.kept), len(after.expired)) == (0, 1)


def test_several_purposes_must_be_told_apart() -> None:
    seen = Survey([found(ONE), found(TWO, purpose="advertise")])
    with pytest.raises(PolicyError, match=r"advertise \(1\), learn \(1\)"):
        sift(seen, {}, (), TODAY)
    made = sift(seen, {}, ("learn",), TODAY)
    assert [one.consent for one in made.kept] == [ONE.consent]
    assert list(made.held) == [found(TWO).episode]


def test_what_could_not_be_read_stays_held_back() -> None:
    assert sift(Survey(held={"x": "torn"}), {}, (), TODAY).held == {"x": "torn"}


def test_the_day_is_that_of_greenwich() -> None:
    assert day_of(WallNanos(1_790_000_000_000_000_000)) == date(2026, 9, 21)
