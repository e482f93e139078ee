"""What the pixels must know of the screen: where windows are, under what, since when."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nodreel.events import Nanos, Rect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.desktop.x11.tree import Tree
    from nodreel.scene import Scene

assert sys.platform == "linux"

_NOTHING = Rect(0, 0, 0, 0)


class Look:
    """The last scene, seen from one window."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.scene: Scene | None = None

    @property
    def screen(self) -> Rect:
        """The whole desktop."""
        return Rect(0, 0, self.scene.width, self.scene.height) if self.scene else _NOTHING

    def area(self, window: int) -> Rect | None:
        """Where a window's own pixels lie on the desktop; None when it is not on the screen."""
        found = self.scene.window(window) if self.scene else None
        return found.inner if found and found.inner.w > 0 and found.inner.h > 0 else None

    def above(self, window: int) -> Iterator[Rect]:
        """Yield what the windows over it cover."""
        windows = self.scene.windows if self.scene else ()
        at = next((i for i, w in enumerate(windows) if w.id == window), len(windows))
        for other in windows[at + 1 :]:
            yield from other.shape if other.shape is not None else (other.outer,)

    def appeared(self, window: int) -> Nanos:
        """When it came onto the screen; 0 for before we looked."""
        top = self._tree.tops.get(self._tree.home.get(window, window))
        return Nanos(top.appeared) if top else Nanos(0)
