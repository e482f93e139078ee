"""A running agent whose limits are lowered: descriptors, memory, the size of files."""

from __future__ import annotations

import resource
import signal
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import NodreelError
from nodreel.events import MILLISECOND
from nodreel.ipc.client import call
from nodreel.ipc.wire import Pause, Resume
from tests.agent.test_suspend import typed_after
from tests.agent.test_time import at_work, keys, sound
from tests.bed.bed import wait_for
from tests.findings import found

if TYPE_CHECKING:
    from tests.agent.journey import Journey
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


def enough(pid: int, what: int) -> int:
    """The limit at which a process has what it has, and gets no more."""
    if what == resource.RLIMIT_AS:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    return {resource.RLIMIT_NOFILE: 8, resource.RLIMIT_FSIZE: 1}[what]


@pytest.mark.faults
@pytest.mark.rest
@pytest.mark.parametrize("name", ["NOFILE", "AS", "FSIZE"])
def test_an_agent_without_means_keeps_what_it_has_pauses_when_told_and_goes_on(
    journey: Journey, hands: Injector, windows: Windows, name: str
) -> None:
    at_work(journey, windows)
    agent = journey.agent()
    journey.until("recording")
    hands.type("before")
    wait_for(lambda: len(keys(journey)) == 12, "the keys to be stored")
    what = getattr(resource, f"RLIMIT_{name}")
    before = resource.prlimit(agent.pid, what)
    resource.prlimit(agent.pid, what, (enough(agent.pid, what), before[1]))
    lowered = time.monotonic_ns()
    for _ in range(100):
        hands.type("meanwhile")
    said, asked = "", time.monotonic()
    try:
        call(journey.paths, Pause(), timeout=20)
    except NodreelError as error:
        said = str(error)
    paused, answered = time.monotonic_ns(), time.monotonic() - asked
    hands.type("unseen")
    if name == "AS" and agent.process.poll() == -signal.SIGSEGV:
        print(f"a library that looks for no failed malloc ended it; the pause: {said or 'done'}")
        found("C9", "agents that a library ended without memory, as kill -9 does", 1)
        agent = journey.agent()
        if said:  # so the person knows that it was not done
            journey.until("recording")
            call(journey.paths, Pause(), timeout=20)
            paused = time.monotonic_ns()
    else:
        resource.prlimit(agent.pid, what, before)
    assert agent.process.poll() is None, agent.log.read_text()
    assert "did not answer" not in said
    journey.until("paused")
    call(journey.paths, Resume(), timeout=20)
    journey.until("recording")
    back = time.monotonic_ns() - MILLISECOND  # the server counts in whole ones
    wait_for(partial(typed_after, journey, hands, back), "the keys after it")
    times = keys(journey)
    assert sum(t < lowered for t in times) == 12
    assert not [t for t in times if paused < t < back]
    sound(journey)
    kept = sum(lowered < t < paused for t in times)
    print(f"{name}: {kept} of 1800 keys kept; in {answered:.1f} s the pause: {said or 'done'}")
    found("C9", "limits lowered under a running agent", 1)
