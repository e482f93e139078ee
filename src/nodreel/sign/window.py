"""The sign's window: above everything, out of the way, honest about clicks."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

import xcffib
import xcffib.randr
import xcffib.xproto
from xcffib.xproto import CW, ConfigWindow, EventMask, StackMode

from nodreel.errors import UnsupportedError
from nodreel.events import SECOND, Nanos
from nodreel.sign import screen
from nodreel.sign.canvas import Canvas
from nodreel.sign.popup import Popup
from nodreel.sign.shortcut import Shortcut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.sign.chord import Chord
    from nodreel.sign.looks import Look
    from nodreel.sign.menu import Entry
    from nodreel.sign.raising import Raising

FOREVER: Final = Nanos(3600 * SECOND)
_XCB: Any = xcffib
_SENT = 0x80
_LEFT, _RIGHT = 1, 3
_CARDINAL, _STRING = 6, 31
_OTHERS_CHANGED = (
    xcffib.xproto.ConfigureNotifyEvent,
    xcffib.xproto.MapNotifyEvent,
    xcffib.xproto.CirculateNotifyEvent,
    xcffib.xproto.ReparentNotifyEvent,
)


class SignWindow:
    """Maps itself at once. Raises UnsupportedError without an X11 display."""

    def __init__(self, raising: Raising, look: Look, display: str | None = None) -> None:
        self._raising = raising
        self._x: Any = connect(display)
        self._screen = self._x.get_setup().roots[self._x.pref_screen]
        self._root: int = self._screen.root
        self._scale = screen.scale_of(self._x, self._root)
        self._canvas = Canvas(self._x, self._screen, self._scale)
        self._look = look
        self.id: int = self._x.generate_id()
        self._create()
        self._dress()
        self._popup = Popup(self._x, self._screen, self._canvas)
        self._entries: Sequence[Entry] = ()
        self._shortcut: Shortcut | None = None
        self._x.flush()

    def pause_by(self, chord: Chord | None) -> None:
        """Let these keys pause from anywhere."""
        self._shortcut = Shortcut(self._x, self._root, chord) if chord else None
        self._x.flush()

    @property
    def shortcut(self) -> str:
        """What the menu says of the keys that pause; '' without any."""
        return self._shortcut.words if self._shortcut else ""

    @property
    def fd(self) -> int:
        """Becomes readable when there may be events."""
        number: int = self._x.get_file_descriptor()
        return number

    def show(self, look: Look) -> None:
        """Show another look; nothing is drawn when it is the same."""
        if look != self._look:
            self._look = look
            self._dress()

    def offer(self, entries: Sequence[Entry]) -> None:
        """Offer this menu to a right click from now on."""
        self._entries = entries

    def chosen(self) -> list[int]:
        """Return the numbers of the entries that were chosen since the last call, by keys too."""
        return [*self._popup.take(), *(self._shortcut.take() if self._shortcut else ())]

    def clicks(self) -> int:
        """Work off what has happened; return how often the person clicked the sign.

        Clicks that another program merely sent (XSendEvent) do not count.
        """
        count = 0
        while (event := self._x.poll_for_event()) is not None:
            count += self._take(event)
        if self._raising.due():
            self._x.core.ConfigureWindow(self.id, ConfigWindow.StackMode, [StackMode.Above])
        self._x.flush()
        return count

    @property
    def patience(self) -> Nanos:
        """For how long nothing has to be done unless something happens."""
        return self._raising.wait() if self._raising.wanted else FOREVER

    def close(self) -> None:
        """Take the sign down."""
        self._x.disconnect()

    def _take(self, event: Any) -> int:
        if self._shortcut is not None and self._shortcut.owns(event):
            return 0
        if self._popup.owns(event):
            self._popup.take_in(event)
        elif isinstance(event, xcffib.xproto.ButtonPressEvent):
            if event.detail == _RIGHT and not event.response_type & _SENT:
                self._open_menu()
            return int(event.detail == _LEFT and not event.response_type & _SENT)
        if isinstance(event, xcffib.xproto.VisibilityNotifyEvent):
            if event.state != xcffib.xproto.Visibility.Unobscured:
                self._raising.want()
        elif isinstance(event, _OTHERS_CHANGED) and event.window not in {self.id, self._popup.id}:
            self._raising.want()  # a compositor hides from us whether we are covered
            if event.window == self._root:
                self._dress()  # the screen has another size
        return 0

    def _open_menu(self) -> None:
        """Open the menu below the sign, so that it never covers it; a second click closes it."""
        monitor = screen.primary(self._x, self._root)
        width, height = self._canvas.size(self._look)
        x, y = screen.corner(monitor, width, self._scale)
        self._popup.toggle(self._entries, monitor, (x, y + height + self._scale))

    def _create(self) -> None:
        mask = CW.OverrideRedirect | CW.EventMask
        listen = EventMask.ButtonPress | EventMask.VisibilityChange
        width, height = self._canvas.size(self._look)
        depth, same = 0, 0  # as the root has it
        self._x.core.CreateWindow(
            depth, self.id, self._root, 0, 0, width, height, 0,
            xcffib.xproto.WindowClass.InputOutput, same, mask, [1, listen],
        )  # fmt: skip
        others = EventMask.SubstructureNotify | EventMask.StructureNotify
        self._x.core.ChangeWindowAttributes(self._root, CW.EventMask, [others])
        self._property("WM_NAME", _STRING, 8, b"nodreel sign")
        self._property("WM_CLASS", _STRING, 8, b"nodreel-sign\0nodreel\0")
        self._property("_NET_WM_PID", _CARDINAL, 32, os.getpid().to_bytes(4, sys.byteorder))
        self._x.core.MapWindow(self.id)

    def _dress(self) -> None:
        """Give the window its picture, size and place; the server repaints it by itself."""
        width, height = self._canvas.size(self._look)
        x, y = screen.corner(screen.primary(self._x, self._root), width, self._scale)
        picture = self._canvas.draw(self._look)
        self._x.core.ChangeWindowAttributes(self.id, CW.BackPixmap, [picture])
        self._x.core.FreePixmap(picture)
        where = ConfigWindow.X | ConfigWindow.Y | ConfigWindow.Width | ConfigWindow.Height
        places = [x & 0xFFFFFFFF, y & 0xFFFFFFFF, width, height]
        self._x.core.ConfigureWindow(self.id, where, places)
        self._x.core.ClearArea(False, self.id, 0, 0, 0, 0)

    def _property(self, name: str, kind: int, width: int, value: bytes) -> None:
        atom = self._x.core.InternAtom(False, len(name), name).reply().atom
        count = len(value) * 8 // width
        replace = xcffib.xproto.PropMode.Replace
        self._x.core.ChangeProperty(replace, self.id, atom, kind, width, count, value)


def connect(display: str | None = None) -> Any:
    """Connect to an X11 server; raises UnsupportedError without one, and for XWayland."""
    if not display and not os.environ.get("DISPLAY"):
        raise UnsupportedError("There is no X11 display to show the recording sign on.")
    try:
        connection = _XCB.connect(display)
    except xcffib.XcffibException as error:
        raise UnsupportedError("The X server does not let the recording sign in.") from error
    name = "XWAYLAND"
    if connection.core.QueryExtension(len(name), name).reply().present:
        connection.disconnect()
        raise UnsupportedError("This is a Wayland session: the sign could be hidden unnoticed.")
    return connection
