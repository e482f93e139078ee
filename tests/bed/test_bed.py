from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nodreel.events import Rect
from tests.bed.bed import Bed, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


def test_a_person_can_type_into_a_program(bed: Bed, hands: Injector, windows: Windows) -> None:
    out = bed.folder / "typed"
    app = bed.start("xterm", "-T", "typing", "-e", "sh", "-c", f'read a; echo "$a" > {out}')
    window = windows.wait("typing")
    windows.activate(window.id)
    hands.type("Hello, World!\n")
    wait_for(lambda: out.exists() and out.read_text() == "Hello, World!\n", "the text")
    assert all(s.after - s.before >= 0 for s in hands.sent)
    app.stop()


def test_windows_can_be_found_and_placed(bed: Bed, windows: Windows) -> None:
    app = bed.start("xterm", "-T", "placed", "-bg", "red", "-e", "sleep", "100")
    window = windows.wait("placed", app.pid)
    windows.activate(window.id)
    assert windows.active() == window.id
    at = windows.area(window.id)
    assert abs(windows.place(window.id, Rect(300, 200, at.w, at.h)).x - 300) <= 2
    app.stop()


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with Bed(tmp_path / "b", logind=True) as made:
        made.start("xterm", "-e", "sleep", "100")
        pids = [a.pid for a in made._apps]
    assert len(pids) == 6  # server, two buses, logind, window manager, xterm
    for pid in pids:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        raise AssertionError(pid)
