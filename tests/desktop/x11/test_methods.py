from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11 import methods
from nodreel.desktop.x11.connection import Connection
from nodreel.desktop.x11.desktop import X11Desktop
from nodreel.desktop.x11.methods import Methods
from nodreel.desktop.x11.process import read_process
from nodreel.events import MILLISECOND, SECOND, Key, Nanos
from nodreel.gate.composing import TURNED
from nodreel.scene import Scene
from tests.bed import ibus
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.scene import Process, Sensed
    from tests.bed.bed import App, Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

T = Nanos(10 * SECOND)


@pytest.fixture
def front(bed: Bed, windows: Windows) -> Iterator[App]:
    """A program with a window in front."""
    app = bed.start("xterm", "-T", "front", "-e", "sleep", "1000")
    windows.activate(windows.wait("front", app.pid).id)
    yield app
    app.stop()


@pytest.fixture
def asked(on_bed: Bed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Methods]:
    """Methods of a person who wrote no rules of their own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XCOMPOSEFILE", raising=False)
    x = Connection()
    made = Methods(x)
    yield made
    made.close()
    x.close()


@pytest.fixture
def here() -> Process:
    """This process: nothing of a toolkit is in it."""
    process = read_process(os.getpid())
    assert process is not None
    return process


def test_nothing_is_plain_before_anybody_has_looked(asked: Methods, here: Process) -> None:
    assert not asked.plain(here, T)
    asked.look({}, T, closely=True)
    assert asked.plain(here, T)
    assert not asked.plain(None, T)
    asked.look(None, T, closely=True)
    assert not asked.plain(here, T)


def test_a_maker_of_text_on_this_display_counts(
    bed: Bed, asked: Methods, here: Process, tmp_path: Path
) -> None:
    program = tmp_path / "fcitx5"
    shutil.copy("/usr/bin/sleep", program)
    for display, plain in ((bed.env["DISPLAY"], False), (f"{bed.env['DISPLAY']}.0", False),
                           (":98765", True), (None, False)):  # fmt: skip
        env = {} if display is None else {"DISPLAY": display}
        running = subprocess.Popen([program, "1000"], env=env)
        had_by = Path(f"/proc/{running.pid}/environ")
        while env and not had_by.read_bytes():  # it has become its program a little later
            time.sleep(0.005)
        try:
            asked.look({running.pid: "fcitx5"}, T, closely=True)
            assert asked.plain(here, T) is plain, display
        finally:
            running.kill()
            running.wait()
    asked.look({2**22: "fcitx5"}, T, closely=True)  # it is gone, or somebody else's
    assert not asked.plain(here, T)


def test_rules_of_the_persons_own_count(
    asked: Methods, here: Process, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".XCompose").write_text('<a> <b> : "x"\n')
    asked.look({}, T, closely=True)
    assert not asked.plain(here, T)
    (tmp_path / ".XCompose").unlink()
    monkeypatch.setenv("XCOMPOSEFILE", "/anywhere")
    asked.look({}, T, closely=True)
    assert not asked.plain(here, T)


def test_a_server_of_an_unknown_name_counts_while_it_lives(
    bed: Bed, asked: Methods, here: Process
) -> None:
    x = Connection(bed.env["DISPLAY"])
    server = x.atom("@server=strange")
    window = x.new_id()
    x.core.CreateWindow(0, window, x.root, 0, 0, 1, 1, 0, 0, 0, 0, [])
    x.core.SetSelectionOwner(window, server, 0)
    bed.run("xprop", "-root", "-f", "XIM_SERVERS", "32a", "-set", "XIM_SERVERS", "@server=strange")
    x.round_trip()
    try:
        asked.look({}, T, closely=True)
        assert not asked.plain(here, T)
    finally:
        x.close()
    wait_for(lambda: looked(asked, here), "it to be gone")
    bed.run("xprop", "-root", "-remove", "XIM_SERVERS")


def looked(asked: Methods, here: Process) -> bool:
    asked.look({}, T, closely=True)
    return asked.plain(here, T)


def test_the_engine_of_a_real_ibus_decides(
    on_bed: Bed, front: App, hands: Injector,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setenv("HOME", str(tmp_path))
    bed = on_bed
    daemon = ibus.start(bed)
    desktop = X11Desktop()
    try:
        assert not desktop.scene().plain, "nobody has looked"
        until(desktop, plain=False)
        ibus.choose(bed, ibus.PLAIN)
        until(desktop, plain=True)
        desktop.wait(Nanos(0))
        ibus.choose(bed, ibus.COMPOSING)
        hands.tap("x")
        key, scene = told_of(desktop)
        assert scene.t - key.t < TURNED, "hindsight believes it backwards"
        ibus.choose(bed, "xkb:fr::fra")
        until(desktop, plain=True)
        daemon.stop()
        until(desktop, plain=True)
    finally:
        desktop.close()
        daemon.stop()
        bed.run("xprop", "-root", "-remove", "XIM_SERVERS")


def until(desktop: X11Desktop, *, plain: bool) -> None:
    def so() -> bool:
        assert desktop.company() is not None
        desktop.wait(Nanos(10 * MILLISECOND))
        return desktop.scene().plain is plain

    wait_for(so, f"plain to be {plain}")


def told_of(desktop: X11Desktop) -> tuple[Key, Scene]:
    """Return the first key, and the first scene with a method at work: without another look."""
    told: list[Sensed] = []

    def both() -> tuple[Key, Scene] | None:
        told.extend(desktop.wait(Nanos(50 * MILLISECOND)))
        keys = [s for s in told if isinstance(s, Key)]
        scenes = [s for s in told if isinstance(s, Scene) and not s.plain]
        return (keys[0], scenes[0]) if keys and scenes else None

    return wait_for(both, "the key and the scene")


def test_the_programs_that_make_text_have_no_paths() -> None:
    assert all("/" not in name and name == name.lower() for name in methods.MAKERS)
