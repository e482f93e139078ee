"""The sign's own menu, for desktops without a tray: opened by a right click, beside the sign.

It grabs neither pointer nor keyboard, so it is in nobody's way: it closes when something is chosen,
when the pointer leaves it, or at a second click on the sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xcffib
import xcffib.xproto
from xcffib.xproto import CW, ConfigWindow, EventMask, StackMode

from nodreel.sign.canvas import HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.events import Rect
    from nodreel.sign.canvas import Canvas
    from nodreel.sign.menu import Entry

_SENT = 0x80
_LEFT, _RIGHT = 1, 3
_APART = 1  # pixels between a mark and its menu
_OURS = (
    xcffib.xproto.ButtonPressEvent,
    xcffib.xproto.MotionNotifyEvent,
    xcffib.xproto.EnterNotifyEvent,
    xcffib.xproto.LeaveNotifyEvent,
)


class Popup:
    """One menu window, unmapped until it is opened."""

    def __init__(self, connection: Any, screen: Any, canvas: Canvas) -> None:
        self._x = connection
        self._canvas = canvas
        self._entries: tuple[Entry, ...] = ()
        self._line: int | None = None
        self._open = False
        self._chosen: list[int] = []
        self.id: int = self._x.generate_id()
        listen = (
            EventMask.ButtonPress | EventMask.PointerMotion
            | EventMask.EnterWindow | EventMask.LeaveWindow
        )  # fmt: skip
        self._x.core.CreateWindow(
            0, self.id, screen.root, 0, 0, 1, 1, 0, xcffib.xproto.WindowClass.InputOutput, 0,
            CW.OverrideRedirect | CW.EventMask, [1, listen],
        )  # fmt: skip

    def owns(self, event: Any) -> bool:
        """Whether the pointer did something in this window."""
        return isinstance(event, _OURS) and event.event == self.id

    def toggle(
        self, entries: Sequence[Entry], monitor: Rect, at: tuple[int, int], height: int
    ) -> None:
        """Open with these entries below a mark of that height at ``at``, or above it; or close."""
        if self._open or not entries:
            self._shut()
            return
        self._entries, self._line, self._open = tuple(entries), None, True
        wide, high = self._canvas.menu_size(self._entries)
        x = max(monitor.x, min(at[0], monitor.x + monitor.w - wide))
        y = at[1] + height + _APART
        if y + high > monitor.y + monitor.h:
            y = max(monitor.y, at[1] - _APART - high)
        where = ConfigWindow.X | ConfigWindow.Y | ConfigWindow.Width | ConfigWindow.Height
        self._x.core.ConfigureWindow(
            self.id, where | ConfigWindow.StackMode,
            [x & 0xFFFFFFFF, y & 0xFFFFFFFF, wide, high, StackMode.Above],
        )  # fmt: skip
        self._paint()
        self._x.core.MapWindow(self.id)

    def take_in(self, event: Any) -> None:
        """Follow the pointer; choose at a real click on an entry that is enabled."""
        if isinstance(event, xcffib.xproto.LeaveNotifyEvent):
            self._shut()
        elif isinstance(event, xcffib.xproto.ButtonPressEvent):
            entry = self._at(event.event_y)
            real = event.detail in {_LEFT, _RIGHT} and not event.response_type & _SENT
            if real and self._open and entry is not None and entry.enabled and entry.label:
                self._chosen.append(entry.id)
                self._shut()
        elif self._open:
            line = event.event_y // self._height()
            if line != self._line:
                self._line = line
                self._paint()

    def take(self) -> list[int]:
        """Return what was chosen since the last call."""
        taken, self._chosen = self._chosen, []
        return taken

    def _at(self, y: int) -> Entry | None:
        line = y // self._height()
        return self._entries[line] if 0 <= line < len(self._entries) else None

    def _height(self) -> int:
        """Return the height of a line in pixels."""
        _, height = self._canvas.menu_size(self._entries)
        return max(1, height // len(self._entries)) if self._entries else HEIGHT

    def _paint(self) -> None:
        picture = self._canvas.draw_menu(self._entries, self._line)
        self._x.core.ChangeWindowAttributes(self.id, CW.BackPixmap, [picture])
        self._x.core.FreePixmap(picture)
        self._x.core.ClearArea(False, self.id, 0, 0, 0, 0)

    def _shut(self) -> None:
        if self._open:
            self._open = False
            self._x.core.UnmapWindow(self.id)
