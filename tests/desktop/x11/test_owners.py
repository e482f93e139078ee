from __future__ import annotations

import os
import shutil
import struct
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.connection import Connection
from nodreel.desktop.x11.owners import Owners
from nodreel.events import Rect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.bed import App, Bed
    from tests.bed.painter import Painter
    from tests.bed.windows import Windows

CARDINAL, STRING = 6, 31


@pytest.fixture
def xterm(bed: Bed) -> Iterator[App]:
    app = bed.start("xterm", "-T", "honest", "-e", "sleep", "1000")
    yield app
    app.stop()


def test_whatever_a_window_says_of_itself_the_server_knows_better(
    bed: Bed, desktop: X11Desktop, windows: Windows, xterm: App
) -> None:
    honest = windows.wait("honest").id
    liar = bed.start("xterm", "-class", "mousepad", "-name", "mousepad", "-T", "My Mousepad",
                     "-e", "sleep", "1000")  # fmt: skip
    window = windows.wait("Mousepad").id
    windows.set_prop(window, "_NET_WM_PID", CARDINAL, struct.pack("=I", xterm.pid))
    windows.set_prop(honest, "_NET_WM_PID", CARDINAL, struct.pack("=I", 1))
    scene = desktop.scene()
    for seen, pid in ((scene.window(window), liar.pid), (scene.window(honest), xterm.pid)):
        assert seen is not None
        assert seen.process is not None
        assert (seen.process.pid, seen.process.exe) == (pid, "/usr/bin/xterm")
        assert seen.process.trusted
    liar.stop()


def test_a_copied_program_is_told_by_where_it_lies(
    bed: Bed, desktop: X11Desktop, windows: Windows
) -> None:
    copy = bed.folder / "firefox-esr"
    shutil.copy("/usr/bin/xterm", copy)
    app = bed.start(str(copy), "-T", "copied", "-e", "sleep", "1000")
    window = windows.wait("copied").id
    for removed in (False, True):
        if removed:
            copy.unlink()
        seen = desktop.scene().window(window)
        assert seen is not None
        assert seen.process is not None
        assert (seen.process.exe, seen.process.trusted) == (str(copy), False)
    app.stop()


def test_a_number_is_forgotten_with_its_window(on_bed: Bed, painter: Painter) -> None:
    x = Connection()
    owners = Owners(x)
    window = painter.window(Rect(0, 0, 10, 10), 0xFF, popup=True)
    owners.learn([window])
    found = owners.process(window)
    assert found is not None
    assert found.pid == os.getpid()
    owners.refresh(window)
    assert owners.process(window) == found
    owners.forget(window)
    assert owners.process(window) is None
    painter.remove(window)
    owners.learn([window, 0x7FFFFFF])
    assert owners.process(0x7FFFFFF) is None
    x.close()
