"""The sensing thread: shut lets nothing in, stop closes everything, and faults mean off."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from nodreel.agent import capture as module
from nodreel.agent.capture import LOOK_ROUND, QUIET_ROUND, Capture
from nodreel.clock import SystemClock
from nodreel.desktop.fake_accessibility import FakeAccessibility
from nodreel.errors import UnsupportedError
from nodreel.events import (
    MILLISECOND,
    Cause,
    Element,
    Frame,
    Key,
    KeyClass,
    Kind,
    Move,
    Nanos,
    Rect,
    Sparing,
)
from nodreel.gate.apps import no_digest
from nodreel.gate.gate import Drop
from nodreel.policy import Limits
from nodreel.scene import Company, Damage, Field, Verdict
from tests.bed.bed import wait_for
from tests.painted import Painted
from tests.scenes import PROCESSES, RULES, page, scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.consent import Grant

GRANT = cast("Grant", SimpleNamespace(policy=SimpleNamespace(limits=Limits())))
KEY = Key(Nanos(5), True, KeyClass.CHARACTER, 38, 97)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Painted:
    desktop = Painted()
    desktop.colour = {1: 10, 2: 20}
    monkeypatch.setattr(module, "open_desktop", lambda _grant: desktop)
    monkeypatch.setattr(module, "open_accessibility", lambda _grant, feed: FakeAccessibility(feed))
    return desktop


@pytest.fixture
def capture(painted: Painted) -> Iterator[Capture]:
    assert not painted.closed
    made = Capture(GRANT, RULES, SystemClock(), no_digest, lambda: None, max_fps=4)
    made.start()
    yield made
    made.stop()


def key() -> Key:
    return replace(KEY, t=SystemClock().mono())


def events(capture: Capture) -> list[Any]:
    with capture.lock:
        return [item.event for item in capture.ring.release(Nanos(2**62))]


def test_nothing_comes_in_before_the_door_is_opened(capture: Capture, painted: Painted) -> None:
    painted.tell(key())
    wait_for(lambda: capture.dropped[Drop.CLOSED] == 1, "the drop to be counted")
    assert events(capture) == []


def test_an_open_door_lets_designated_input_and_a_whole_frame_in(
    capture: Capture, painted: Painted
) -> None:
    capture.open()
    painted.tell(key())
    wait_for(lambda: len(capture.ring) >= 2, "key and frame")
    found = events(capture)
    frames = [e for e in found if isinstance(e, Frame)]
    assert [e.app for e in found if isinstance(e, Key)] == ["pad"]
    assert frames[0].full
    assert painted.watched == {1, 2}


def test_what_is_drawn_becomes_a_frame(capture: Capture, painted: Painted) -> None:
    capture.open()
    wait_for(lambda: len(capture.ring) == 1, "the first frame")
    painted.draw(1, 11, Rect(0, 0, 10, 10))
    painted.tell(Damage(Nanos(1), 1))
    wait_for(lambda: len(capture.ring) == 2, "the second frame")


def test_without_the_screen_no_window_is_watched_or_read(painted: Painted) -> None:
    blind = replace(RULES, kinds=RULES.kinds - {Kind.SCREEN})
    capture = Capture(GRANT, blind, SystemClock(), no_digest, lambda: None, max_fps=4)
    capture.start()
    try:
        capture.open()
        painted.tell(Damage(Nanos(1), 1), key())
        wait_for(lambda: len(capture.ring) == 1, "the key")
        wait_for(lambda: capture._front is not None, "accessibility to attend all the same")
    finally:
        capture.stop()
    assert (painted.watched, painted.grabs) == (set(), [])


def test_where_no_thread_can_be_started_that_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("can't start new thread")

    capture = Capture(GRANT, RULES, SystemClock(), no_digest, lambda: None, max_fps=4)
    monkeypatch.setattr(capture._thread, "start", fail)
    capture.start()
    assert capture.fault is not None
    assert not capture.alive
    capture.stop()


def test_a_foreign_app_in_front_ends_input_and_frames(capture: Capture, painted: Painted) -> None:
    capture.open()
    wait_for(lambda: len(capture.ring) == 1, "the first frame")
    painted.tell(scene(5, focus="term"), key())
    painted.draw(1, 11, Rect(0, 0, 10, 10))
    painted.tell(Damage(Nanos(1), 1))
    wait_for(lambda: capture.dropped[Drop.FOREIGN] == 1, "the key to be dropped")
    assert len(events(capture)) == 1
    assert len(painted.grabs) == 2, "only the first, whole frame was ever read"


def test_a_foreign_app_is_not_listened_to_closely(capture: Capture, painted: Painted) -> None:
    capture.open()
    wait_for(lambda: len(capture.ring) == 1, "the first frame")
    assert painted.closely
    painted.tell(scene(5, focus="term"))
    wait_for(lambda: not painted.closely, "nobody to listen closely")
    painted.tell(scene(6))
    wait_for(lambda: painted.closely, "the app to be listened to again")


def test_shut_lets_nothing_more_in(capture: Capture, painted: Painted) -> None:
    capture.open()
    wait_for(lambda: len(capture.ring) == 1, "the first frame")
    capture.shut()
    painted.tell(key())
    wait_for(lambda: capture.dropped[Drop.CLOSED] == 1, "the drop to be counted")
    assert len(events(capture)) == 1


def test_what_is_in_front_meanwhile_is_known_not_to_be_recorded(
    capture: Capture, painted: Painted
) -> None:
    assert capture.open()
    assert not capture.open()
    capture.shut()
    painted.tell(scene(5, focus="web"))
    wait_for(lambda: capture.timeline[capture.timeline.last].shut, "the context")
    context = capture.context
    assert context is not None
    assert context.open
    assert capture.open()
    assert capture.timeline[capture.timeline.last].open


def test_after_a_quiet_while_the_first_thing_waits_for_a_look_round(
    capture: Capture, painted: Painted
) -> None:
    capture.open()
    wait_for(lambda: len(capture.ring) == 1, "the first frame")
    painted.others = Company(("/usr/bin/x11vnc",))
    capture._looked_round = Nanos(-QUIET_ROUND)
    painted.tell(key())
    wait_for(lambda: capture.dropped[Drop.CLOSED] == 1, "the drop to be counted")
    assert [e for e in events(capture) if isinstance(e, Key)] == []


def test_pointer_detail_can_be_given_up_but_no_key_and_no_click(
    capture: Capture, painted: Painted
) -> None:
    capture.open()
    wait_for(lambda: len(capture.ring) >= 1, "the first frame")
    capture.spare(Sparing.POINTER)
    first = SystemClock().mono()
    for number in range(100):
        painted.tell(Move(Nanos(first + number * 10 * MILLISECOND), 10 + number, 10))
        painted.tell(replace(key(), t=Nanos(first + number * 10 * MILLISECOND)))
    wait_for(lambda: capture.dropped[Drop.SPARED] == 90, "the drops to be counted")
    found = events(capture)
    assert len([e for e in found if isinstance(e, Move)]) == 10
    assert len([e for e in found if isinstance(e, Key)]) == 100


def test_after_a_foreign_app_the_first_scene_waits_for_a_look_round(
    capture: Capture, painted: Painted
) -> None:
    capture.open()
    wait_for(lambda: len(capture.ring) == 1, "the first frame")
    painted.tell(scene(5, focus="term"))
    wait_for(lambda: not painted.closely, "nobody to listen closely")
    painted.others = Company(("/usr/bin/x11vnc",))
    capture._looked_round = Nanos(SystemClock().mono() - 2 * LOOK_ROUND)
    painted.tell(scene(6), key())
    wait_for(lambda: capture.dropped[Drop.CLOSED] == 1, "the drop to be counted")
    assert [e for e in events(capture) if isinstance(e, Key)] == []


def test_stop_closes_the_desktop(capture: Capture, painted: Painted) -> None:
    capture.open()
    capture.stop()
    assert painted.closed
    assert not capture.alive


def test_a_desktop_that_cannot_be_opened_is_a_fault_not_a_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_grant: object) -> Painted:
        raise UnsupportedError("This is Wayland.")

    monkeypatch.setattr(module, "open_desktop", refuse)
    made = Capture(GRANT, RULES, SystemClock(), no_digest, lambda: None, max_fps=4)
    made.start()
    made.stop()
    assert isinstance(made.fault, UnsupportedError)
    assert not made.alive


def test_whatever_breaks_shuts_the_door_and_closes_the_desktop(
    capture: Capture, painted: Painted
) -> None:
    capture.open()
    painted.tell(cast("Any", object()))
    wait_for(lambda: capture.fault is not None, "the fault")
    wait_for(lambda: painted.closed, "the desktop to be closed")
    assert not capture.alive


@pytest.fixture
def sat(painted: Painted) -> Capture:
    """One whose thread does not run: what it is told comes in just then."""
    del painted
    made = Capture(GRANT, RULES, SystemClock(), no_digest, lambda: None, max_fps=4)
    made._open = True
    return made


def test_a_key_that_a_report_has_overtaken_is_judged_by_what_was_known_before(
    sat: Capture,
) -> None:
    """The end of a password, when the next field is told of before its keys are read."""
    pid = PROCESSES["pad"].pid
    sat._take(scene(0))
    sat._take(Field(Nanos(1000 * MILLISECOND), Nanos(0), pid, Verdict.SECRET))
    sat._take(Field(Nanos(2000 * MILLISECOND), Nanos(1990 * MILLISECOND), pid, Verdict.CLEAR))
    sat._take(replace(KEY, t=Nanos(1995 * MILLISECOND)))
    assert sat.dropped[Drop.SECRET] == 1
    sat._take(replace(KEY, t=Nanos(2001 * MILLISECOND)))
    assert len(events(sat)) == 1


def test_a_move_that_was_fetched_late_is_judged_by_what_was_in_front_then(sat: Capture) -> None:
    """Up to what a context may be learnt late: see LOOK_AHEAD."""
    sat._take(scene(0, focus="term"))
    sat._take(scene(1000))
    sat._take(Move(Nanos(919 * MILLISECOND), 5, 5))
    assert sat.dropped[Drop.UNFOCUSED] == 1
    sat._take(Move(Nanos(921 * MILLISECOND), 5, 5))
    assert len(events(sat)) == 1


def test_a_move_over_the_page_before_is_none_of_this_one(sat: Capture) -> None:
    sat._take(scene(0, focus="net"))
    sat._take(page(1000, site=None, since=900))
    sat._take(page(2000, since=1990))
    sat._take(Move(Nanos(1980 * MILLISECOND), 500, 400))
    assert events(sat) == []
    sat._take(Move(Nanos(1995 * MILLISECOND), 500, 400))
    assert len(events(sat)) == 1


def test_what_happened_before_the_door_was_opened_stays_outside(sat: Capture) -> None:
    sat._open = False
    sat._take(scene(0))
    sat.open()
    for event in (KEY, Move(Nanos(9), 5, 5), Element(Nanos(9), Cause.CLICK, "button")):
        sat._take(event)
    assert sat.dropped[Drop.CLOSED] == 3
    assert events(sat) == []
    sat._take(key())
    assert len(events(sat)) == 1
