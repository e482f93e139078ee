"""The agent from outside: a real process on a real desktop, judged by what it stored."""

from __future__ import annotations

import os
import signal
import time
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest

from nodreel.consent import withdraw
from nodreel.events import MILLISECOND, SECOND, Button, Key, Move, Note, Rect, Scroll
from nodreel.ipc.client import call
from nodreel.ipc.wire import AddNote, Delete, Pause, Resume, Stop, Withdraw
from tests.agent.journey import POLICY, connected
from tests.bed.bed import wait_for
from tests.bed.waiting import PATIENCE
from tests.findings import found

if TYPE_CHECKING:
    from tests.agent.journey import Journey
    from tests.bed.bed import App
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


@pytest.fixture
def recording(journey: Journey, windows: Windows) -> App:
    """Start an agent that records, with the designated shell in front; return the agent."""
    shell = journey.open("xterm", "-T", "work")
    window = windows.wait("work", shell.pid).id
    windows.place(window, Rect(50, 50, 600, 400))
    windows.activate(window)
    journey.consent()
    agent = journey.agent()
    journey.until("recording")
    return agent


def latest(journey: Journey) -> int:
    """Server time of the last stored input event, monotonic ns."""
    return max(t for t, _ in journey.stored_at())


def pressed(journey: Journey, count: int) -> None:
    """Wait until so many key events are stored."""
    wait_for(lambda: len(keys(journey)) >= count, f"{count} keys to be stored")


def keys(journey: Journey) -> list[Key]:
    return [e for e in journey.stored() if isinstance(e, Key)]


def test_before_consent_nothing_is_open(journey: Journey) -> None:
    agent = journey.agent()
    status = journey.until("blocked", "grant")
    assert agent.pid not in connected(journey.bed)
    assert status.recording is False


def test_records_a_designated_app_and_can_be_read_back(
    journey: Journey, recording: App, hands: Injector
) -> None:
    assert recording.pid in connected(journey.bed)
    hands.type("echo hello\n")
    hands.click(100, 100)
    hands.scroll(0, -2)
    call(journey.paths, AddNote(text="trying it out"))
    wait_for(lambda: any(isinstance(e, Scroll) for e in journey.stored()), "it to be stored")
    stored = journey.stored()
    typed = [s for s in hands.sent if s.kind in {2, 3}]
    assert [k.press for k in keys(journey)] == [s.kind == 2 for s in typed]
    assert {k.keycode for k in keys(journey)} == {None, typed[-1].detail}, "no text of a terminal"
    assert [b.press for b in stored if isinstance(b, Button)] == [True, False]
    assert [e.text for e in stored if isinstance(e, Note)] == ["trying it out"]
    assert sum(isinstance(e, Move) for e in stored) == 1
    assert {e.app for e in stored if isinstance(e, Key | Button | Scroll | Move)} == {"shell"}


def test_stop_stays_stopped_and_resume_is_no_start(
    journey: Journey, recording: App, hands: Injector
) -> None:
    hands.type("x")
    call(journey.paths, Stop(), timeout=10)
    assert recording.process.wait(10) == 0
    journey.agent()
    journey.until("paused")
    assert not any(p in connected(journey.bed) for p in (a.pid for a in journey.agents))


@pytest.mark.parametrize("how", ["socket", "file"])
def test_after_withdrawing_nothing_later_is_stored_and_all_is_closed(
    journey: Journey, recording: App, hands: Injector, how: str
) -> None:
    hands.type("before")
    pressed(journey, 12)
    for _ in range(20):  # typed on and on, so that something is under way everywhere
        hands.type("ab")
    asked = time.monotonic_ns()
    if how == "socket":
        call(journey.paths, Withdraw(stored="keep"), timeout=10)
    else:
        withdraw(journey.paths, journey.clock, stored="keep")
    while time.monotonic_ns() < asked + SECOND // 2:
        hands.type("z")
    wait_for(lambda: recording.pid not in connected(journey.bed), "closing", timeout=1)
    assert recording.process.poll() is None, "it idles without consent"
    assert not journey.paths.grant.exists()
    assert journey.stored_at()
    assert latest(journey) <= asked + 250 * MILLISECOND


def test_when_the_sign_dies_recording_stops_within_a_second(
    journey: Journey, recording: App, hands: Injector
) -> None:
    hands.type("seen")
    died = time.monotonic_ns()
    os.kill(journey.sign_pid(), signal.SIGKILL)
    while time.monotonic_ns() < died + 2 * SECOND:
        hands.type("q")
        time.sleep(0.02)
    status = journey.until("recording")  # a new sign comes up by itself
    assert status.recording
    back = time.monotonic_ns()
    hands.type("again")
    wait_for(lambda: any(t > back for t, _ in journey.stored_at()), "the keys after it")
    between = [t for t, e in journey.stored_at() if died + SECOND < t < died + 2 * SECOND]
    assert back > died + 2 * SECOND
    assert between == []


def test_when_the_sign_is_covered_recording_stops_within_a_second(
    journey: Journey, recording: App, hands: Injector
) -> None:
    hands.type("seen")
    covered = time.monotonic_ns()
    with journey.cover_the_sign():
        journey.until("blocked", "sign")
        while time.monotonic_ns() < covered + 2 * SECOND:
            hands.type("q")
            time.sleep(0.02)
        until = time.monotonic_ns()
    journey.until("recording")
    hands.type("again")
    wait_for(lambda: any(t > until for t, _ in journey.stored_at()), "the keys after it")
    assert [t for t, _ in journey.stored_at() if covered + SECOND < t < until] == []


def test_the_chord_pauses_whatever_is_in_front_and_is_not_recorded(
    journey: Journey, recording: App, hands: Injector, windows: Windows
) -> None:
    chord, p = ("Control_L", "Alt_L", "Shift_L", "p"), hands.keycode("p")
    hands.type("seen")
    pressed(journey, 8)
    hands.tap(*chord)
    journey.until("paused")
    assert p not in {key.keycode for key in keys(journey)}
    call(journey.paths, Resume(), timeout=10)
    journey.until("recording")
    foreign = journey.open("xterm", "-class", "Foreign", "-T", "other", "-e", "/bin/cat")
    windows.activate(windows.wait("other", foreign.pid).id)
    hands.tap(*chord)
    assert journey.until("paused").paused_s is None
    assert recording.process.poll() is None


def test_a_pause_holds_over_a_crash_until_the_person_resumes(
    journey: Journey, recording: App, hands: Injector
) -> None:
    call(journey.paths, Pause(), timeout=10)
    assert recording.pid not in connected(journey.bed)
    hands.type("not this")
    recording.process.kill()
    recording.process.wait()
    again = journey.agent()
    journey.until("paused")
    assert again.pid not in connected(journey.bed)
    call(journey.paths, Resume(), timeout=10)
    journey.until("recording")
    hands.type("this")
    pressed(journey, 8)
    assert len(keys(journey)) == 8


def test_a_wider_policy_stops_recording_and_a_narrower_one_applies(
    journey: Journey, recording: App, hands: Injector
) -> None:
    wider = POLICY.replace("[limits]", "[limits]\ndevice_days = 30")
    journey.write_policy(wider)
    status = journey.until("blocked", "policy")
    wait_for(lambda: recording.pid not in connected(journey.bed), "closing", timeout=1)
    assert "30" in status.sentence
    journey.write_policy(POLICY.replace('"pointer", "keys", ', ""))
    journey.until("recording")
    hands.type("no keys any more")
    hands.click(100, 100)
    call(journey.paths, Stop(), timeout=10)
    recording.process.wait(10)
    assert not [e for e in journey.stored() if isinstance(e, Key | Button | Move)]


def clicks_since_the_last_key(journey: Journey) -> int:
    """How many clicks were stored after the last key that was."""
    told = sorted(journey.stored_at(), key=itemgetter(0))  # episodes have no order of their own
    kinds = [type(e) for _, e in told if isinstance(e, Key | Button)]
    return len(kinds) - max((n for n, kind in enumerate(kinds, 1) if kind is Key), default=0)


def test_a_narrower_policy_applies_while_it_records(
    journey: Journey, recording: App, hands: Injector
) -> None:
    """No restart and no question: what was typed before each click is not there any more."""
    hands.type("before")
    pressed(journey, 12)
    journey.write_policy(POLICY.replace('"keys", ', ""))

    def without_keys() -> bool:
        hands.type("y")
        hands.click(100, 100)
        return clicks_since_the_last_key(journey) >= 4  # a press, a release, twice

    wait_for(without_keys, "clicks without the keys typed before them", PATIENCE)
    assert recording.process.poll() is None
    kept = len(keys(journey))
    hands.type("nothing of this")
    hands.click(100, 100)
    buttons = clicks_since_the_last_key(journey)
    wait_for(lambda: clicks_since_the_last_key(journey) > buttons, "the last click")
    assert len(keys(journey)) == kept
    assert journey.until("recording").pid == recording.pid
    found("C10", "a narrower policy under an agent that records", 1)


def test_deleting_the_last_minute_deletes_what_waits_too(
    journey: Journey, recording: App, hands: Injector
) -> None:
    hands.type("stored")
    pressed(journey, 12)
    hands.type("waiting")
    call(journey.paths, Delete(last_seconds=60), timeout=10)
    assert keys(journey) == []
    journey.until("recording")
    hands.type("new")
    pressed(journey, 6)
    assert len(keys(journey)) == 6


def test_a_second_agent_leaves_the_first_alone(journey: Journey, recording: App) -> None:
    second = journey.agent()
    assert second.process.wait(10) == 0
    assert journey.until("recording").pid == recording.pid


def test_sigterm_finishes_the_episode(journey: Journey, recording: App, hands: Injector) -> None:
    hands.type("done")
    pressed(journey, 8)
    recording.process.terminate()
    assert recording.process.wait(10) == 0
    (episode,) = journey.episodes()
    assert b'"kind":"end"' in (episode / "chain.jsonl").read_bytes().splitlines()[-1]
