"""Folders that are deleted underneath a running agent: nothing is taken for stored that is lost."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.coverage import read_spans
from tests.agent.journey import connected
from tests.agent.test_time import at_work, keys, sound
from tests.bed.bed import wait_for
from tests.findings import found

if TYPE_CHECKING:
    from tests.agent.journey import Journey
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


def stored_again(journey: Journey, hands: Injector) -> None:
    """Type until something typed from now on is stored."""
    now = time.monotonic_ns()

    def there() -> bool:
        hands.type("k")
        return any(t > now for t in keys(journey))

    wait_for(there, "a key to be stored", 30)


@pytest.mark.faults
@pytest.mark.rest
def test_a_deleted_folder_pauses_and_it_goes_on_by_itself(
    journey: Journey, hands: Injector, windows: Windows
) -> None:
    at_work(journey, windows)
    agent = journey.agent()
    journey.until("recording")
    stored_again(journey, hands)
    shutil.rmtree(journey.paths.episodes)
    hands.type("lost")
    status = journey.until("blocked", "disk")
    assert "No such file" in status.sentence
    stored_again(journey, hands)
    wait_for(lambda: any(s.why == "disk" for s in read_spans(journey.paths.coverage)), "the gap")
    sound(journey)

    shutil.rmtree(journey.paths.episodes)
    journey.paths.episodes.mkdir(mode=0o755)
    hands.type("lost")
    journey.until("blocked", "disk")
    wait_for(lambda: "other users" in journey.why(), "the reason to be the folder's mode")
    journey.paths.episodes.chmod(0o700)
    stored_again(journey, hands)

    journey.paths.socket.unlink()
    wait_for(journey.status, "an answer on a socket that was put back")
    shutil.rmtree(journey.paths.data)
    journey.until("blocked", "grant")
    wait_for(lambda: agent.pid not in connected(journey.bed), "every connection to be closed")
    shutil.rmtree(journey.paths.runtime)
    assert agent.process.wait(15) == 0, agent.log.read_text()
    found("C9", "folders deleted under a running agent", 5)
