from __future__ import annotations

import threading

import pytest

from nodreel.agent.errands import Errands
from nodreel.errors import ControlError, StoreError
from nodreel.events import SECOND, Nanos

LONG = Nanos(60 * SECOND)


def serve(errands: Errands) -> threading.Thread:
    """Wait for one errand and run it, on a thread of its own."""

    def work() -> None:
        errands.wait(LONG)  # the first look is at once
        errands.run()
        errands.wait(LONG)
        errands.run()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_what_is_asked_is_done_on_the_other_thread_and_answered() -> None:
    errands = Errands()
    thread = serve(errands)
    assert errands.ask(threading.current_thread, 60.0) is thread


def test_a_failure_goes_to_the_one_who_asked() -> None:
    errands = Errands()
    thread = serve(errands)

    def fail() -> None:
        raise StoreError("full")

    with pytest.raises(StoreError, match="full"):
        errands.ask(fail, 60.0)
    errands.wake()
    thread.join(60)


def test_what_takes_longer_is_said_to_be_under_way() -> None:
    with pytest.raises(ControlError, match="still busy"):
        Errands().ask(lambda: None, patience_s=0.01)  # nobody is there to do it


def test_who_wakes_just_after_the_time_was_over_is_seen_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    errands = Errands()
    assert errands.wait(Nanos(0))
    event = errands._woken
    with monkeypatch.context() as late:
        late.setattr(event, "wait", lambda _: event.set())  # returns nothing: it was too late
        assert not errands.wait(Nanos(0))
    assert errands.wait(Nanos(0))
