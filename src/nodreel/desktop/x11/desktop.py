"""The Desktop of an X11 session: two connections, one stream.

Everything that must keep its order (keys, buttons, focus, stacking, damage) shares one connection.
The pointer's path has another, see ``pointer`` and ``order``.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import contextlib
import os
import select
import struct
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.desktop.x11.clients import Clients
from nodreel.desktop.x11.connection import GENERIC, Connection, ServerGoneError
from nodreel.desktop.x11.devices import (
    DEVICE_CHANGED,
    HIERARCHY_CHANGED,
    RAW_BUTTON_PRESS,
    RAW_BUTTON_RELEASE,
    RAW_KEY_PRESS,
    RAW_KEY_RELEASE,
    Devices,
)
from nodreel.desktop.x11.focus import Focus
from nodreel.desktop.x11.keyboard import Keyboard
from nodreel.desktop.x11.look import Look
from nodreel.desktop.x11.monitors import Monitors
from nodreel.desktop.x11.order import Order, RawButton
from nodreel.desktop.x11.owners import Owners
from nodreel.desktop.x11.pixels import Pixels
from nodreel.desktop.x11.pointer import Pointer
from nodreel.desktop.x11.rootgrab import RootPixels
from nodreel.desktop.x11.servertime import ServerTime, ask_times, own_window
from nodreel.desktop.x11.session import Session
from nodreel.desktop.x11.tree import (
    CONFIGURE,
    EVENT_MASK,
    FOCUS,
    PROPERTY,
    PROPERTY_CHANGE,
    STRUCTURE,
    SUBSTRUCTURE,
    Tree,
)
from nodreel.errors import UnsupportedError
from nodreel.events import MILLISECOND, Geometry, Nanos
from nodreel.scene import Damage, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from nodreel.desktop.base import Pixmap
    from nodreel.events import Rect
    from nodreel.scene import Sensed

_BATCH = Nanos(250 * MILLISECOND)  # how long the pointer's path may wait
_GRAIN = Nanos(2 * MILLISECOND)  # server times are whole ms; its input thread is a moment ahead
_ROUNDS = 4
_ROOT_EVENTS = STRUCTURE | SUBSTRUCTURE | FOCUS | PROPERTY_CHANGE


def _now() -> Nanos:
    return Nanos(time.monotonic_ns())


class X11Desktop:
    """See ``nodreel.desktop.base.Desktop``. Raises UnsupportedError when the X server goes away."""

    def __init__(self, display: str | None = None) -> None:
        self._closing = contextlib.ExitStack()
        self._waking = threading.Lock()
        self._closed = False
        try:
            with self._server_lives():
                self._open(display)
        except BaseException:
            self.close()
            raise

    def _open(self, display: str | None) -> None:
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._closing.callback(os.close, self._wake)
        x = self._x = Connection(display)
        self._closing.callback(x.close)
        self._own = own_window(x)
        self._time = ServerTime(ask_times(x, self._own))
        x.core.ChangeWindowAttributes(x.root, EVENT_MASK, [_ROOT_EVENTS])
        self._owners = Owners(x)
        self._tree = Tree(x, self._owners)
        self._clients = Clients(x, self._tree, self._owners)
        self._focus = Focus(x, self._tree, self._own)
        self._monitors = Monitors(x)
        self._keyboard = Keyboard(x)
        self._devices = Devices(x)
        self._session = Session()
        self._closing.callback(self._session.close)
        self._look = Look(self._tree)
        pixels = Pixels if x.extension("Composite") else RootPixels
        self._pixels = pixels(x, self._look, self._pump)
        self._closing.callback(self._pixels.close)
        self._pointer = Pointer(x, self._time, display)
        self._closing.callback(self._pointer.close)
        at = x.core.QueryPointer(x.root).reply()
        self._order = Order(self._devices.pointer_synthetic, at.root_x, at.root_y)
        self._damaged: list[Damage] = []
        self._path_due: Nanos | None = None
        self._last: Scene | None = None
        self._dirty = True
        self._handlers = self._table()
        self._tree.open()
        self._clients.windows()
        self._order.tell(self._geometry(_now()))
        self._pump()

    def _table(self) -> dict[int, Callable[[bytes], None]]:
        table: dict[int, Callable[[bytes], None]] = {
            **self._tree.handlers,
            **self._focus.handlers,
            **self._keyboard.handlers,
            GENERIC: self._on_generic,
            CONFIGURE: self._on_configure,
            PROPERTY: self._on_property,
        }
        for code in self._monitors.event_codes:
            table[code] = self._on_monitors
        if self._pixels.event_code:
            table[self._pixels.event_code] = self._on_damage
        return table

    # ------------------------------------------------------------------------------- the protocol

    def wait(self, timeout: Nanos) -> Sequence[Sensed]:
        """Block until something is sensed; see the protocol."""
        end = Nanos(_now() + timeout)
        with self._server_lives():
            while True:
                self._pump()
                self._damaged += [Damage(_now(), w) for w in self._pixels.grown_up()]
                due = self._path_due is not None and _now() >= self._path_due
                if self._order.told or self._damaged or due:
                    return self._take()
                if _now() >= end:
                    return self._take()  # moves that wait in the server come out here
                if self._sleep(end):
                    return []

    def flush(self) -> tuple[Sequence[Sensed], Nanos]:
        """Fetch all that happened so far; see the protocol."""
        with self._server_lives():
            until = Nanos(_now() - _GRAIN)
            self._pump()
            out = list(self._take())
            for _ in range(_ROUNDS):
                if not self._order.told:
                    break
                out += self._take()
            return out, until

    def scene(self) -> Scene:
        """Return the desktop as it is now; see the protocol."""
        with self._server_lives():
            self._owners.refresh()
            self._focus.doubt = True
            self._session.read()
            self._dirty = True
            self._pump()
            return replace(self._last, t=_now()) if self._last else self._picture(_now())

    def watch(self, windows: Collection[int]) -> None:
        """Report Damage of these windows only; see the protocol."""
        with self._server_lives():
            self._pixels.watch(windows)

    def damaged(self, window: int) -> Sequence[Rect]:
        """Take what was drawn; see the protocol."""
        with self._server_lives():
            return self._pixels.damaged(window)

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        """Read a window's own pixels; see the protocol."""
        with self._server_lives():
            return self._pixels.grab(window, rects)

    def wake(self) -> None:
        """Make ``wait`` return; from any thread."""
        with self._waking:
            if not self._closed:
                os.eventfd_write(self._wake, 1)

    def close(self) -> None:
        """Let go of everything; see the protocol."""
        with self._waking:
            self._closed = True
        self._closing.close()

    @contextlib.contextmanager
    def _server_lives(self) -> Iterator[None]:
        try:
            yield
        except ServerGoneError as error:
            raise UnsupportedError(
                "The X server has gone away.", advice="Log in again, then `nodreel start`."
            ) from error

    # ------------------------------------------------------------------------------------- waiting

    def _sleep(self, end: Nanos) -> bool:
        """Sleep until an event may be there or ``end``; whether ``wake`` was called."""
        self._x.x.flush()
        poll = select.poll()
        for fd in (self._x.fd, self._wake, self._session.fd):
            if fd >= 0:
                poll.register(fd, select.POLLIN)
        if self._path_due is None:
            poll.register(self._pointer.fd, select.POLLIN)
        until = min(end, self._path_due or end, self._pixels.due() or end)
        ready = [fd for fd, _ in poll.poll(max(0.0, (until - _now()) / MILLISECOND))]
        if self._pointer.fd in ready:
            self._path_due = Nanos(_now() + _BATCH)
        if self._session.fd in ready:
            was = self._session.locked
            self._session.read()
            self._dirty |= was != self._session.locked
        if self._wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(self._wake)
            return True
        return False

    def _take(self) -> Sequence[Sensed]:
        """Fetch the pointer's path up to now and put everything that is certain into order."""
        told, began = len(self._order.told), _now()
        out: list[Sensed] = []
        if told or not self._damaged or (self._path_due is not None and began >= self._path_due):
            self._x.round_trip()  # the server hands the path out after this one …
            self._x.round_trip()  # … and has done so before it answers this one
            self._order.touches += self._pointer.read()
            self._path_due = None
            self._pump()
            out += self._order.take(told, began)
            if self._order.touches:
                self._path_due = Nanos(_now() + _BATCH)
        out += self._damaged
        self._damaged = []
        return out

    # -------------------------------------------------------------------------------------- events

    def _pump(self) -> None:
        """Take in all events that have arrived, make sure of the focus, tell the scene."""
        self._drain()
        for _ in range(_ROUNDS):
            if not self._focus.doubt:
                break
            self._dirty = True  # focus or grab changed, also when the answer only confirms it
            if self._tree.changed:  # to know a new window as a client before it is asked about
                self._clients.windows()
                self._dirty = True
            answer, moves = self._focus.ask(), self._focus.moves
            self._drain()
            if not self._focus.agrees(answer) and self._focus.moves == moves:
                self._focus.adopt(answer)
                self._dirty = True
        self._tell(_now())

    def _drain(self) -> None:
        for event in self._x.events():
            if (handler := self._handlers.get(event[0])) is not None:
                handler(event)
                if self._tree.tidings:
                    self._pass_on()

    def _pass_on(self) -> None:
        """Tell at once who must know of windows that come and go."""
        tree = self._tree
        for window in tree.born:
            self._pixels.born(window)
        for window in tree.appeared:
            self._pixels.mapped(window)
        for window, size in tree.resized:
            self._pixels.resized(window, size)
        for window in tree.gone:
            self._focus.forget(window)
            self._pixels.forget(window)
        tree.born, tree.appeared, tree.resized, tree.gone = [], [], [], []

    def _on_generic(self, e: bytes) -> None:
        if e[1] != self._devices.opcode:
            return
        (kind,) = struct.unpack_from("=H", e, 8)
        if kind == HIERARCHY_CHANGED:
            self._devices.read()
            return
        ms, detail, source = struct.unpack_from("=IIH", e, 12)
        t = self._time.nanos(ms)
        if kind == DEVICE_CHANGED:
            self._devices.on_device_changed(e, t)
            return
        self._tell(t)
        press = kind in {RAW_KEY_PRESS, RAW_BUTTON_PRESS}
        synthetic = self._devices.synthetic(source)
        if kind in {RAW_KEY_PRESS, RAW_KEY_RELEASE}:
            epoch = self._monitors.epoch
            key = self._keyboard.key(t, detail, press=press, synthetic=synthetic, epoch=epoch)
            self._order.tell(key)
        elif kind in {RAW_BUTTON_PRESS, RAW_BUTTON_RELEASE}:
            self._order.tell(RawButton(t, press, detail, synthetic))

    def _on_configure(self, e: bytes) -> None:
        (window,) = struct.unpack_from("=I", e, 8)
        if window == self._x.root:
            self._monitors.stale = self._dirty = True
        else:
            self._tree.handlers[CONFIGURE](e)

    def _on_monitors(self, _: bytes) -> None:
        self._monitors.stale = self._dirty = True

    def _on_property(self, e: bytes) -> None:
        self._dirty |= self._focus.on_property(e)
        self._monitors.on_property(e)
        self._tree.handlers[PROPERTY](e)

    def _on_damage(self, e: bytes) -> None:
        if (window := self._pixels.on_damage(e)) is not None:
            self._damaged.append(Damage(_now(), window))

    # --------------------------------------------------------------------------------------- scene

    def _tell(self, before: Nanos) -> None:
        """Append a Scene if it is another one than the last; its time is not after ``before``."""
        if not (self._dirty or self._tree.changed or self._focus.doubt or self._monitors.stale):
            return
        if self._tree.changed:
            self._pixels.uncovered()
        self._dirty = False
        t = min(_now(), before)
        if self._monitors.read():
            self._order.tell(self._geometry(t))
        scene = self._picture(t)
        if self._last is not None and scene.focus != self._last.focus and scene.focus:
            self._owners.refresh(scene.focus)
            scene = self._picture(t)
        if self._last is None or _same(scene, self._last) is False:
            self._last = self._look.scene = scene
            self._order.tell(scene)

    def _picture(self, t: Nanos) -> Scene:
        m = self._monitors
        windows = self._clients.windows()
        return Scene(
            t, windows, self._focus.client(), self._focus.grabbed, self._session.locked,
            m.epoch, m.width, m.height, m.monitors,
        )  # fmt: skip

    def _geometry(self, t: Nanos) -> Geometry:
        m = self._monitors
        self._order.epoch = m.epoch
        return Geometry(t, m.epoch, m.width, m.height, m.monitors)


def _same(one: Scene, other: Scene) -> bool:
    """Whether nothing but the time differs."""
    return (one.windows, one.focus, one.grabbed, one.locked, one.epoch) == (
        other.windows, other.focus, other.grabbed, other.locked, other.epoch
    )  # fmt: skip
