"""C3. The sign is on whenever recording is."""

from __future__ import annotations

from dataclasses import replace

from nodreel.agent.signkeeper import STEADY, SignKeeper
from nodreel.clock import WallNanos
from nodreel.events import SECOND, Nanos, Rect
from nodreel.scene import Process, Scene, Window
from tests.scenes import scene, window

SIGN = Window(
    90, Rect(700, 10, 80, 24), Rect(700, 10, 80, 24), Process(77, 1, "", False), popup=True
)


class Clock:
    now = 0

    def mono(self) -> Nanos:
        return Nanos(self.now)

    def wall(self) -> WallNanos:
        return WallNanos(self.now)


def with_sign(*above: Window) -> Scene:
    return replace(scene(), windows=(window("pad"), SIGN, *above))


def standing() -> tuple[SignKeeper, Clock]:
    """A sign that has been in full view for long enough to count."""
    clock = Clock()
    made = SignKeeper(clock)
    made.heard(SIGN.id, 77)
    assert made.why_unseen(with_sign()) is not None  # not at once
    clock.now = 2 * STEADY
    made.heard(SIGN.id, 77)
    assert made.why_unseen(with_sign()) is None
    return made, clock


def test_a_sign_that_falls_silent_stops_recording_within_a_second() -> None:
    made, clock = standing()
    clock.now += SECOND
    assert made.why_unseen(with_sign()) is not None


def test_a_sign_never_heard_of_does_not_count() -> None:
    assert SignKeeper(Clock()).why_unseen(with_sign()) is not None


def test_a_sign_that_is_gone_covered_or_somebody_elses_does_not_count() -> None:
    assert standing()[0].why_unseen(scene()) is not None
    covering = window("term", Rect(770, 0, 30, 40), ident=91)
    assert standing()[0].why_unseen(with_sign(covering)) is not None
    made, _ = standing()
    made.heard(SIGN.id, 78)
    assert made.why_unseen(with_sign()) is not None
