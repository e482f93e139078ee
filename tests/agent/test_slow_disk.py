"""A disk that takes two seconds for each sync: nothing waits for it but what has to be on it."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

from nodreel.agent.coverage import read_spans
from nodreel.errors import ControlError
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

SLOW: Final = (
    "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
    "-e", "inject=fsync,fdatasync:delay_exit=2000000",
)  # fmt: skip
WORDS: Final = 200
PATIENCE: Final = 60.0  # dozens of syncs of two seconds lie in what is waited for


def say(journey: Journey, request: Pause | Resume) -> None:
    """Say it; what takes longer than ten seconds is said to be under way."""
    try:
        call(journey.paths, request, timeout=PATIENCE)
    except ControlError as error:
        assert "still busy" in str(error)  # noqa: PT017  anything else is wrong


@pytest.mark.faults
@pytest.mark.rest
def test_on_a_slow_disk_no_key_is_late_or_lost_and_a_pause_is_at_once(
    journey: Journey, hands: Injector, windows: Windows
) -> None:
    at_work(journey, windows)
    journey.agent(under=SLOW)
    journey.until("recording", timeout=PATIENCE)
    slowest = 0
    for _ in range(WORDS):
        hands.type("key")
        slowest = max(slowest, *(sent.after - sent.before for sent in hands.sent[-6:]))
    wait_for(lambda: len(keys(journey)) == 6 * WORDS, "every key to be stored", PATIENCE)
    say(journey, Pause())
    off = time.monotonic_ns()
    hands.type("unseen")
    journey.until("paused", timeout=PATIENCE)
    say(journey, Resume())
    journey.until("recording", timeout=PATIENCE)
    on = time.monotonic_ns() - MILLISECOND  # the server counts in whole ones
    wait_for(partial(typed_after, journey, hands, on), "the keys after it", PATIENCE)
    assert not [t for t in keys(journey) if off < t < on]
    assert not [s for s in read_spans(journey.paths.coverage) if s.why == "disk"]
    status = journey.status()
    assert status is not None
    assert not {"full", "memory"} & set(status.dropped)
    sound(journey)
    print(f"the slowest of {len(hands.sent)} keys took the server {slowest / MILLISECOND:.1f} ms")
    found("C9", "keys typed while each sync takes 2 s", 6 * WORDS)


def test_the_fault_is_a_real_one() -> None:
    """Where strace cannot delay a sync, the test above would prove nothing."""
    code = (
        "import os,tempfile,time\nf=tempfile.TemporaryFile()\nb=time.monotonic()\n"
        "os.fsync(f.fileno())\nprint(time.monotonic()-b)"
    )
    said = subprocess.run([*SLOW, sys.executable, "-c", code], capture_output=True, check=True)
    assert float(said.stdout) >= 2.0
