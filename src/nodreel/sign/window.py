"""The sign's windows: above everything, out of the way, honest about clicks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import xcffib
import xcffib.xproto
from xcffib.xproto import CW, EventMask

from nodreel.errors import UnsupportedError
from nodreel.events import SECOND, Nanos
from nodreel.sign import screen
from nodreel.sign.canvas import Canvas
from nodreel.sign.frame import Frame
from nodreel.sign.looks import RED
from nodreel.sign.marks import Marks
from nodreel.sign.place import Place
from nodreel.sign.popup import Popup
from nodreel.sign.pulling import Pulling
from nodreel.sign.shortcut import Shortcut

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nodreel.events import Rect
    from nodreel.sign.chord import Chord
    from nodreel.sign.looks import Look
    from nodreel.sign.menu import Entry
    from nodreel.sign.raising import Raising

FOREVER: Final = Nanos(3600 * SECOND)
_XCB: Any = xcffib
_SENT = 0x80
_LEFT, _RIGHT = 1, 3
_OTHERS_CHANGED = (
    xcffib.xproto.ConfigureNotifyEvent,
    xcffib.xproto.MapNotifyEvent,
    xcffib.xproto.CirculateNotifyEvent,
    xcffib.xproto.ReparentNotifyEvent,
)
_BY_HAND = (
    xcffib.xproto.ButtonPressEvent,
    xcffib.xproto.MotionNotifyEvent,
    xcffib.xproto.ButtonReleaseEvent,
)


class SignWindow:
    """Maps itself at once. Raises UnsupportedError without an X11 display.

    ``kept``: the folder in which it is kept where the person put it.
    """

    def __init__(
        self, raising: Raising, look: Look, display: str | None = None, kept: Path | None = None
    ) -> None:
        self._raising = raising
        self._x: Any = connect(display)
        self._screen = self._x.get_setup().roots[self._x.pref_screen]
        self._root: int = self._screen.root
        self._scale = screen.scale_of(self._x, self._root)
        self._canvas = Canvas(self._x, self._screen, self._scale)
        self._look = look
        self._marks = Marks(self._x, self._root, self._canvas, Place(kept))
        others = EventMask.SubstructureNotify | EventMask.StructureNotify
        self._x.core.ChangeWindowAttributes(self._root, CW.EventMask, [others])
        self._monitors_changed = screen.hear_of_monitors(self._x, self._root)
        self._marks.dress(look)
        self.id: int = self._marks.ids[0]
        self._popup = Popup(self._x, self._screen, self._canvas)
        self._frame: Frame | None = None
        self._pulling: Pulling | None = None
        self._entries: Sequence[Entry] = ()
        self._shortcut: Shortcut | None = None
        self._x.flush()

    def pause_by(self, chord: Chord | None) -> None:
        """Let these keys pause from anywhere."""
        self._shortcut = Shortcut(self._x, self._root, chord) if chord else None
        self._x.flush()

    def frame(self, around: Rect | None) -> None:
        """Lay a thin frame round that part of the desktop; None: round nothing."""
        if self._frame is None and around is not None:
            self._frame = Frame(self._x, self._screen, self._canvas.colour(RED), self._scale)
        if self._frame is not None:
            self._frame.show(around, self.id)

    @property
    def marks(self) -> tuple[int, ...]:
        """The windows of all marks, that of the primary monitor first."""
        return tuple(self._marks.ids)

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
            self._marks.dress(look)

    def offer(self, entries: Sequence[Entry]) -> None:
        """Offer this menu to a right click from now on."""
        self._entries = entries

    def chosen(self) -> list[int]:
        """Return the numbers of the entries that were chosen since the last call, by keys too."""
        return [*self._popup.take(), *(self._shortcut.take() if self._shortcut else ())]

    def clicks(self) -> int:
        """Work off what has happened; return how often the person clicked the sign.

        Clicks that another program merely sent (XSendEvent) do not count, nor does pulling it.
        """
        count = 0
        while (event := self._x.poll_for_event()) is not None:
            count += self._take(event)
        if self._raising.due():
            if self._frame is not None:
                self._frame.raise_()
            self._marks.raise_()
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
        elif isinstance(event, _BY_HAND) and event.response_type & _SENT:
            pass  # a program's word, no hand's
        elif isinstance(event, xcffib.xproto.ButtonPressEvent):
            self._press(event)
        elif isinstance(event, xcffib.xproto.MotionNotifyEvent):
            self._pull(event.root_x, event.root_y)
        elif isinstance(event, xcffib.xproto.ButtonReleaseEvent):
            return self._release(event)
        else:
            self._hear(event)
        return 0

    def _press(self, event: Any) -> None:
        """Begin a click or a pull, or open the menu."""
        if event.event not in self._marks.ids:
            return
        if event.detail == _RIGHT:
            self._open_menu(event.event)
        elif event.detail == _LEFT:
            at = self._marks.at(event.event)
            self._pulling = Pulling(event.event, (event.root_x, event.root_y), at)

    def _pull(self, x: int, y: int) -> None:
        to = self._pulling.to(x, y) if self._pulling else None
        if self._pulling is not None and to is not None and self._pulling.mark in self._marks.ids:
            self._marks.pull(self._pulling.mark, *to)

    def _release(self, event: Any) -> int:
        """End what the press began; whether it was a click."""
        if event.detail != _LEFT or self._pulling is None:
            return 0
        pulling, self._pulling = self._pulling, None
        to = pulling.to(event.root_x, event.root_y)
        if to is None or pulling.mark not in self._marks.ids:
            return int(to is None)
        self._marks.leave(pulling.mark, *to)
        return 0

    def _hear(self, event: Any) -> None:
        """Take in what happened to others, to the screen, or on top of us."""
        ours = {*self._marks.ids, self._popup.id, *(self._frame.ids if self._frame else ())}
        if isinstance(event, xcffib.xproto.VisibilityNotifyEvent):
            if event.state != xcffib.xproto.Visibility.Unobscured:
                self._raising.want()
        elif isinstance(event, _OTHERS_CHANGED) and event.window not in ours:
            self._raising.want()  # a compositor hides from us whether we are covered
            if event.window == self._root:
                self._marks.dress(self._look)  # the screen has another size
        elif self._monitors_changed and (event.response_type & ~_SENT) - self._monitors_changed in {
            0,
            1,
        }:
            self._marks.dress(self._look)

    def _open_menu(self, mark: int) -> None:
        """Open the menu beside the mark, so that it never covers it; a second click closes it."""
        self._popup.toggle(
            self._entries, self._marks.monitor(mark), self._marks.at(mark), self._marks.height
        )


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
