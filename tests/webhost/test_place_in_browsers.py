"""Where a page lies, against the real pixels: never one of the browser's own, or of another tab."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from nodreel.events import Rect
from nodreel.rects import intersect
from tests.bed.browsers import CHROMIUM, FIREFOX
from tests.bed.waiting import wait_for
from tests.webhost.live import Live

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.ipc import web

pytestmark = pytest.mark.browser

PINK, BLUE, GREEN = 0xFF60A0, 0x00A0FF, 0x00FF9A  # spa.html, index.html, login.html
NEW = {CHROMIUM: "New Tab", FIREFOX: "Mozilla Firefox"}  # titles of an empty tab
PLACES = (Rect(40, 60, 900, 700), Rect(203, 77, 1003, 701), Rect(101, 13, 853, 805))


def pixels(live: Live, colour: int) -> np.ndarray:  # type: ignore[type-arg]
    bgr = (colour & 255, colour >> 8 & 255, colour >> 16)
    return np.asarray((live.eyes.screen() == bgr).all(axis=2))


def painted(live: Live, colour: int) -> tuple[int, int, int, int] | None:
    """Return the box in which that colour covers most of the rows and columns."""
    found = pixels(live, colour)
    rows, columns = np.flatnonzero(found.sum(1) > 200), np.flatnonzero(found.sum(0) > 200)
    if not rows.size or not columns.size:
        return None
    return (int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)


def agree(live: Live, *, slack: int = 0) -> web.Box:
    """Wait until what is told and what is painted are the same, but for some pixels at the edges.

    What is told never reaches beyond what is painted.
    """

    def same() -> web.Box | None:
        told, seen = live.last().viewport, painted(live, PINK)
        if told is None or seen is None:
            return None
        inner, outer = Rect(*told), Rect(*seen)
        near = abs(inner.w - outer.w) <= slack and abs(inner.h - outer.h) <= slack
        return told if intersect(inner, outer) == inner and near else None

    return wait_for(same, f"{live.last().viewport} to be {painted(live, PINK)}", 10)


@pytest.mark.parametrize("kind", [CHROMIUM, FIREFOX])
def test_the_page_is_known_to_the_pixel(tmp_path: Path, kind: str) -> None:
    with Live(tmp_path, kind) as live:
        live.permit()
        agree(live)
        for place in PLACES:  # no pointer moves over it in between
            live.windows.place(live.window.id, place)
            agree(live)
        live.hands.tap("Control_L", "plus")
        agree(live, slack=4)
        live.windows.place(live.window.id, PLACES[0])
        agree(live, slack=4)
        live.hands.tap("Control_L", "0")
        agree(live)
        live.hands.tap("F11")
        wait_for(lambda: live.last().viewport == (0, 0, *live.bed.size), "a full screen")


@pytest.mark.parametrize(("factor", "slack"), [("2", 0), ("1.5", 4)])
def test_scaled_pages_are_known_too(tmp_path: Path, factor: str, slack: int) -> None:
    with Live(tmp_path, CHROMIUM, f"--force-device-scale-factor={factor}") as live:
        live.permit()
        agree(live, slack=slack)


def test_before_the_pointer_was_there_chromium_says_no_place(tmp_path: Path) -> None:
    with Live(tmp_path, CHROMIUM) as live:
        live.hands.move(live.bed.size[0] - 1, live.bed.size[1] - 1)
        live.agent.allowed = True
        live.until("a page", lambda said: said.address, 0)
        assert live.until("a heartbeat", lambda _: True).viewport is None


@pytest.mark.parametrize("kind", [CHROMIUM, FIREFOX])
def test_when_a_page_opens_the_one_before_is_no_longer_painted(tmp_path: Path, kind: str) -> None:
    """A tab of another site, green; ours, blue; what is told to be blue has no green pixel."""
    with Live(tmp_path, kind) as live:
        live.permit()
        live.go("index.html")
        live.hands.tap("Control_L", "t")
        live.until("a new tab", lambda said: not said.address)
        live.windows.wait(NEW[kind], live.browser.pid)
        live.leave(live.web.theirs("login.html"), "Log in")
        wait_for(lambda: painted(live, GREEN), "a green page")
        for _ in range(8):
            mark = live.mark
            live.tab(1)
            told = live.until("our tab", lambda said: said.address and said.viewport, mark)
            began = time.time() * 1e3
            assert told.since_ms <= began
            assert not pixels(live, GREEN).any()
            mark = live.mark
            live.tab(2)
            live.until("the other tab", lambda said: not said.address, mark)
            wait_for(lambda: painted(live, GREEN), "a green page")
