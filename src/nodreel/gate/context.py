"""What the gate makes of a scene: whose windows, who has the keyboard, who grabbed it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from nodreel.gate.apps import designated, no_digest
from nodreel.gate.regions import covers
from nodreel.rects import contains

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nodreel.events import Nanos
    from nodreel.gate.apps import Digest
    from nodreel.policy import DesignatedApp
    from nodreel.scene import Scene, Window


class Grab(Enum):
    """Who holds the keyboard by a grab."""

    NONE = auto()
    MENU = auto()  # a popup of the focused designated app is open
    SECRET = auto()  # anything else: lock screen, password prompt, window switcher


@dataclass(frozen=True, slots=True)
class Context:
    """A scene, judged. ``owners`` maps window ids to app ids and holds designated windows only."""

    scene: Scene
    owners: Mapping[int, str]
    focus_app: str | None
    grab: Grab

    @property
    def t(self) -> Nanos:
        """When this became known."""
        return self.scene.t

    @property
    def open(self) -> bool:
        """Whether a designated app is in front in an unlocked session."""
        return self.focus_app is not None and not self.scene.locked

    @property
    def title(self) -> str | None:
        """Title of the window in front, only where that window is designated."""
        window = self.scene.window(self.scene.focus) if self.focus_app else None
        return window.title if window else None

    def owner_at(self, x: int, y: int) -> str | None:
        """Return the app whose own area shows at (x, y); None for a frame, another app, nothing."""
        for window in reversed(self.scene.windows):
            if any(contains(rect, x, y) for rect in covers(window)):
                return self.owners.get(window.id) if contains(window.inner, x, y) else None
        return None


def context_of(scene: Scene, apps: Iterable[DesignatedApp], digest: Digest = no_digest) -> Context:
    """Judge a scene by the designated apps."""
    known = tuple(apps)
    owners = {}
    for window in scene.windows:
        app = designated(window.process, known, digest)
        if app is not None:
            owners[window.id] = app.id
    focus = scene.window(scene.focus)
    focus_app = owners.get(focus.id) if focus is not None and not focus.popup else None
    return Context(scene, owners, focus_app, _grab(scene, focus, focus_app))


def _grab(scene: Scene, focus: Window | None, focus_app: str | None) -> Grab:
    if not scene.grabbed:
        return Grab.NONE
    if focus is None or focus_app is None:
        return Grab.SECRET
    menu = any(w.popup and w.process == focus.process for w in scene.windows)
    return Grab.MENU if menu else Grab.SECRET
