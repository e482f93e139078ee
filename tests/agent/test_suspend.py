"""A night asleep and a wall clock that is set, end to end: the real agent, libfaketime under it.

While a machine is suspended nothing runs and the monotonic clock stands; at the end the wall clock
is hours ahead. Here every process of the desktop is stopped, the wall clock of the agent is set,
and all go on: logind says what it says around a real suspend.
"""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from jeepney.io.blocking import open_dbus_connection

from nodreel.agent.coverage import ASLEEP, read_spans
from nodreel.events import SECOND, Key
from nodreel.ipc.client import call
from nodreel.ipc.wire import Pause
from tests.agent.test_time import at_work, keys, sound
from tests.bed.bed import wait_for
from tests.bed.logind import Logind, bed
from tests.findings import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.agent.journey import Journey
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

__all__ = ["bed"]

HOUR: Final = 3600
DAY: Final = 24 * HOUR
JUMPS: Final = (DAY, -DAY, -3650 * DAY, HOUR, 0)
"""Set forward and back, ten years back, summer time as a clock that knows no zones has it."""
STANDS: Final = 3.0  # seconds that everything is stopped: longer than any patience of the agent's


@pytest.fixture
def logind(bed: Bed) -> Iterator[Logind]:
    with open_dbus_connection(bed.env["DBUS_SYSTEM_BUS_ADDRESS"]) as bus:
        yield Logind(bus)


class WallClock:
    """The wall clock of one process and its children, set as ``date -s`` would set the machine's.

    The monotonic clock is the real one: libfaketime would otherwise tie both together. It still
    spoils a sleep that ends at a moment of that clock, as ``time.sleep`` asks for: select instead.
    """

    def __init__(self, place: Path) -> None:
        (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        self._offset = place / "offset"
        self.set(0)
        (place / "sitecustomize.py").write_text(
            "import select, time\ntime.sleep = lambda s: select.select([], [], [], s) and None\n"
        )
        self.env = {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(place), os.environ.get("PYTHONPATH")))),
            "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1", "NO_FAKE_STAT": "1",
        }  # fmt: skip

    def set(self, ahead_s: int) -> None:
        made = self._offset.with_suffix(".new")
        made.write_text(f"{ahead_s:+d}\n")
        made.replace(self._offset)


@pytest.fixture
def wall(tmp_path: Path) -> WallClock:
    return WallClock(tmp_path)


@contextmanager
def standing_still(bed: Bed) -> Iterator[None]:
    """Stop the whole desktop, server and agent included; who ends by itself meanwhile has ended."""
    groups = [app.pid for app in bed._apps if app.process.poll() is None]
    try:
        tell(groups, signal.SIGSTOP)
        yield
    finally:
        tell(groups, signal.SIGCONT)


def tell(groups: list[int], number: signal.Signals) -> None:
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, number)


def typed_after(journey: Journey, hands: Injector, moment: int) -> bool:
    """Type, and say whether anything typed since then is stored: what comes at once may be lost."""
    hands.type("k")
    return any(t > moment for t in keys(journey))


def jumps(journey: Journey) -> list[int]:
    """How the clock jumped, in ms, as the audit log has it."""
    lines = map(json.loads, journey.paths.audit.read_text().splitlines())
    return [line["data"]["ms"] for line in lines if line["event"] == "clock_jump"]


@pytest.mark.faults
@pytest.mark.rest
def test_a_night_asleep_is_a_gap_without_a_burst(
    journey: Journey, hands: Injector, windows: Windows, logind: Logind, wall: WallClock
) -> None:
    at_work(journey, windows)
    journey.agent({**wall.env, "XDG_SESSION_ID": "c1"})
    journey.until("recording")
    hands.type("before")
    wait_for(lambda: len(keys(journey)) == 12, "the keys to be stored")
    episodes = set(journey.episodes())
    logind.sleep(asleep=True)
    journey.until("blocked", "session")
    slept = time.monotonic_ns()
    with standing_still(journey.bed):
        wall.set(8 * HOUR)
        time.sleep(STANDS)
    logind.call("Lock")
    logind.sleep(asleep=False)
    hands.type("locked")
    journey.until("blocked", "session")
    logind.call("Unlock")
    woke = time.monotonic_ns()
    journey.until("recording")
    wait_for(partial(typed_after, journey, hands, woke), "the keys after it")
    stored = journey.stored_at()
    assert not [e for t, e in stored if slept <= t < woke and isinstance(e, Key)]
    assert len(set(journey.episodes()) - episodes) >= 1, "an episode went on over the night"
    (slept_ms,) = jumps(journey)
    assert abs(slept_ms - 8 * HOUR * 1000) < 1000
    nights = [s for s in read_spans(journey.paths.coverage) if s.why == ASLEEP]
    assert [round((s.end - s.start) / SECOND / HOUR) for s in nights] == [8]
    sound(journey)
    found("C1", "nights asleep", 1)


@pytest.mark.faults
@pytest.mark.rest
def test_whatever_the_wall_clock_says_order_holds_and_no_consent_is_longer(
    journey: Journey, hands: Injector, windows: Windows, wall: WallClock
) -> None:
    at_work(journey, windows)
    journey.agent(wall.env)
    journey.until("recording")
    for ahead_s in JUMPS:
        wall.set(ahead_s)
        at = time.monotonic_ns()
        journey.until("recording")
        wait_for(partial(typed_after, journey, hands, at), "a key to be stored")
    call(journey.paths, Pause(minutes=60), timeout=10)
    journey.until("paused")
    wall.set(-DAY)
    journey.until("paused")
    wall.set(2 * HOUR)
    journey.until("recording")  # the hour is over, by the clock that the person reads
    wall.set(400 * DAY)
    journey.until("blocked", "grant")
    wall.set(-3650 * DAY)
    journey.until("blocked", "grant")
    status = journey.status()
    assert status is not None
    assert "consent ended" in status.sentence
    assert jumps(journey)
    sound(journey)
    found("C1", "times that the wall clock of a real agent was set", len(JUMPS) + 4)
