"""kill -9 at random moments: little is lost, nothing is torn, and off stays off."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from nodreel import open_episode
from nodreel.events import SECOND, Rect
from nodreel.ipc.client import call
from nodreel.ipc.wire import Pause
from tests.agent.journey import POLICY, connected
from tests.bed.bed import wait_for
from tests.findings import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.agent.journey import Journey
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

MOST_LOST = 5.2  # seconds: 2 s of hold-back, 3 s of segment, a beat and an fsync
SEED = 20


def last_line(episode: Path) -> bytes:
    return (episode / "chain.jsonl").read_bytes().splitlines()[-1]


def type_until(hands: Injector, end: int) -> int:
    """Type without a break until ``end``; return when the last key had gone in."""
    while time.monotonic_ns() < end:
        hands.type("k")
        time.sleep(0.02)
    return hands.sent[-1].after


@pytest.mark.faults
def test_kill_at_random_moments_loses_little_and_tears_nothing(
    journey: Journey,
    hands: Injector,
    windows: Windows,
    rounds: Callable[[int, int], int],
) -> None:
    journey.write_policy(POLICY.replace("hold_back_s = 1\nseal_s = 0.5\n", ""))
    shell = journey.open("xterm", "-T", "work")
    window = windows.wait("work", shell.pid).id
    windows.place(window, Rect(50, 50, 600, 400))
    windows.activate(window)
    journey.consent()
    dice, lost = random.Random(SEED), []
    for _ in range(rounds(3, 50)):
        agent = journey.agent()
        journey.until("recording")
        killed = type_until(hands, time.monotonic_ns() + int(dice.uniform(5.3, 12) * SECOND))
        agent.process.kill()
        agent.process.wait()
        newest = max((t for t, _ in journey.stored_at()), default=0)
        lost.append((killed - newest) / SECOND)
    agent = journey.agent()
    journey.until("recording")
    assert max(lost) <= MOST_LOST, lost
    finished = [last_line(path) for path in journey.episodes()]
    assert all(b'"kind":"recovered"' in line for line in finished)
    for path in journey.episodes():
        episode = open_episode(path, journey.identity)
        assert list(episode)
        assert episode.verify() == []
    found("C13", "kills with -9 at random moments", len(lost), lost_at_most_s=max(lost))


def test_killed_while_paused_it_comes_back_paused(journey: Journey) -> None:
    journey.consent()
    first = journey.agent()
    wait_for(journey.status, "an answer")
    call(journey.paths, Pause(), timeout=10)
    first.process.kill()
    first.process.wait()
    second = journey.agent()
    journey.until("paused")
    assert second.pid not in connected(journey.bed)


@pytest.mark.faults
def test_killed_in_the_middle_of_withdrawing_it_never_records_again(
    journey: Journey, rounds: Callable[[int, int], int]
) -> None:
    """Each round kills the agent a little later after it was asked; off must be off at the latest
    when the grant has gone, and before that nothing has changed at all."""
    dice = random.Random(SEED)
    for _ in range(rounds(3, 30)):
        if not journey.paths.grant.exists():
            journey.consent()
        agent = journey.agent()
        wait_for(journey.status, "an answer")
        asked = journey.say_and_leave(b'{"do":"withdraw","stored":"delete"}\n')
        time.sleep(dice.uniform(0, 0.06))
        agent.process.kill()
        agent.process.wait()
        asked.close()
        gone = not journey.paths.grant.exists()
        again = journey.agent()
        wait_for(journey.status, "an answer")
        if gone:
            journey.until("blocked", "grant")
            assert not journey.paths.grant.exists()
            assert not journey.paths.signing_key.exists()
            assert again.pid not in connected(journey.bed)
        again.stop()
