"""What the pixels must know of the screen: where windows are, and since when."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from typing import TYPE_CHECKING

from nodreel.events import Nanos, Rect
from nodreel.rects import clip, subtract

if TYPE_CHECKING:
    from nodreel.desktop.x11.tree import Tree
    from nodreel.rects import Region
    from nodreel.scene import Scene


class Look:
    """The last scene, seen from one window."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.scene: Scene | None = None

    def area(self, window: int) -> Rect | None:
        """Return where a window's own pixels lie on the desktop; None when it is not shown."""
        found = self.scene.window(window) if self.scene else None
        return found.inner if found and found.inner.w > 0 and found.inner.h > 0 else None

    def seen(self, window: int) -> Region:
        """Return what can be seen of a window now, in desktop pixels."""
        area, scene = self.area(window), self.scene
        if area is None or scene is None:
            return ()
        at = next(i for i, w in enumerate(scene.windows) if w.id == window)
        over = [r for w in scene.windows[at + 1 :] for r in (w.shape or (w.outer,))]
        return subtract(clip((area,), (Rect(0, 0, scene.width, scene.height),)), over)

    def appeared(self, window: int) -> Nanos:
        """Return when it came onto the screen; 0 for before we looked."""
        top = self._tree.tops.get(self._tree.home.get(window, window))
        return Nanos(top.appeared) if top else Nanos(0)
