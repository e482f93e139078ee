"""What was learnt after a moment and still says something about it. Pure.

A browser reports a page, and accessibility a password field, up to about 400 ms after the first key
went there. Reports say how far back they reach; this is where that is believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND
from nodreel.gate.context import Context, Tab, uncovered
from nodreel.gate.pages import BACK
from nodreel.scene import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.events import Nanos, Rect
    from nodreel.gate.timeline import Timeline

EARLIER = 250 * MILLISECOND
"""The bars may show something so long before the browser's own time of losing the keyboard."""


def page_held(timeline: Timeline, number: int, t: Nanos, slack: int = 0) -> bool:
    """Tell whether the page of context ``number`` was still in front, and designated, at ``t``.

    A report that closes reaches ``slack`` further back than it says.
    """
    context = timeline[number]
    if context.insight.tab is Tab.NONE:
        return True
    held = not context.pending
    for later in timeline.later(number):
        insight = later.insight
        if insight.tab is Tab.CLOSED and insight.since - slack <= t:
            return False
        held |= insight.tab is Tab.OPEN and insight.since <= t
    return held


def settled(timeline: Timeline, number: int, t: Nanos) -> Context:
    """Return the context that says which page was in front at ``t``, once that was decided."""
    context = timeline[number]
    if context.pending:
        for later in timeline.later(number):
            if later.insight.tab is Tab.OPEN and later.insight.since <= t:
                return later
    return context


def bars_had(timeline: Timeline, number: int, t: Nanos, slack: int) -> bool:
    """Tell whether the browser's own bars may have had the keyboard at ``t`` already.

    A report that the page lost it comes after the first keys, and reaches ``slack`` further back
    than it says.
    """
    return any(
        later.insight.tab is not Tab.NONE
        and not later.insight.keyboard
        and later.insight.since - slack <= t
        for later in timeline.later(number)
    )


def verdict_at(timeline: Timeline, number: int, t: Nanos) -> Verdict:
    """Return what is now known of what had the keyboard at ``t``; secret if anything says so."""
    before: Verdict = timeline[number].insight.verdict
    found = before
    if before is Verdict.SECRET:
        return before
    for later in timeline.later(number):
        insight = later.insight
        if insight.verdict is Verdict.SECRET:
            if _reach(later) <= t:
                return Verdict.SECRET
        elif insight.verdict_since <= t:
            found = insight.verdict
    return found


def masks_at(timeline: Timeline, number: int, done: Nanos) -> tuple[Rect, ...]:
    """Return what must be blank in pixels that had arrived at ``done``."""
    context = timeline[number]
    masks = set(context.insight.masks)
    beside: tuple[Rect, ...] = ()
    for later in _soon(timeline, number, done):
        masks.update(later.insight.masks)
        if later.insight.verdict is Verdict.SECRET or not later.insight.keyboard:
            beside = tuple(_popups(context))
    if bars_had(timeline, number, done, EARLIER):
        beside += tuple(context.areas.values())
    return (*uncovered(context.scene, masks), *beside)


def _soon(timeline: Timeline, number: int, t: Nanos) -> Iterator[Context]:
    for later in timeline.later(number):
        if later.t > t + BACK:
            return
        yield later


def _popups(context: Context) -> Iterator[Rect]:
    """Yield the bounds of what the app in front shows beside its window."""
    for window in context.scene.windows:
        if window.popup and context.owners.get(window.id) == context.focus_app:
            yield window.inner


def _reach(context: Context) -> int:
    """Return since when a secret field may have had the keyboard; a second at least.

    A browser names the key or click that led there. Accessibility says how late it may have told.
    """
    return min(context.t - BACK, context.insight.verdict_since)
