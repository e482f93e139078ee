"""Real panels: an icon and its menu in xfce4-panel, and the sign's own menu beside tint2."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.events import Rect
from nodreel.host import private_dir
from nodreel.ipc import wire
from nodreel.page.door import door
from nodreel.paths import default_paths
from nodreel.policy import load_policy
from nodreel.sign.canvas import HEIGHT
from nodreel.sign.menu import Choice, menu_of
from tests.bed.opener import opener
from tests.bed.waiting import wait_for
from tests.consent.yes import agree
from tests.policy.samples import TOML
from tests.sign.conftest import PAUSED, RECORDING, Agent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

__all__ = ["opener"]

GROUND = (0x1B, 0x1E, 0x23)
RED = (0xF0, 0x3E, 0x3E)
pytestmark = pytest.mark.browser

PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray"/>
  </property>
</channel>
"""


@contextmanager
def sign() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-m", "nodreel.sign"]) as process:
        try:
            yield process
        finally:
            process.kill()


def picture(bed: Bed, name: str) -> None:
    """Keep a picture of the desktop where the lane keeps them."""
    place = os.environ.get("NODREEL_PICTURES") or str(bed.folder)
    Path(place).mkdir(parents=True, exist_ok=True)
    import mss

    with mss.MSS(display=bed.env["DISPLAY"]) as screen:
        screen.shot(output=f"{place}/{name}.png")


@pytest.fixture
def panel(on_bed: Bed, windows: Windows) -> Iterator[int]:
    """A real xfce4-panel with a tray and nothing else; its window."""
    folder = on_bed.folder / "config/xfce4/xfconf/xfce-perchannel-xml"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "xfce4-panel.xml").write_text(PANEL)
    app = on_bed.start("xfce4-panel", "--disable-wm-check")
    found = wait_for(
        lambda: next((s for s in windows.look() if "panel" in s.title.lower()), None), "the panel"
    )
    yield found.id
    app.stop()
    wait_for(lambda: found.id not in windows.ids(), "the panel's end")


def red(bed: Bed, area: Rect, colour: tuple[int, int, int] = RED) -> tuple[int, int] | None:
    """Return where in ``area`` the mark of recording (or of that colour) is painted."""
    place = {"left": area.x, "top": area.y, "width": min(area.w, 400), "height": area.h}
    import mss

    with mss.MSS(display=bed.env["DISPLAY"]) as screen:
        shot = screen.grab(place)
    for y in range(shot.height):
        for x in range(shot.width):
            if shot.pixel(x, y) == colour:
                return area.x + x, area.y + y
    return None


def choose(bed: Bed, hands: Injector, mark: tuple[int, int], *keys: str, name: str) -> None:
    """Open the tray's menu at its mark and choose with the keyboard."""
    hands.click(mark[0] + 3, mark[1] + 3)
    above = Rect(mark[0] + 20, mark[1] - 60, 1, 1)
    wait_for(lambda: _colour(bed, above) != (0, 0, 0), "the tray's menu")
    hands.tap("Down")
    picture(bed, name)
    for key in keys:
        hands.tap(key)
    hands.tap("Return")


def _colour(bed: Bed, at: Rect) -> tuple[int, ...]:
    """Return what is painted at a point."""
    import mss

    with mss.MSS(display=bed.env["DISPLAY"]) as screen:
        shot = screen.grab({"left": at.x, "top": at.y, "width": 1, "height": 1})
    return tuple(shot.pixel(0, 0))


def test_pause_and_resume_from_a_real_tray(
    agent: Agent, panel: int, on_bed: Bed, windows: Windows, hands: Injector
) -> None:
    with sign():
        wait_for(lambda: agent.beats() or None, "the sign")
        area = windows.area(panel)
        mark = wait_for(lambda: red(on_bed, area), "the mark in the panel")
        choose(on_bed, hands, mark, name="tray-menu-recording")
        wait_for(lambda: wire.Pause(minutes=15) in agent.others(), "the pause")
        wait_for(lambda: red(on_bed, area) is None, "the mark to change")
        picture(on_bed, "tray-paused")
        choose(on_bed, hands, mark, *["Down"] * 4, name="tray-menu-paused")
        wait_for(lambda: wire.Resume() in agent.others(), "the end of the pause")


ASKED: dict[Choice, tuple[type[wire.Request], dict[str, object]]] = {
    Choice.PAUSE_15: (wire.Pause, {"minutes": 15}),
    Choice.PAUSE_60: (wire.Pause, {"minutes": 60}),
    Choice.PAUSE_TOMORROW: (wire.Pause, {}),
    Choice.PAUSE: (wire.Pause, {"minutes": None}),
    Choice.RESUME: (wire.Resume, {}),
    Choice.DELETE_5: (wire.Delete, {"last_seconds": 300.0}),
    Choice.DELETE_60: (wire.Delete, {"last_seconds": 3600.0}),
    Choice.WITHDRAW: (wire.Withdraw, {"stored": "later"}),
    Choice.QUIT: (wire.Stop, {}),
}
"""What the agent hears of each choice; the others open a page."""
OPENED = {Choice.REVIEW: "review", Choice.RECORDED: "recorded", Choice.EXPLAIN: "explain"}


def heard(agent: Agent, kind: type[wire.Request]) -> wire.Request:
    """Wait until the agent is asked for that."""
    return wait_for(
        lambda: next((one for one in agent.others() if isinstance(one, kind)), None), f"{kind}", 30
    )


def test_each_entry_of_a_real_trays_menu_does_what_it_says(  # noqa: PLR0917  all is needed
    agent: Agent, panel: int, on_bed: Bed, windows: Windows, hands: Injector, opener: Path
) -> None:
    paths = default_paths()
    private_dir(paths.config).joinpath("policy.toml").write_text(TOML)
    paths.policy.chmod(0o600)
    agree(paths, SystemClock(), load_policy(paths).policy)
    with sign():
        wait_for(lambda: agent.beats() or None, "the sign")
        area = windows.area(panel)
        mark = wait_for(lambda: red(on_bed, area), "the mark in the panel")
        for choice in Choice:
            agent.status = PAUSED if choice is Choice.RESUME else RECORDING
            wanted = PAUSED if choice is Choice.RESUME else RECORDING
            wait_for(lambda w=wanted: (red(on_bed, area) is None) == (w is PAUSED), "the state")
            agent.heard.clear()
            entries = [entry.id for entry in menu_of(wanted) if entry.enabled]
            downs = ["Down"] * entries.index(choice)
            choose(on_bed, hands, mark, *downs, name=f"tray-menu-{choice.name.lower()}")
            if choice in OPENED:
                wait_for(opener.exists, f"the page of {choice.name}", 30)
                assert (paths.runtime / "page.first").read_text() == OPENED[choice]
                assert door(paths).as_uri() in opener.read_text()
            else:
                kind, fields = ASKED[choice]
                told = heard(agent, kind)
                assert {k: getattr(told, k) for k in fields} == fields, choice
            opener.unlink(missing_ok=True)


@pytest.mark.usefixtures("on_bed")
def test_where_no_panel_takes_icons_the_sign_has_the_same_menu(
    agent: Agent, on_bed: Bed, windows: Windows, hands: Injector
) -> None:
    on_bed.start("tint2")
    with sign():
        window = wait_for(lambda: agent.beats()[2:] or None, "the sign")[0].window
        area = windows.area(window)
        hands.click(area.x + 8, area.y + 8, button=3)
        menu = Rect(area.x + 2, area.y + area.h + 3, area.w, area.h)
        wait_for(lambda: _colour(on_bed, menu) == GROUND, "the menu")
        picture(on_bed, "sign-menu")
        number = [entry.id for entry in menu_of(RECORDING)].index(Choice.PAUSE_60)
        hands.click(menu.x + 20, area.y + area.h + 1 + number * HEIGHT + 9)
        wait_for(lambda: wire.Pause(minutes=60) in agent.others(), "the pause")
        picture(on_bed, "sign-paused")
