"""The marks of the sign: one window on each monitor, all alike, which the person can pull about.

The first is the sign's own and stays for as long as it lives; the others come and go with monitors.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import xcffib.xproto
from xcffib.xproto import CW, ConfigWindow, EventMask, StackMode

from nodreel.events import Rect
from nodreel.rects import intersect
from nodreel.sign import screen

if TYPE_CHECKING:
    from nodreel.sign.canvas import Canvas
    from nodreel.sign.looks import Look
    from nodreel.sign.place import Place

_CARDINAL, _STRING = 6, 31
_LISTEN = (
    EventMask.ButtonPress | EventMask.ButtonRelease | EventMask.ButtonMotion
    | EventMask.VisibilityChange
)  # fmt: skip


class Marks:
    """Mapped as soon as they are dressed."""

    def __init__(self, connection: Any, root: int, canvas: Canvas, place: Place) -> None:
        self._x, self._root, self._canvas, self._place = connection, root, canvas, place
        self._size = (0, 0)
        self._monitors: list[Rect] = []
        self.ids: list[int] = []

    @property
    def height(self) -> int:
        """Of each of them, in pixels."""
        return self._size[1]

    def monitor(self, mark: int) -> Rect:
        """Return the monitor that a mark stands on."""
        return self._monitors[self.ids.index(mark)]

    def at(self, mark: int) -> tuple[int, int]:
        """Return where it stands: its top left on the desktop."""
        return screen.spot(self.monitor(mark), self._size, self._canvas.scale, self._place.share)

    def dress(self, look: Look) -> None:
        """Give each its picture, size and place; the server repaints them by itself."""
        self._size = self._canvas.size(look)
        self._monitors = self._bare(screen.monitors(self._x, self._root))
        while len(self.ids) < len(self._monitors):
            self.ids.append(self._create())
        while len(self.ids) > len(self._monitors):
            self._x.core.DestroyWindow(self.ids.pop())
        picture = self._canvas.draw(look)
        for mark in self.ids:
            self._x.core.ChangeWindowAttributes(mark, CW.BackPixmap, [picture])
            self._put(mark, self.at(mark))
            self._x.core.ClearArea(False, mark, 0, 0, 0, 0)
            self._x.core.MapWindow(mark)
        self._x.core.FreePixmap(picture)

    def pull(self, mark: int, x: int, y: int) -> None:
        """Let one follow the pointer, whole and on its monitor; the others stay for now."""
        share = screen.share_of(self.monitor(mark), self._size, (x, y))
        self._put(mark, screen.spot(self.monitor(mark), self._size, self._canvas.scale, share))

    def leave(self, mark: int, x: int, y: int) -> None:
        """Let it stand where it was pulled to, and all others in the same place of theirs."""
        self._place.keep(screen.share_of(self.monitor(mark), self._size, (x, y)))
        for one in self.ids:
            self._put(one, self.at(one))

    def raise_(self) -> None:
        """Bring them above everything else."""
        for mark in reversed(self.ids):
            self._x.core.ConfigureWindow(mark, ConfigWindow.StackMode, [StackMode.Above])

    def _bare(self, monitors: list[Rect]) -> list[Rect]:
        """Leave out a monitor that shows the mark of one before it: two would cover each other."""
        share, chosen, marks = self._place.share, list[Rect](), list[Rect]()
        for monitor in monitors:
            if not any(intersect(mark, monitor) == mark for mark in marks):
                at = screen.spot(monitor, self._size, self._canvas.scale, share)
                chosen.append(monitor)
                marks.append(Rect(*at, *self._size))
        return chosen

    def _put(self, mark: int, at: tuple[int, int]) -> None:
        where = ConfigWindow.X | ConfigWindow.Y | ConfigWindow.Width | ConfigWindow.Height
        x, y = (one & 0xFFFFFFFF for one in at)
        self._x.core.ConfigureWindow(mark, where, [x, y, *self._size])

    def _create(self) -> int:
        mark: int = self._x.generate_id()
        depth, same = 0, 0  # as the root has it
        self._x.core.CreateWindow(
            depth, mark, self._root, 0, 0, *self._size, 0,
            xcffib.xproto.WindowClass.InputOutput, same,
            CW.OverrideRedirect | CW.EventMask, [1, _LISTEN],
        )  # fmt: skip
        self._property(mark, "WM_NAME", _STRING, 8, b"nodreel sign")
        self._property(mark, "WM_CLASS", _STRING, 8, b"nodreel-sign\0nodreel\0")
        pid = os.getpid().to_bytes(4, sys.byteorder)
        self._property(mark, "_NET_WM_PID", _CARDINAL, 32, pid)
        return mark

    def _property(self, mark: int, name: str, kind: int, width: int, value: bytes) -> None:
        atom = self._x.core.InternAtom(False, len(name), name).reply().atom
        count = len(value) * 8 // width
        replace = xcffib.xproto.PropMode.Replace
        self._x.core.ChangeProperty(replace, mark, atom, kind, width, count, value)
