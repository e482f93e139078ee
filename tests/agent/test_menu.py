"""The sign's menu and a real agent: what is chosen happens, on the disk, too."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from nodreel.events import Key
from nodreel.host import holder
from nodreel.page.door import door
from nodreel.sign.canvas import HEIGHT
from nodreel.sign.menu import Choice, menu_of
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from nodreel.events import Rect
    from tests.agent.journey import Journey
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

pytestmark = pytest.mark.browser
LINES = [entry.id for entry in menu_of(None)]


def sign_windows(journey: Journey, windows: Windows) -> list[Rect]:
    """Where the windows of the sign are, the topmost (its menu, once open) below the others."""
    pid = journey.sign_pid()
    root = windows._x.get_setup().roots[0].root
    ids = windows._x.core.QueryTree(root).reply().children
    ours = [w for w in ids if windows.pid(w) == pid and windows.on_screen(w)]
    return sorted((windows.area(w) for w in ours), key=lambda area: area.y)


def choose(journey: Journey, hands: Injector, windows: Windows, choice: Choice) -> None:
    """Two clicks: the sign, and a line of its menu."""
    sign = sign_windows(journey, windows)[0]
    hands.click(sign.x + 8, sign.y + 8, button=3)
    menu = wait_for(lambda: sign_windows(journey, windows)[1:] or None, "the menu")[0]
    hands.click(menu.x + 20, menu.y + LINES.index(choice) * HEIGHT + HEIGHT // 2)
    wait_for(lambda: not sign_windows(journey, windows)[1:], "the end of the menu")


def on_disk(journey: Journey) -> bytes:
    """Every byte below the folder of episodes, as far as it is there when it is read."""
    found = b""
    for path in journey.paths.episodes.rglob("*"):
        with suppress(FileNotFoundError, IsADirectoryError):
            found += path.read_bytes()
    return found


def keys(journey: Journey) -> int:
    return sum(isinstance(item, Key) for item in journey.stored())


def test_delete_and_withdraw_from_the_menu(
    journey: Journey, hands: Injector, windows: Windows
) -> None:
    journey.consent()
    journey.agent({"BROWSER": "/bin/true"})
    journey.open("xterm", "-T", "shell")
    window = windows.wait("shell")
    windows.activate(window.id)
    journey.until("recording")
    hands.type("secret")
    wait_for(lambda: keys(journey) >= 12, "what was typed on the disk")
    segments = [p for p in journey.paths.episodes.rglob("*.seg") if p.stat().st_size]
    sealed = [p.read_bytes()[-64:] for p in segments]
    choose(journey, hands, windows, Choice.DELETE_5)
    assert sealed
    wait_for(lambda: not any(part in on_disk(journey) for part in sealed), "the bytes to go")
    journey.until("recording")
    choose(journey, hands, windows, Choice.WITHDRAW)
    wait_for(lambda: not journey.paths.grant.exists(), "the end of the consent")
    try:
        wait_for(door(journey.paths).exists, "the page that asks about the rest")
    finally:
        pid = holder(journey.paths.runtime / "page.lock")
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
    journey.until("blocked", "grant")
