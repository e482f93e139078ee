"""Which page may be recorded: fresh, whole, not private, designated, and under its own title."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nodreel.events import Nanos, Rect
from nodreel.gate.context import Insight, Tab
from nodreel.gate.pages import (
    ELSEWHERE,
    LOADING,
    NO_PLACE,
    PRIVATE,
    STALE,
    Told,
    judge_page,
    same_title,
)
from nodreel.scene import Page, Verdict, Window
from tests.scenes import MS, PLACES, SITES, VIEWPORT, page, window

NET = window("net")


def judged(told: Page, shown: Window = NET, *, now: int = 0, sized: int = -1000) -> Insight:
    at = Told(told, NET.id, PLACES["net"])
    return judge_page(at, shown, Nanos(sized * MS), SITES, Nanos(now * MS))


def test_a_page_of_a_designated_site_is_open() -> None:
    found = judged(page(), now=4999)
    assert (found.tab, found.site, found.viewport) == (Tab.OPEN, "wiki", VIEWPORT)
    assert found.address == "https://wiki.example.org/start"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (page(private=True), PRIVATE),
        (page(complete=False), LOADING),
        (page(site=None), ELSEWHERE),
        (page(site="evil"), ELSEWHERE),
        (page(viewport=None), NO_PLACE),
        (page(viewport=Rect(0, 0, 800, 600)), NO_PLACE),
    ],
)
def test_anything_else_is_closed(told: Page, why: str) -> None:
    found = judged(told)
    assert (found.tab, found.why, found.viewport, found.title) == (Tab.CLOSED, why, None, None)


def test_what_was_not_repeated_for_five_seconds_is_stale_since_it_was_last_said() -> None:
    found = judged(page(1000), now=6001)
    assert (found.tab, found.why, found.since) == (Tab.CLOSED, STALE, 1000 * MS)


def test_a_moved_window_takes_page_and_masks_along() -> None:
    moved = replace(NET, inner=Rect(390, 305, 400, 300))
    found = judged(page(masks=(Rect(410, 350, 5, 5),)), moved)
    assert found.viewport == Rect(390, 345, 400, 260)
    assert found.masks == ((400, Rect(400, 355, 5, 5)),)


def test_a_resized_window_waits_for_a_report_made_after_that() -> None:
    assert judged(page(), replace(NET, inner=Rect(400, 300, 399, 300))).why == NO_PLACE
    assert judged(page(99), now=99, sized=0).why == NO_PLACE
    assert judged(page(100), now=100, sized=0).tab is Tab.OPEN


def test_without_the_keyboard_in_the_page_nothing_is_known_of_its_fields() -> None:
    found = judged(page(focused=False))
    assert (found.keyboard, found.verdict) == (False, Verdict.UNKNOWN)


def test_another_title_than_the_windows_is_pending() -> None:
    assert judged(page(title="other")).tab is Tab.PENDING


@pytest.mark.parametrize(
    ("told", "shown", "same"),
    [
        ("Inbox", "Inbox - Chromium", True),
        ("Inbox", "Inbox — Mozilla Firefox", True),
        ("Inbox", "Inbox", True),
        ("  In \n box ", "In box - Chromium", True),
        ("", "localhost/x - Chromium", True),
        ("x" * 300, "x" * 300 + " - Chromium", True),
        ("Inbox", "Inboxes - Chromium", False),
        ("Inbox", "(1) Inbox - Chromium", False),
        ("Inbox", "", False),
    ],
)
def test_titles(told: str, shown: str, same: bool) -> None:
    assert same_title(told, shown) is same
