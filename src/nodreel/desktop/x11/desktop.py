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
from typing import TYPE_CHECKING

from nodreel.desktop.x11.bell import Bell
from nodreel.desktop.x11.company import Bystanders
from nodreel.desktop.x11.connection import GENERIC, Connection, server_lives
from nodreel.desktop.x11.devices import (
    DEVICE_CHANGED,
    HIERARCHY_CHANGED,
    RAW_BUTTON_PRESS,
    RAW_BUTTON_RELEASE,
    RAW_KEY_PRESS,
    RAW_KEY_RELEASE,
    Devices,
)
from nodreel.desktop.x11.keyboard import Keyboard
from nodreel.desktop.x11.order import Order, RawButton
from nodreel.desktop.x11.path import Path
from nodreel.desktop.x11.picture import Picture
from nodreel.desktop.x11.pixels import Pixels
from nodreel.desktop.x11.pointer import Pointer
from nodreel.desktop.x11.rootgrab import RootPixels
from nodreel.desktop.x11.servertime import ServerTime, ask_times, own_window
from nodreel.desktop.x11.stillness import Stillness
from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.scene import Damage, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from nodreel.desktop.base import Pixmap
    from nodreel.events import Rect
    from nodreel.scene import Company, Sensed

_TOGETHER = Nanos(50 * MILLISECOND)  # a key and what its app draws for it come within this
_BLIND = _TOGETHER  # so short a wait nothing is worth ending
_LOOSELY = Nanos(250 * MILLISECOND)  # what happens meanwhile is taken in at one go
_GRAIN = Nanos(2 * MILLISECOND)  # server times are whole ms; its input thread is a moment ahead
_ROUNDS = 4


def _now() -> Nanos:
    return Nanos(time.monotonic_ns())


class X11Desktop:
    """See ``nodreel.desktop.base.Desktop``. Raises UnsupportedError when the X server goes away."""

    def __init__(self, display: str | None = None) -> None:
        self._waking = threading.Lock()
        self._closed = False
        self._asleep = self._rung = False
        self._began = self._heard = Nanos(0)  # of the last ``wait``, and of the one before
        with contextlib.ExitStack() as opening, server_lives():
            self._closing = opening
            self._open(display)
            self._closing = opening.pop_all()

    def _open(self, display: str | None) -> None:
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._closing.callback(os.close, self._wake)
        x = self._x = Connection(display)
        self._closing.callback(x.close)
        self._own = own_window(x)
        self._time = ServerTime(ask_times(x, self._own))
        self._picture = Picture(x, self._own, display)
        self._closing.callback(self._picture.close)
        self._keyboard = Keyboard(x)
        self._devices = Devices(x)
        self._bystanders = Bystanders(x)
        pixels = Pixels if x.extension("Composite") else RootPixels
        self._pixels = pixels(x, self._picture.look, self._pump)
        self._closing.callback(self._pixels.close)
        self._pointer = Pointer(x, self._time, display)
        self._closing.callback(self._pointer.close)
        at = x.core.QueryPointer(x.root).reply()
        self._order = Order(self._devices.pointer_synthetic, at.root_x, at.root_y)
        self._damaged: list[Damage] = []
        self._stillness = Stillness(x)
        self._path = Path(_now(), told=bool(self._stillness.code))
        self._bell = Bell(display)
        self._closing.callback(self._bell.close)
        self._closely, self._lately = True, False
        self._handlers: dict[int, Callable[[bytes], None]] = {
            **self._picture.handlers,
            **self._keyboard.handlers,
            GENERIC: self._on_generic,
            self._pixels.event_code: self._on_damage,
        }
        if self._stillness.code:
            self._handlers[self._stillness.code] = lambda _: self._path.moved(_now())
        self._pump()

    # ------------------------------------------------------------------------------- the protocol

    def wait(self, timeout: Nanos) -> Sequence[Sensed]:
        """Block until something is sensed; see the protocol."""
        self._heard, self._began = self._began, _now()
        end, gathered = Nanos(self._began + timeout), False
        with server_lives():
            while True:
                self._pump()
                self._damaged += [Damage(t, w) for w, t in self._pixels.grown_up()]
                if self._order.told or self._damaged or self._due:
                    if gathered or not self._may_gather():
                        self._lately = True
                        return self._take()
                    gathered = True
                    self._poll(Nanos(_now() + _TOGETHER), (), path=False)
                    continue
                if _now() >= end:
                    return []
                if self._sleep(
                    end
                ):  # what is reported to us counts from now, what has happened before it
                    self._pump()
                    return self._take() if self._order.told or self._damaged else []

    def listen(self, *, closely: bool) -> None:
        """Say whether input is wanted at once; see the protocol."""
        self._closely = closely
        self._path.listen(_now(), closely=closely)

    def flush(self) -> tuple[Sequence[Sensed], Nanos]:
        """Fetch all that happened so far; see the protocol."""
        with server_lives():
            until = Nanos(_now() - _GRAIN)
            self._pump()
            out = list(self._take(sure=True))
            for _ in range(_ROUNDS):
                if not self._order.told:
                    break
                out += self._take(sure=True)
            return out, until

    def heard(self) -> Nanos:
        """Return up to when all was returned; see the protocol."""
        now, poll = _now(), select.poll()
        with self._waking:
            if self._closed:
                return self._heard
            for fd in self._told_by():
                poll.register(fd, select.POLLIN)
            unread = poll.poll(0)
        return now if self._asleep and not unread else self._heard

    def scene(self) -> Scene:
        """Return the desktop as it is now; see the protocol."""
        with server_lives():
            self._picture.renew()
            self._pump()
            return self._picture.scene(_now())

    def watch(self, windows: Collection[int]) -> None:
        """Report Damage of these windows only; see the protocol."""
        with server_lives():
            self._pixels.watch(windows)

    def damaged(self, window: int) -> Sequence[Rect]:
        """Take what was drawn; see the protocol."""
        with server_lives():
            return self._pixels.damaged(window)

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        """Read a window's own pixels; see the protocol."""
        with server_lives():
            return self._pixels.grab(window, rects)

    def company(self) -> Company | None:
        """Tell who else is there; see the protocol."""
        with server_lives():
            company = self._bystanders.look(self._picture.session)
            makers = self._bystanders.makers if company else None
            self._picture.look_round(makers, closely=self._closely)
            return company

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

    # ------------------------------------------------------------------------------------- waiting

    @property
    def _due(self) -> bool:
        """Whether the pointer's path should be fetched now."""
        due = self._path.due
        return due is not None and _now() >= due

    def _may_gather(self) -> bool:
        """Tell whether all there is can wait; a click or a scene is told at once."""
        return self._closely and not self._due and self._order.patient

    def _sleep(self, end: Nanos) -> bool:
        """Sleep until an event may be there or ``end``; whether ``wake`` was called.

        While not listening closely, events wait for each other, unless one rings the bell.
        """
        self._x.x.flush()
        until = min(end, self._path.due or end, self._path.full or end, self._pixels.due() or end)
        loosely, self._rung = not self._closely and not self._rung, False
        if loosely and self._lately:  # there will be more
            until = min(end, Nanos(_now() + _LOOSELY))
            blind = True
        else:
            blind = until - _now() <= _BLIND
        self._lately = False
        self._asleep = True  # before this nothing was left to read, after it all may be
        ready = self._poll(until, () if blind else (self._x.fd,))
        if self._x.fd in ready and loosely and len(ready) == 1:
            ready = self._poll(min(end, Nanos(_now() + _LOOSELY)), ())
        self._asleep = False
        if self._pointer.fd in ready:
            self._path.moved(_now())
        elif self._path.full is not None and self._path.full <= _now():
            self._empty()
        if self._bell.fd in ready:
            self._bell.quiet()
            self._rung = True  # what it rang for may come a moment later on the other connection
        if self._picture.session.fd in ready:
            self._picture.read_session()
        if self._picture.methods.fd in ready:
            self._picture.read_methods()
        if self._wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(self._wake)
            return True
        return False

    def _told_by(self) -> list[int]:
        """Return what to listen to besides the pointer's path."""
        return [fd for fd in (self._x.fd, self._wake, *self._buses()) if fd >= 0]

    def _buses(self) -> tuple[int, int]:
        return self._picture.session.fd, self._picture.methods.fd

    def _empty(self) -> None:
        """Take the path out of its socket, before that is full."""
        self._path.emptied(_now(), self._pointer.empty())

    def _poll(self, until: Nanos, also: tuple[int, ...], *, path: bool = True) -> list[int]:
        """Wait for what cannot wait, and for ``also``; return what is ready, [] at ``until``."""
        fds = [*also, self._wake, *self._buses()]
        if not self._closely:
            fds.append(self._bell.fd)
        elif path and self._path.wakes:
            fds.append(self._pointer.fd)
        poll = select.poll()
        for fd in fds:
            if fd >= 0:
                poll.register(fd, select.POLLIN)
        return [fd for fd, _ in poll.poll(max(0.0, (until - _now()) / MILLISECOND))]

    def _take(self, *, sure: bool = False) -> Sequence[Sensed]:
        """Fetch the pointer's path up to now and put everything that is certain into order.

        Keys alone do not fetch it (unless ``sure``): two round trips for each would be most of what
        typing costs. It follows within a second. What comes late by itself may come later still.
        Buttons whose other half has come already have all that was before them with them.
        """
        told, began = len(self._order.told), _now()
        out: list[Sensed] = []
        due = self._due
        if due and not (told or sure or self._closely):
            found = self._order.leave_out(self._pointer.read(), Nanos(began - SECOND))
            self._path.fetched(began, found=found, more=False)
        elif not (sure or due) and self._order.keys_only(told):
            out += self._order.take(told, began)
            self._path.typed(began)
        elif not sure and self._order.complete(told, self._pointer.read):
            out += self._order.take(told, began)
            self._path.fetched(_now(), found=True, more=True)
        elif told or due or not self._damaged:
            self._x.round_trip()  # the server hands the path out after this one …
            if told or sure:
                self._x.round_trip()  # … and has done so for sure before it answers this one
            self._empty()
            read = self._pointer.read()
            self._order.touches += read
            self._pump()
            out += self._order.take(told, began)
            more = bool(self._order.touches)
            self._path.fetched(_now(), found=bool(told or read), more=more)
        out += self._damaged
        self._damaged = []
        return out

    # -------------------------------------------------------------------------------------- events

    def _pump(self) -> None:
        """Take in all events that have arrived, make sure of the focus, tell the scene."""
        self._drain()
        self._picture.confirm(self._drain)
        self._tell(_now())

    def _tell(self, before: Nanos) -> None:
        """Put in what is different on the desktop, not dated after ``before``."""
        if not self._picture.news:
            return
        if self._picture.tree.changed:
            self._pixels.uncovered()
        for item in self._picture.changes(before):
            self._order.epoch = item.epoch
            self._order.tell(item)

    def _drain(self) -> None:
        for event in self._x.events():
            if (handler := self._handlers.get(event[0])) is not None:
                handler(event)
                if self._picture.tree.tidings:
                    self._pass_on()

    def _pass_on(self) -> None:
        """Tell at once who must know of windows that come and go."""
        tree = self._picture.tree
        for window in tree.born:
            self._pixels.born(window)
        for window in tree.appeared:
            self._pixels.mapped(window)
        for window, size in tree.resized:
            self._pixels.resized(window, size)
        for window in tree.gone:
            self._picture.focus.forget(window)
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
            epoch = self._picture.monitors.epoch
            key = self._keyboard.key(t, detail, press=press, synthetic=synthetic, epoch=epoch)
            self._order.tell(key)
        elif kind in {RAW_BUTTON_PRESS, RAW_BUTTON_RELEASE}:
            self._order.tell(RawButton(t, press, detail, synthetic))

    def _on_damage(self, e: bytes) -> None:
        if (window := self._pixels.on_damage(e)) is not None:
            (ms,) = struct.unpack_from("=I", e, 12)
            self._damaged.append(Damage(self._time.nanos(ms), window))
