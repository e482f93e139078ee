from __future__ import annotations

from nodreel.events import Nanos
from nodreel.sources.restless import AT_ONCE, ATTENDED, CALM, ENOUGH, Restless


def going_on(restless: Restless, now: int) -> None:
    for _ in range(ENOUGH):
        restless.looked(Nanos(now), Nanos(AT_ONCE))


def test_what_goes_on_for_long_enough_is_restless_until_it_rests() -> None:
    restless = Restless()
    going_on(restless, 0)
    assert restless
    restless.looked(Nanos(0), Nanos(CALM))
    assert restless, "one slower picture is no rest"
    restless.looked(Nanos(0), Nanos(CALM + 1))
    assert not restless


def test_what_the_person_does_is_not_by_itself() -> None:
    restless = Restless()
    restless.did(Nanos(0))
    assert restless.attended(Nanos(ATTENDED - 1))
    going_on(restless, ATTENDED - 1)
    assert not restless
    going_on(restless, ATTENDED)
    assert restless


def test_what_was_restless_before_somebody_came_still_is() -> None:
    restless = Restless()
    going_on(restless, 0)
    restless.did(Nanos(0))
    restless.looked(Nanos(1), Nanos(CALM + 1))
    assert restless
