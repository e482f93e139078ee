"""A hand that shakes clicks; one that goes further pulls, and does not click when it comes back."""

from __future__ import annotations

from nodreel.sign.pulling import SLACK, Pulling


def test_a_shaking_hand_clicks() -> None:
    pulling = Pulling(7, (100, 100), (90, 95))
    assert pulling.to(100 + SLACK, 100 - SLACK) is None
    assert pulling.to(100, 100) is None


def test_what_is_pulled_goes_with_the_pointer_and_stays_pulled() -> None:
    pulling = Pulling(7, (100, 100), (90, 95))
    assert pulling.to(150, 100) == (140, 95)
    assert pulling.to(100, 101) == (90, 96), "back where it was it is no click"
