"""Whether the page a browser speaks of may be recorded, and why not. Pure.

Open only with a fresh, complete, not private report of the very process that owns the window in
front, of a designated site, under the title that the window shows. Anything else is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND, SECOND, Nanos, Rect
from nodreel.gate.context import Insight, Mask, Tab
from nodreel.gate.sites import site_of, templated
from nodreel.rects import intersect
from nodreel.scene import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    from nodreel.policy import DesignatedSite
    from nodreel.scene import Page, Window

FRESH = 5 * SECOND
"""A report holds for so long; browsers repeat theirs every two seconds."""
UNDECIDED = 1500 * MILLISECOND
"""For so long a changed title may wait for the browser to say that the page is the same."""
LAID_OUT = 100 * MILLISECOND
"""A report that came sooner after its window changed size may speak of the old one.

Or, with the window moved so soon before or after it, of the old place as well as of the new one.
"""
MEASURED = 2 * SECOND
"""By then after a move a page has measured anew where it lies; it does so every second."""
BACK = SECOND
"""A secret field may have had the keyboard for so long before that is known."""
_COMPARED = 200  # characters of a title

SILENT = "The browser's nodreel extension does not answer, so the page is not known."
STALE = "The browser's nodreel extension has not answered for 5 seconds."
ELSEWHERE = "The page in front is not a designated site."
PRIVATE = "A private window is in front; those are never recorded."
LOADING = "The page in front is still loading."
NO_PLACE = "Where the page lies on the screen is not known yet."
RETITLED = "The window's title changed, and the browser has not said yet that the page is the same."


@dataclass(frozen=True, slots=True)
class Told:
    """A browser's last report, and the window in front (id and area) that it speaks of.

    Not ``sure``: the window moved just then, so the places in it may be off.
    """

    page: Page
    window: int
    inner: Rect
    sure: bool = True


def told_of(page: Page, window: Window, moved: Nanos, before: Told | None) -> Told:
    """Return what ``page`` tells of ``window``, which lies where it does since ``moved``.

    Until it is measured anew, a page repeats the place that it had ``before`` the move.
    """
    last = before if before is not None and before.window == window.id else None
    if (
        last is not None
        and page.viewport == last.page.viewport
        and (last.inner.w, last.inner.h) == (window.inner.w, window.inner.h)
        and page.t < moved + MEASURED
    ):
        return Told(page, window.id, last.inner, last.sure)
    return Told(page, window.id, window.inner, page.t >= moved + LAID_OUT)


def closed(since: Nanos, why: str) -> Insight:
    """Return what is known of a browser window that must not be recorded."""
    return Insight(tab=Tab.CLOSED, since=since, why=why, keyboard=False)


def judge_page(
    told: Told, window: Window, sized: Nanos, sites: Collection[DesignatedSite], now: Nanos
) -> Insight:
    """Judge what was told of the page in ``window``, which has its size since ``sized``."""
    page = told.page
    site = site_of(page.address, sites)
    why = _why_not(told, window, sized, now)
    if why is None and site is None:
        why = ELSEWHERE
    if why is not None or site is None or page.address is None or page.viewport is None:
        return closed(page.t if why == STALE else page.since, why or ELSEWHERE)
    dx, dy = window.inner.x - told.inner.x, window.inner.y - told.inner.y
    secret = page.verdict is Verdict.SECRET
    return Insight(
        tab=Tab.OPEN if same_title(page.title, window.title) else Tab.PENDING,
        since=page.since,
        site=site.id,
        address=templated(page.address),
        title=page.title,
        viewport=_moved(page.viewport, dx, dy),
        keyboard=page.focused,
        verdict=page.verdict if page.focused else Verdict.UNKNOWN,
        verdict_since=page.since if secret else page.t,
        masks=tuple(Mask(page.pid, _moved(mask, dx, dy)) for mask in page.masks),
    )


def _why_not(told: Told, window: Window, sized: Nanos, now: Nanos) -> str | None:
    page = told.page
    if now - page.t > FRESH:
        return STALE
    if page.private:
        return PRIVATE
    if page.address is None:
        return ELSEWHERE
    if not page.complete:
        return LOADING
    resized = (told.inner.w, told.inner.h) != (window.inner.w, window.inner.h)
    if page.viewport is None or not told.sure or resized or page.t < sized + LAID_OUT:
        return NO_PLACE
    return None if intersect(page.viewport, told.inner) == page.viewport else NO_PLACE


def same_title(page: str, window: str) -> bool:
    """Tell whether a window's title is that of the page, with the browser's name behind it.

    A page without a title is shown by its address or not at all: that says nothing.
    """
    told, shown = " ".join(page.split())[:_COMPARED], " ".join(window.split())
    if not told:
        return True
    rest = shown.removeprefix(told)
    return rest != shown and (not rest or len(told) == _COMPARED or rest.startswith((" - ", " — ")))


def _moved(rect: Rect, dx: int, dy: int) -> Rect:
    return Rect(rect.x + dx, rect.y + dy, rect.w, rect.h)
