from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.scene import Company
from tests.bed.bed import wait_for

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
    app = bed.start(str(guest), "-e", "sleep", "1000")
    wait_for(lambda: str(guest) in programs(desktop), "the guest to be seen")
    app.stop()
    wait_for(lambda: str(guest) not in programs(desktop), "the guest to be gone")


def test_a_program_that_draws_nothing_counts_too(bed: Bed, desktop: X11Desktop) -> None:
    quiet = bed.folder / "sunshine"
    shutil.copy("/usr/bin/sleep", quiet)
    app = bed.start(str(quiet), "1000")
    wait_for(lambda: str(quiet) in programs(desktop), "it to be seen")
    app.stop()
