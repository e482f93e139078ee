"""A disk that is really full: recording pauses, nothing stored is lost, deleting works."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from nodreel.events import Key, Rect
from nodreel.ipc.client import call
from nodreel.ipc.wire import Delete, Withdraw
from tests.agent.journey import Journey
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


@pytest.fixture
def place(small_disk: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    folder = small_disk / request.node.name[:20]
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def full(place: Path) -> Path:
    return place / "filler"


def fill(filler: Path) -> None:
    """Take all the room there is."""
    with filler.open("wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(bytes(1 << 16))
    assert shutil.disk_usage(filler.parent).free == 0


def keys(journey: Journey) -> int:
    return sum(isinstance(e, Key) for e in journey.stored())


def test_a_full_disk_pauses_loses_nothing_and_goes_on_by_itself(
    bed: Bed, place: Path, full: Path, hands: Injector, windows: Windows
) -> None:
    with Journey(bed, place / "n") as journey:
        shell = journey.open("xterm", "-T", "work")
        window = windows.wait("work", shell.pid).id
        windows.place(window, Rect(50, 50, 600, 400))
        windows.activate(window)
        journey.consent()
        journey.agent()
        journey.until("recording")
        hands.type("before")
        wait_for(lambda: keys(journey) == 12, "the keys to be stored")
        fill(full)
        status = journey.until("blocked", "disk")
        assert "disk" in status.sentence
        hands.type("lost")
        assert keys(journey) == 12
        assert all(p.suffix != ".tmp" for p in journey.paths.episodes.rglob("*"))
        full.unlink()
        journey.until("recording")
        hands.type("after")
        wait_for(lambda: keys(journey) == 22, "the keys after it to be stored")


def test_deleting_and_withdrawing_work_on_a_full_disk(
    bed: Bed, place: Path, full: Path, hands: Injector, windows: Windows
) -> None:
    with Journey(bed, place / "n") as journey:
        shell = journey.open("xterm", "-T", "work")
        windows.activate(windows.wait("work", shell.pid).id)
        journey.consent()
        journey.agent()
        journey.until("recording")
        hands.type("before")
        wait_for(lambda: keys(journey) == 12, "the keys to be stored")
        fill(full)
        journey.until("blocked", "disk")
        call(journey.paths, Delete(last_seconds=3600), timeout=10)
        assert keys(journey) == 0
        fill(full)
        call(journey.paths, Withdraw(stored="delete"), timeout=10)
        assert not journey.paths.grant.exists()
        assert not journey.paths.signing_key.exists()
        journey.until("blocked", "grant")
