"""What the gate makes of a moment: whose windows, who has the keyboard, who grabbed it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from nodreel.events import Nanos
from nodreel.gate.apps import designated, no_digest
from nodreel.gate.regions import covers, visible
from nodreel.rects import clip, contains, intersect
from nodreel.scene import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from nodreel.events import Rect
    from nodreel.gate.apps import Digest
    from nodreel.policy import DesignatedApp
    from nodreel.scene import Scene, Window


NEVER = Nanos(0)


class Grab(Enum):
    """Who holds the keyboard by a grab."""

    NONE = auto()
    MENU = auto()  # a popup of the focused designated app is open
    SECRET = auto()  # anything else: lock screen, password prompt, window switcher


class Tab(Enum):
    """What is known of the tab in front of a browser's window in front."""

    NONE = auto()  # no browser is in front
    OPEN = auto()  # a page of a designated site
    PENDING = auto()  # it was, and the window's title has changed since: the next report decides
    CLOSED = auto()  # anything else


class Mask(NamedTuple):
    """Something secret in a window of process ``pid``; ``rect`` in desktop pixels."""

    pid: int
    rect: Rect


@dataclass(frozen=True, slots=True)
class Insight:
    """What browser and accessibility say of the window in front; nothing said is nothing known.

    ``since`` tells how far back the tab's state goes, ``verdict_since`` how far the verdict's;
    both at most the moment they became known. ``popups`` are windows opened from the page.
    """

    tab: Tab = Tab.NONE
    since: Nanos = NEVER
    site: str = ""
    address: str | None = None
    title: str | None = None
    viewport: Rect | None = None
    popups: frozenset[int] = frozenset()
    keyboard: bool = True
    verdict: Verdict = Verdict.UNKNOWN
    verdict_since: Nanos = NEVER
    masks: tuple[Mask, ...] = ()
    why: str | None = None


NOTHING = Insight()


@dataclass(frozen=True, slots=True)
class Context:
    """A scene, judged. ``owners`` maps window ids to app ids and holds designated windows only.

    Of the windows in ``areas`` only that part (desktop pixels) is designated: a browser's page.
    While its bars have the keyboard that is blank: what they suggest may lie over the page.
    ``shut``: nothing may be recorded then, whatever is in front.
    """

    scene: Scene
    owners: Mapping[int, str]
    focus_app: str | None
    grab: Grab
    insight: Insight
    areas: Mapping[int, Rect]
    t: Nanos
    shut: bool = False

    @property
    def open(self) -> bool:
        """Whether a designated app (in a browser: site) is in front in an unlocked session."""
        return self.focus_app is not None and not self.scene.locked and not self.shut

    @property
    def pending(self) -> bool:
        """Whether only the browser's next report will tell if the page is still designated."""
        return self.insight.tab is Tab.PENDING

    @property
    def title(self) -> str | None:
        """Title of the window (of a browser: the page) in front, only where it is designated."""
        if self.insight.tab is not Tab.NONE:
            return self.insight.title
        window = self.scene.window(self.scene.focus) if self.focus_app else None
        return window.title if window else None

    @property
    def masks(self) -> tuple[Rect, ...]:
        """Desktop pixels inside designated windows that must stay blank."""
        found = uncovered(self.scene, self.insight.masks)
        return found if self.insight.keyboard else (*found, *self.areas.values())

    def owner_at(self, x: int, y: int) -> str | None:
        """Return the app whose own area shows at (x, y); None for a frame, another app, nothing."""
        for window in reversed(self.scene.windows):
            if any(contains(rect, x, y) for rect in covers(window)):
                own = self.areas.get(window.id, window.inner)
                return self.owners.get(window.id) if contains(own, x, y) else None
        return None


def uncovered(scene: Scene, masks: Collection[Mask]) -> tuple[Rect, ...]:
    """Return what of ``masks`` shows in a scene: what lies on top of a secret field is not one."""
    found: list[Rect] = []
    for pid in {mask.pid for mask in masks}:
        own = {w.id for w in scene.windows if w.process and w.process.pid == pid}
        rects = {mask.rect for mask in masks if mask.pid == pid}
        found += (r for shown in visible(scene, own).values() for r in clip(rects, shown))
    return tuple(found)


def context_of(
    scene: Scene,
    apps: Iterable[DesignatedApp],
    digest: Digest = no_digest,
    insight: Insight = NOTHING,
    t: Nanos | None = None,
) -> Context:
    """Judge a scene by the designated apps and by what is known of the window in front at ``t``."""
    known = tuple(apps)
    owners, areas = {}, {}
    for window in scene.windows:
        app = designated(window.process, known, digest)
        if app is None:
            continue
        if app.browser is not None:
            area = _page(window, scene, insight)
            if area is None:
                continue
            areas[window.id] = area
        elif window.popup and insight.verdict is Verdict.SECRET and _beside(window, scene):
            continue  # what an app shows beside a secret field may be what was typed
        owners[window.id] = app.id
    focus = scene.window(scene.focus)
    focus_app = owners.get(focus.id) if focus is not None and not focus.popup else None
    grab = _grab(scene, focus, focus_app)
    return Context(scene, owners, focus_app, grab, insight, areas, scene.t if t is None else t)


def _page(window: Window, scene: Scene, insight: Insight) -> Rect | None:
    """Return the part of a browser's window that is a designated page or opened from one."""
    if insight.tab not in {Tab.OPEN, Tab.PENDING} or insight.viewport is None:
        return None
    if window.popup:
        shown = window.id in insight.popups and insight.keyboard
        return window.inner if shown and insight.verdict is not Verdict.SECRET else None
    return intersect(window.inner, insight.viewport) if window.id == scene.focus else None


def _beside(popup: Window, scene: Scene) -> bool:
    focus = scene.window(scene.focus)
    return focus is not None and popup.process == focus.process


def _grab(scene: Scene, focus: Window | None, focus_app: str | None) -> Grab:
    if not scene.grabbed:
        return Grab.NONE
    if focus is None or focus_app is None:
        return Grab.SECRET
    menu = any(w.popup and w.process == focus.process for w in scene.windows)
    return Grab.MENU if menu else Grab.SECRET
