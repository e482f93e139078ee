from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.desktop.x11.company import AGAIN, SETTLED, Roll
from nodreel.events import SECOND, Nanos
from nodreel.scene import Company
from tests.bed.bed import wait_for
from tests.bed.neighbours import looking_in

if TYPE_CHECKING:
    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.bed import Bed


def programs(desktop: X11Desktop) -> tuple[str, ...]:
    found = desktop.company()
    assert isinstance(found, Company)
    return found.programs


def test_clients_of_the_display_the_display_itself_and_our_own_programs(
    bed: Bed, desktop: X11Desktop
) -> None:
    here = programs(desktop)
    assert str(Path(sys.executable).resolve()) in here
    assert any(Path(path).name in {"Xvfb", "Xorg", "Xephyr"} for path in here)
    guest = bed.folder / "x11vnc"
    shutil.copy("/usr/bin/xterm", guest)
    with looking_in():
        app = bed.start(str(guest), "-e", "sleep", "1000")
        wait_for(lambda: str(guest) in programs(desktop), "the guest to be seen")
        app.stop()
        wait_for(lambda: str(guest) not in programs(desktop), "the guest to be gone")


def test_a_program_that_draws_nothing_counts_too(bed: Bed, desktop: X11Desktop) -> None:
    quiet = bed.folder / "sunshine"
    shutil.copy("/usr/bin/sleep", quiet)
    with looking_in():
        app = bed.start(str(quiet), "1000")
        wait_for(lambda: str(quiet) in programs(desktop), "it to be seen")
        app.stop()


class Street:
    """Processes that are what the test says, called up by a roll."""

    def __init__(self) -> None:
        self.now = Nanos(10**12)
        self.runs = {5: "bash"}
        self.clients: frozenset[tuple[int, int]] = frozenset()
        self.read: list[tuple[int, bool]] = []
        self.roll = Roll(self._read)
        self.call()

    def _read(self, pid: int, client: bool) -> tuple[str, ...]:
        self.read.append((pid, client))
        return (self.runs[pid],)

    def call(self, later: int = 0) -> set[str]:
        self.now = Nanos(self.now + later)
        return self.roll.call(self.now, self.runs, self.clients)


def test_a_new_process_is_read_until_it_has_become_its_program() -> None:
    street = Street()
    street.runs[5] = "x11vnc"
    assert street.call(SECOND) == {"x11vnc"}
    street.call(SETTLED)
    street.read.clear()
    street.call(SECOND)
    assert street.read == []


def test_who_becomes_another_program_is_seen_when_it_joins_the_display() -> None:
    street = Street()
    street.call(SETTLED)
    street.runs[5] = "x11vnc"
    assert street.call(SECOND) == {"bash"}
    street.clients = frozenset({(0x200000, 5)})
    assert street.call(SECOND) == {"x11vnc"}
    assert street.read[-1] == (5, True)
    street.runs[5] = "xpra"  # a client already, and another connection of it
    street.clients |= {(0x400000, 5)}
    assert street.call(SECOND) == {"xpra"}


def test_everybody_is_read_again_now_and_then() -> None:
    street = Street()
    street.call(SETTLED)
    street.runs[5] = "sunshine"
    assert street.call(AGAIN) == {"sunshine"}
    street.read.clear()
    street.call(SECOND)
    assert street.read == [], "who is read anew is not new"
    street.runs = {}
    assert street.call() == set()
