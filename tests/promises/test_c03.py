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


def keeper() -> tuple[SignKeeper, Clock]:
    clock = Clock()
    made = SignKeeper(clock)
    made.heard(SIGN.id, 77)
    return made, clock


def test_a_sign_in_full_view_counts_once_it_has_stood_for_a_moment() -> None:
    made, clock = keeper()
    assert made.why_unseen(with_sign()) is not None
    clock.now = 2 * STEADY
    made.heard(SIGN.id, 77)
    assert made.why_unseen(with_sign()) is None


def test_a_sign_that_falls_silent_stops_recording_within_a_second() -> None:
    made, clock = keeper()
    clock.now = SECOND
    assert made.why_unseen(with_sign()) is not None


def test_a_sign_never_heard_of_does_not_count() -> None:
    assert SignKeeper(Clock()).why_unseen(with_sign()) is not None


def test_a_sign_that_is_gone_covered_or_somebody_elses_does_not_count() -> None:
    made, _ = keeper()
    assert made.why_unseen(scene()) is not None
    assert made.why_unseen(with_sign(window("term", Rect(770, 0, 30, 40), ident=91))) is not None
    made.heard(SIGN.id, 78)
    assert made.why_unseen(with_sign()) is not None
