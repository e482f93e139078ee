"""Processes that stand still: order holds, and nothing is recorded that nobody could see."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from nodreel import open_episode
from nodreel.consent import Ledger
from nodreel.events import SECOND, Key, Rect
from tests.bed.bed import wait_for
from tests.findings import found

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.agent.journey import Journey
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


def at_work(journey: Journey, windows: Windows) -> None:
    shell = journey.open("xterm", "-T", "work")
    window = windows.wait("work", shell.pid).id
    windows.place(window, Rect(50, 50, 600, 400))
    windows.activate(window)
    journey.consent()


def keys(journey: Journey) -> list[int]:
    return [t for t, event in journey.stored_at() if isinstance(event, Key)]


def sound(journey: Journey) -> None:
    """Everything stored is whole and in order, and no episode overlaps another."""
    ends = []
    for path in journey.episodes():
        start = json.loads((path / "local.json").read_text())["mono"]
        episode = open_episode(path, journey.identity)
        times = [start + event.t for event in episode.events()]
        assert times == sorted(times)
        assert episode.damage == []
        ends.append((times[0], times[-1]))
    assert all(one[1] <= two[0] for one, two in pairwise(sorted(ends)))
    Ledger(journey.paths.audit, journey.clock).verify()


@pytest.mark.faults
def test_an_agent_that_stood_still_goes_on_in_order(
    journey: Journey, hands: Injector, windows: Windows, rounds: Callable[[int, int], int]
) -> None:
    at_work(journey, windows)
    agent = journey.agent()
    journey.until("recording")
    hands.type("before")
    wait_for(lambda: len(keys(journey)) == 12, "the keys to be stored")
    os.kill(agent.pid, signal.SIGSTOP)
    stopped = time.monotonic_ns()
    hands.type("meanwhile")
    time.sleep(rounds(3, 60))
    went_on = time.monotonic_ns()
    os.kill(agent.pid, signal.SIGCONT)
    journey.until("recording")
    hands.type("after")
    wait_for(lambda: sum(t > went_on for t in keys(journey)) == 10, "the keys after it")
    nobody = [t for t in keys(journey) if stopped + SECOND < t < went_on]
    assert not nobody, "typed when nothing was typed"
    sound(journey)
    found("C9", "agents that stood still", 1)


@pytest.mark.faults
def test_a_sign_that_stands_still_stops_the_recording_until_it_moves(
    journey: Journey, hands: Injector, windows: Windows, rounds: Callable[[int, int], int]
) -> None:
    at_work(journey, windows)
    journey.agent()
    journey.until("recording")
    sign = journey.sign_pid()
    os.kill(sign, signal.SIGSTOP)
    try:
        journey.until("blocked", "sign")
        hands.type("unseen")
        time.sleep(rounds(1, 60))
    finally:
        with suppress(ProcessLookupError):  # one that stands still for long is replaced
            os.kill(sign, signal.SIGCONT)
    journey.until("recording")
    hands.type("seen")
    wait_for(lambda: len(keys(journey)) == 8, "the keys after it")
    found("C2", "signs that stood still", 1)
