"""All that the senses last said, put together into contexts. Pure: told everything, asks nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.events import MILLISECOND, SECOND, Button, Key, Move, Nanos, Scroll
from nodreel.gate.apps import designated, no_digest
from nodreel.gate.context import Context, Insight, Mask, Tab, context_of
from nodreel.gate.pages import (
    BACK,
    FRESH,
    LAID_OUT,
    RETITLED,
    SILENT,
    UNDECIDED,
    Told,
    closed,
    judge_page,
    told_of,
)
from nodreel.rects import contains
from nodreel.scene import Verdict

if TYPE_CHECKING:
    from nodreel.events import Event
    from nodreel.gate.apps import Digest
    from nodreel.gate.gate import Rules
    from nodreel.policy import DesignatedApp
    from nodreel.scene import Field, Page, Scene, Window

OPENS: Final = SECOND
"""A menu opened from a page appears within this time after the click or key that opened it."""
LINGERS: Final = Nanos(250 * MILLISECOND)
"""What the bars showed over the page may still be there so long after they lost the keyboard."""
LONG_AGO: Final = Nanos(-SECOND)
MOST: Final = 16  # browsers, and processes with fields, remembered at a time
SECRET: Final = "A password field has the keyboard: neither its keys nor its pixels are kept."  # noqa: S105


class Knowledge:
    """Tell it what was sensed, in order of receipt; it answers with the context from then on."""

    def __init__(self, rules: Rules, digest: Digest = no_digest) -> None:
        self._rules, self._digest = rules, digest
        self._scene: Scene | None = None
        self._context: Context | None = None
        self._told: dict[tuple[int, int], Told] = {}
        self._fields: dict[int, Field] = {}
        self._front_since = Nanos(0)
        self._sized = self._moved = LONG_AGO
        self._retitled: Nanos | None = None
        self._barred = LONG_AGO  # when the bars of the browser in front last had the keyboard
        self._pointer = (-1, -1)
        self._opener: Nanos | None = None  # when a click or key last may have opened a menu
        self._popups: frozenset[int] = frozenset()

    @property
    def front(self) -> Window | None:
        """The window in front if it is one of a designated app that is not a browser."""
        app = self._app()
        return None if app is None or app.browser is not None else self._window()

    def scene(self, scene: Scene) -> Context:
        """Take in how the desktop looks from now on."""
        before, self._scene = self._scene, scene
        old = before.window(before.focus) if before else None
        new = scene.window(scene.focus)
        if old is None or new is None or (old.id, old.process) != (new.id, new.process):
            self._front_since, self._retitled = scene.t, None
            self._sized = self._moved = LONG_AGO
        elif (old.inner.w, old.inner.h) != (new.inner.w, new.inner.h):
            self._sized = scene.t
        elif old.inner != new.inner:
            self._note_move(old, scene.t)
        shown = {w.process.pid for w in scene.windows if w.process}
        self._fields = {pid: field for pid, field in self._fields.items() if pid in shown}
        self._note_popups(scene, before)
        return self._judge(scene.t)

    def page(self, page: Page) -> Context | None:
        """Take in what a browser reports of its window in front; None when it changes nothing.

        A browser whose window is not in front speaks of something else: that counts for nothing.
        """
        window, key = self._window(), (page.pid, page.start)
        before = self._told.pop(key, None)
        process = window.process if window else None
        if window is None or process is None or (process.pid, process.start) != key:
            return self.tick(page.t)
        self._told[key] = told_of(page, window, self._moved, before)
        while len(self._told) > MOST:
            del self._told[next(iter(self._told))]
        return self.tick(page.t)

    def field(self, field: Field) -> Context | None:
        """Take in what accessibility reports; None when that changes nothing."""
        self._fields.pop(field.pid, None)
        self._fields[field.pid] = field
        while len(self._fields) > MOST:
            del self._fields[next(iter(self._fields))]
        return self.tick(field.t)

    def input(self, event: Event) -> None:
        """Take note of where the pointer is and of what may open a menu, kept or not."""
        context = self._context
        if context is None or context.insight.tab is Tab.NONE:
            return
        if isinstance(event, Move | Button | Scroll):
            self._pointer = (event.x, event.y)
        if isinstance(event, Button) and event.press:
            self._opener = event.t if self._over_page(context) else None
        elif isinstance(event, Key) and event.press:
            self._opener = event.t if context.insight.keyboard else None

    def tick(self, now: Nanos) -> Context | None:
        """Let time pass: reports get stale. None when that changes nothing."""
        before = self._context
        if before is None:
            return None
        after = self._judge(now)
        if after.scene is before.scene and _alike(after.insight, before.insight):
            self._context = before
            return None
        return after

    def due(self) -> Nanos | None:
        """Return when ``tick`` is next worth calling, None for never."""
        context = self._context
        if context is None or context.insight.tab not in {Tab.OPEN, Tab.PENDING}:
            return None
        told = self._told_of(self._window())
        ends = [told.page.t + FRESH] if told else []
        if self._retitled is not None:
            ends.append(self._retitled + UNDECIDED)
        if context.t - self._barred < LINGERS:
            ends.append(self._barred + LINGERS)
        return Nanos(min(ends) + 1) if ends else None

    def _judge(self, now: Nanos) -> Context:
        scene = self._scene
        if scene is None:
            raise ValueError("nothing was seen yet")
        apps = self._rules.apps.values()
        if self._context is not None:
            now = max(now, self._context.t)  # reports come over other ways than what is seen
        self._context = context_of(scene, apps, self._digest, self._insight(now), now)
        return self._context

    def _window(self) -> Window | None:
        return self._scene.window(self._scene.focus) if self._scene else None

    def _app(self) -> DesignatedApp | None:
        window = self._window()
        if window is None or window.popup:
            return None
        return designated(window.process, self._rules.apps.values(), self._digest)

    def _told_of(self, window: Window | None) -> Told | None:
        process = window.process if window else None
        return self._told.get((process.pid, process.start)) if process else None

    def _insight(self, now: Nanos) -> Insight:
        window, app = self._window(), self._app()
        if window is None or app is None:
            return Insight(masks=self._masks())
        if app.browser is None:
            return self._of_field(window)
        told = self._told_of(window)
        if told is None or told.window != window.id:
            return closed(self._front_since, SILENT)
        sites = self._rules.sites.values()
        found = self._undecided(judge_page(told, window, self._sized, sites, now), now)
        masks = (*found.masks, *self._masks(), *self._behind_bars(found, told.page.pid, now))
        return replace(found, popups=self._popups, masks=masks)

    def _behind_bars(self, found: Insight, pid: int, now: Nanos) -> tuple[Mask, ...]:
        """Return what the bars may still show something over."""
        before = self._context.insight if self._context else found
        if before.tab in {Tab.OPEN, Tab.PENDING} and not before.keyboard:
            self._barred = now
        if found.viewport is None or not found.keyboard or now - self._barred >= LINGERS:
            return ()
        return (Mask(pid, found.viewport),)

    def _undecided(self, found: Insight, now: Nanos) -> Insight:
        """Wait a moment for the browser to explain a new title, no longer."""
        if found.tab is not Tab.PENDING:
            self._retitled = None
            return found
        since = self._retitled = self._retitled or now
        return closed(since, RETITLED) if now - since > UNDECIDED else found

    def _of_field(self, window: Window) -> Insight:
        field = self._fields.get(window.process.pid) if window.process else None
        if field is None or field.t < self._front_since:
            return Insight(verdict_since=self._front_since, masks=self._masks())
        if field.verdict is not Verdict.SECRET:
            return Insight(
                verdict=field.verdict, verdict_since=field.since, masks=self._masks()
            )  # fmt: skip
        hidden = window.inner if field.rect is None else field.rect
        return Insight(
            verdict=Verdict.SECRET,
            verdict_since=Nanos(min(field.since, field.t - BACK)),
            masks=(Mask(field.pid, hidden), *self._masks()),
            why=SECRET,
        )

    def _masks(self) -> tuple[Mask, ...]:
        """Return the bounds of all fields of designated apps that are, or ever were, secret."""
        fields = self._fields.values()
        return tuple(Mask(field.pid, rect) for field in fields for rect in field.masks)

    def _note_move(self, old: Window, t: Nanos) -> None:
        """Take note that the window in front moved; what was told just now may be of after that."""
        self._moved = t
        told, process = self._told_of(old), old.process
        if told is None or process is None or told.inner != old.inner:
            return
        if t < told.page.t + LAID_OUT:
            self._told[(process.pid, process.start)] = replace(told, sure=False)

    def _note_popups(self, scene: Scene, before: Scene | None) -> None:
        """Remember which popups appeared in answer to what was done in the page."""
        shown = {w.id for w in scene.windows if w.popup}
        known = {w.id for w in before.windows if w.popup} if before else shown
        context, opener = self._context, self._opener
        opened = context is not None and opener is not None and scene.t - opener <= OPENS
        new = shown - known if opened and context and not self._over_bars(context) else set[int]()
        self._popups = frozenset((self._popups & shown) | new)

    def _over_page(self, context: Context) -> bool:
        """Tell whether the pointer is on the page or on something opened from it."""
        return context.owner_at(*self._pointer) is not None

    def _over_bars(self, context: Context) -> bool:
        """Tell whether the pointer is on the browser's own bars, where cards of tabs open."""
        window = context.scene.window(context.scene.focus)
        over = window is not None and contains(window.inner, *self._pointer)
        return over and not self._over_page(context)


def _alike(a: Insight, b: Insight) -> bool:
    return replace(a, verdict_since=b.verdict_since) == b
