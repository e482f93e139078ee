"""What goes wrong beside a real panel: a disk stops, the sign is killed, the panel is killed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from nodreel.events import SECOND, Rect
from nodreel.sign.looks import AMBER
from tests.agent.journey import Journey
from tests.agent.test_full_disk import fill
from tests.bed.waiting import wait_for
from tests.sign.test_panel import RED, panel, picture, red

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

__all__ = ["panel"]

pytestmark = pytest.mark.browser

STUCK = """
import os, sys, time
def held(call):
    def waiting(fd):
        while os.path.exists(sys.argv[1]):
            time.sleep(0.05)
        return call(fd)
    return waiting
os.fsync, os.fdatasync = held(os.fsync), held(os.fdatasync)
from nodreel.agent.early import main
sys.exit(main())
"""
"""The agent on a disk that takes nothing while a file is there: each fsync waits for ever."""


@pytest.fixture
def place(small_disk: Path) -> Iterator[Path]:
    folder = small_disk / f"attention-{os.getpid()}"
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where nodreel lies: on the small disk for the case in which that is filled."""
    wanted = request.getfixturevalue("place") if request.param == "full" else tmp_path
    assert wanted.is_dir()
    return wanted / "n"


@pytest.mark.parametrize("home", ["full", "stuck"], indirect=True)
def test_a_disk_that_stops_is_seen_in_the_panel_and_over_the_work(  # noqa: PLR0917  all is needed
    panel: int, on_bed: Bed, windows: Windows, hands: Injector, home: Path, tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    stopped = tmp_path / "stopped"
    with Journey(on_bed, home) as journey:
        shell = journey.open("xterm", "-T", "work")
        window = windows.wait("work", shell.pid).id
        windows.place(window, Rect(50, 300, 600, 400))
        windows.activate(window)
        journey.consent()
        env = {k: v for k, v in os.environ.items() if k.startswith("PYTHON")}
        agent = on_bed.start(
            sys.executable, "-c", STUCK, str(stopped), env={**env, "NODREEL_HOME": str(home)}
        )
        journey.agents.append(agent)
        journey.until("recording")
        hands.type("well ")
        wait_for(lambda: journey.stored() or None, "something on the disk")
        sign = journey.sign_pid()
        mark = wait_for(lambda: _mark(windows, sign), "the sign over the work")
        places = {"panel": windows.area(panel), "work": mark}
        for area in places.values():
            wait_for(lambda area=area: red(on_bed, area, RED), "the red mark")
        began = time.monotonic()
        if "full" in request.node.name:
            fill(home.parent / "filler")
        else:
            stopped.touch()
        took: dict[str, float] = {}
        while len(took) < len(places) and time.monotonic() < began + 30:
            hands.type("x")
            places["work"] = _mark(windows, sign) or mark
            for name, area in places.items():
                if name not in took and red(on_bed, area, AMBER):
                    took[name] = time.monotonic() - began
        picture(on_bed, f"disk-{request.node.callspec.id}")
        told = ", ".join(f"{name} after {seconds:.1f} s" for name, seconds in took.items())
        print(f"\ndisk {request.node.callspec.id}: attention in {told}")
        (home.parent / "filler").unlink(missing_ok=True)
        stopped.unlink(missing_ok=True)
        assert took.keys() == places.keys()
        assert max(took.values()) <= 10
        journey.until("recording")


def _mark(windows: Windows, sign: int) -> Rect | None:
    """Return where the widest low window of the sign's process is."""
    found = [
        windows.area(child) for child in windows._core.QueryTree(windows.root).reply().children
        if windows.on_screen(child) and windows.pid(child) == sign
    ]  # fmt: skip
    marks = [area for area in found if area.h < 60 <= area.w]
    return max(marks, key=lambda area: area.w, default=None)


def test_the_killed_sign_takes_tray_overlay_and_recording_with_it(
    panel: int, on_bed: Bed, windows: Windows, hands: Injector, tmp_path: Path
) -> None:
    with Journey(on_bed, tmp_path / "n") as journey:
        shell = journey.open("xterm", "-T", "work")
        window = windows.wait("work", shell.pid).id
        windows.activate(window)
        journey.consent()
        journey.agent()
        journey.until("recording")
        area = windows.area(panel)
        wait_for(lambda: red(on_bed, area, RED), "the mark in the panel")
        hands.type("seen")
        sign = journey.sign_pid()
        died = time.monotonic_ns()
        os.kill(sign, signal.SIGKILL)
        while time.monotonic_ns() < died + 2 * SECOND:
            hands.type("q")
        wait_for(lambda: not psutil.pid_exists(sign) or red(on_bed, area, RED) is None, "its end")
        journey.until("recording")  # with a new sign
        stored = [t for t, _ in journey.stored_at()]
        late = [t for t in stored if died < t < died + 2 * SECOND]
        last = max(late, default=died) - died
        print(f"\nkilled sign: last thing stored {last / SECOND:.2f} s later")
        assert last <= SECOND


@pytest.fixture(params=["xfce4-panel", "tint2"])
def bar(request: pytest.FixtureRequest, on_bed: Bed, windows: Windows) -> int:
    """The process of a panel: one that shows our icon, and one of the old kind that does not."""
    if request.param == "xfce4-panel":
        return windows.pid(request.getfixturevalue("panel"))
    pid = on_bed.start("tint2").pid
    wait_for(lambda: pid in {windows.pid(seen.id) for seen in windows.look()}, "the panel")
    return pid


def test_a_killed_panel_takes_no_more_than_its_icon_with_it(
    bar: int, on_bed: Bed, windows: Windows, hands: Injector, tmp_path: Path
) -> None:
    """The sign over the work stays: it is shown whenever something is recorded."""
    with Journey(on_bed, tmp_path / "n") as journey:
        shell = journey.open("xterm", "-T", "work")
        window = windows.wait("work", shell.pid).id
        windows.place(window, Rect(50, 300, 600, 400))
        windows.activate(window)
        journey.consent()
        journey.agent()
        journey.until("recording")
        sign = journey.sign_pid()
        mark = wait_for(lambda: _mark(windows, sign), "the sign over the work")
        wait_for(lambda: red(on_bed, mark, RED), "the red mark")
        hands.type("seen ")
        died = time.monotonic_ns()
        os.kill(bar, signal.SIGKILL)
        looks = [(died, True)]
        while time.monotonic_ns() < died + 3 * SECOND:
            hands.type("q")
            there = _mark(windows, sign)
            looks.append((time.monotonic_ns(), there is not None and bool(red(on_bed, there, RED))))
        picture(on_bed, "panel-killed")
        journey.until("recording")
        hands.type("again")
        after = time.monotonic_ns()
        wait_for(lambda: any(t > after - SECOND for t, _ in journey.stored_at()), "what came after")
        assert journey.sign_pid() == sign
        stored = [t for t, _ in journey.stored_at() if died < t < died + 3 * SECOND]
        unseen = sum(not seen for _, seen in looks)
        print(f"\nkilled panel: {len(looks)} looks, {unseen} without the sign, {len(stored)} kept")
        seen = [then for then, it_is in looks if it_is]
        assert [t for t in stored if not any(abs(t - then) <= SECOND for then in seen)] == []
        wait_for(lambda: (there := _mark(windows, sign)) and red(on_bed, there, RED), "the sign")
