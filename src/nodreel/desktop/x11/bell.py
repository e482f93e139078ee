"""A connection of its own that rings when another window becomes the active one.

What happens on the desktop comes on one connection, so that it keeps its order; whoever does not
want to be woken by each key there listens for this.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from nodreel.desktop.x11.connection import Connection
from nodreel.desktop.x11.tree import EVENT_MASK, PROPERTY_CHANGE


class Bell:
    """``fd`` becomes readable when it rings; ``quiet`` makes it ready to ring again."""

    def __init__(self, display: str | None) -> None:
        self._x = Connection(display)
        # Window managers write _NET_ACTIVE_WINDOW into the root, and hardly anything else.
        self._x.core.ChangeWindowAttributes(self._x.root, EVENT_MASK, [PROPERTY_CHANGE])
        self._x.x.flush()

    @property
    def fd(self) -> int:
        """What to wait on."""
        return self._x.fd

    def quiet(self) -> None:
        """Take what rang; it is only a reason to look."""
        for _ in self._x.events():
            pass

    def close(self) -> None:
        """Disconnect; may be called twice."""
        self._x.close()
