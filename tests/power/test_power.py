"""Real power cuts of real file systems, under the real agent: little is lost, nothing is half.

The file system is shut down by ioctl, so that nothing more reaches the disk, and mounted again.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from nodreel import open_episode
from nodreel.consent import Ledger, read_grant, withdraw
from nodreel.consent.switches import STOPPED, read_switches, write_switches
from nodreel.errors import EpisodeError, NoConsentError, NodreelError
from nodreel.events import SECOND, Key, Rect
from nodreel.ipc.client import call
from nodreel.ipc.wire import Delete, Pause, Withdraw
from tests.agent.journey import POLICY, Journey
from tests.agent.test_suspend import typed_after
from tests.bed.bed import wait_for
from tests.findings import found

if TYPE_CHECKING:
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows
    from tests.power.conftest import Rig

MOST_LOST = 6.0  # seconds
ROUNDS = 5
SEED = 7
KINDS = ("ext4", "xfs")
READ_ONLY = "Read-only file system"
LYING = (
    "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync,syncfs",
    "-e", "inject=fsync,fdatasync,syncfs:retval=0",
)  # fmt: skip
"""Each sync is said to be done, and is not."""


def at_work(journey: Journey, windows: Windows) -> int:
    """Put the designated shell in front; returns its window."""
    journey.write_policy(POLICY.replace("hold_back_s = 1\nseal_s = 0.5\n", ""))
    shell = journey.open("xterm", "-T", "work")
    window = windows.wait("work", shell.pid).id
    windows.place(window, Rect(50, 50, 600, 400))
    windows.activate(window)
    return window


def type_until(hands: Injector, end: int) -> int:
    """Type without a break until ``end``; return when the last key had gone in."""
    while time.monotonic_ns() < end:
        hands.type("k")
        time.sleep(0.02)
    return hands.sent[-1].after


def crash(journey: Journey, rig: Rig) -> None:
    """Cut the power: what runs dies, and the disk is as a boot finds it."""
    rig.do("cut")
    for agent in journey.agents:
        with suppress(ProcessLookupError):
            os.killpg(agent.pid, signal.SIGKILL)
        agent.process.wait()
    rig.do("again")


@pytest.mark.power
@pytest.mark.parametrize("kind", KINDS)
def test_a_power_cut_loses_little_and_tears_nothing(
    kind: str, rig: Rig, bed: Bed, hands: Injector, windows: Windows
) -> None:
    rig.do("make", kind)
    dice, lost = random.Random(SEED), []
    with Journey(bed, rig.disk / "n") as journey:
        window = at_work(journey, windows)
        journey.consent()
        for _ in range(ROUNDS):
            journey.agent()
            journey.until("recording")
            windows.activate(window)
            cut = type_until(hands, time.monotonic_ns() + int(dice.uniform(5.5, 10) * SECOND))
            crash(journey, rig)
            read_grant(journey.paths, journey.clock)
            again = journey.agent()
            journey.until("recording")
            newest = max((t for t, _ in journey.stored_at() if t <= cut), default=0)
            lost.append((cut - newest) / SECOND)
            again.stop()
        for path in journey.episodes():
            assert open_episode(path, journey.identity).verify() == []
        assert not [p for p in journey.paths.episodes.rglob("*.seg") if p.stat().st_size == 0]
        Ledger(journey.paths.audit, journey.clock).verify()
    print(f"{kind}: {ROUNDS} cuts, at most {max(lost):.2f} s lost")
    assert max(lost) <= MOST_LOST, lost
    found("C13", f"power cuts on {kind}", ROUNDS, lost_at_most_s=max(lost))


@pytest.mark.power
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_taken_back_stays_so_after_a_power_cut(
    kind: str, rig: Rig, bed: Bed, hands: Injector, windows: Windows
) -> None:
    rig.do("make", kind)
    with Journey(bed, rig.disk / "n") as journey:
        at_work(journey, windows)
        journey.consent()
        journey.agent()
        journey.until("recording")
        hands.type("secret")
        wait_for(journey.stored_at, "something to be stored")
        call(journey.paths, Delete(everything=True), timeout=30)
        deleted = time.monotonic_ns()
        crash(journey, rig)
        journey.agent().stop()
        assert not [t for t, _ in journey.stored_at() if t < deleted]
        write_switches(journey.paths.state, STOPPED)
        crash(journey, rig)
        assert read_switches(journey.paths.state) == STOPPED
        (journey.paths.state / "switches.json").unlink()
        journey.agent()
        journey.until("recording")
        call(journey.paths, Withdraw(stored="delete"), timeout=30)
        crash(journey, rig)
        assert not journey.paths.grant.exists()
        assert not journey.paths.signing_key.exists()
        assert journey.stored_at() == []
        journey.consent()
        withdraw(journey.paths, journey.clock, stored="keep")
        crash(journey, rig)
        assert not journey.paths.grant.exists()
        journey.agent()
        journey.until("blocked", "grant")
    found("C7", f"deeds before a power cut on {kind}", 4)


def readable_after(journey: Journey, hands: Injector, moment: int) -> bool:
    """Type, and say whether any of it can be read; what the lie left half says nothing."""
    hands.type("k")
    for path in journey.episodes():
        with suppress(EpisodeError, ValueError):
            start = json.loads((path / "local.json").read_text())["mono"]
            keys = (e for e in open_episode(path, journey.identity) if isinstance(e, Key))
            if any(start + key.t > moment for key in keys):
                return True
    return False


@pytest.mark.power
@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_lies_about_syncing_leaves_what_can_be_read_and_started_from(
    kind: str, rig: Rig, bed: Bed, hands: Injector, windows: Windows
) -> None:
    """Any loss may be the disk's; torn or believed it must not be."""
    rig.do("make", kind)
    with Journey(bed, rig.disk / "n") as journey:
        window = at_work(journey, windows)
        journey.consent()
        for _ in range(ROUNDS):
            journey.agent(under=LYING)
            journey.until("recording")
            windows.activate(window)
            type_until(hands, time.monotonic_ns() + 6 * SECOND)
            crash(journey, rig)
            try:
                read_grant(journey.paths, journey.clock)
            except NoConsentError:
                journey.consent()
            for path in journey.episodes():
                with suppress(EpisodeError):
                    list(open_episode(path, journey.identity))
            again = journey.agent()
            journey.until("recording")
            windows.activate(window)
            began = time.monotonic_ns()
            wait_for(partial(readable_after, journey, hands, began), "a key to be stored")
            again.stop()
    found("C13", f"power cuts of a disk on {kind} that lied", ROUNDS, lost="what it lied about")


@pytest.mark.power
def test_a_disk_that_becomes_read_only_pauses_and_goes_on_by_itself(
    rig: Rig, bed: Bed, hands: Injector, windows: Windows
) -> None:
    rig.do("make", "ext4")
    with Journey(bed, rig.disk / "n") as journey:
        at_work(journey, windows)
        journey.consent()
        journey.agent()
        journey.until("recording")
        hands.type("before")
        wait_for(journey.stored_at, "something to be stored")
        rig.do("cut")  # from here on every call fails, as on a disk that broke
        hands.type("lost")
        status = journey.until("blocked", "disk")
        assert "Cannot use" in status.sentence
        crash(journey, rig)
        agent = journey.agent()
        journey.until("recording")
        hands.type("after")
        agent.stop()
        for path in journey.episodes():
            assert open_episode(path, journey.identity).verify() == []
    found("C9", "disks that broke under a running agent", 1)


@pytest.mark.power
def test_a_file_system_that_the_kernel_made_read_only_pauses_and_gives_nothing_away(
    rig: Rig, bed: Bed, hands: Injector, windows: Windows
) -> None:
    rig.do("make", "ext4")
    with Journey(bed, rig.disk / "n") as journey:
        window = at_work(journey, windows)
        journey.consent()
        agent = journey.agent()
        journey.until("recording")
        hands.type("before")
        wait_for(journey.stored_at, "something to be stored")
        rig.do("broken")
        hands.type("lost")
        wait_for(lambda: READ_ONLY in journey.why(), "the reason")
        with pytest.raises(NodreelError, match=READ_ONLY):
            call(journey.paths, Pause(), timeout=30)
        journey.until("paused")  # said is done, although it cannot be written down
        with pytest.raises(NodreelError):
            call(journey.paths, Withdraw(stored="delete"), timeout=30)
        assert agent.process.poll() is None, agent.log.read_text()
        crash(journey, rig)
        for path in journey.episodes():
            assert open_episode(path, journey.identity).verify() == []
        again = journey.agent()
        journey.until("recording")
        windows.activate(window)
        began = time.monotonic_ns()
        wait_for(partial(typed_after, journey, hands, began), "a key to be stored")
        again.stop()
    found("C9", "disks that the kernel made read-only", 1)


@pytest.mark.power
def test_a_folder_mounted_read_only_blocks_with_a_reason_until_it_can_be_written(
    rig: Rig, bed: Bed, hands: Injector, windows: Windows
) -> None:
    rig.do("make", "ext4")
    with Journey(bed, rig.disk / "n") as journey:
        window = at_work(journey, windows)
        journey.consent()
        agent = journey.agent()
        journey.until("recording")
        agent.stop()
        rig.do("readonly", "n/data")
        agent = journey.agent()
        wait_for(journey.status, "an answer")
        windows.activate(window)

        def refused() -> bool:
            hands.type("k")
            return READ_ONLY in journey.why()

        wait_for(refused, "the reason")
        assert journey.stored_at() == []
        rig.do("writable", "n/data")
        wait_for(partial(typed_after, journey, hands, time.monotonic_ns()), "a key to be stored")
        agent.stop()
        for path in journey.episodes():
            assert open_episode(path, journey.identity).verify() == []
    found("C9", "folders mounted read-only and writable again", 1)
