"""Look at and arrange the windows of a test desktop, as a window manager's user would."""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import xcffib
import xcffib.res
import xcffib.xproto

from nodreel.events import Rect
from tests.bed.injector import connect
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping

GONE = (xcffib.xproto.WindowError, xcffib.xproto.DrawableError, xcffib.xproto.ValueError)
VIEWABLE = 2
FLAGS = xcffib.xproto.EventMask.SubstructureRedirect | xcffib.xproto.EventMask.SubstructureNotify


@dataclass(frozen=True)
class Seen:
    """A window as the window manager lists it; ``area`` is the client's on the desktop."""

    id: int
    title: str
    pid: int
    area: Rect


class Windows:
    """Find, raise, focus and place windows on the display of ``env``."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._x = connect(env)
        self._core: Any = self._x.core
        self._res: Any = self._x(xcffib.res.key)
        self.root: int = self._x.get_setup().roots[0].root

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._x.disconnect()

    def atom(self, name: str) -> int:
        atom: int = self._core.InternAtom(False, len(name), name).reply().atom
        return atom

    def prop(self, window: int, name: str) -> bytes:
        try:
            reply = self._core.GetProperty(False, window, self.atom(name), 0, 0, 4096).reply()
        except xcffib.xproto.WindowError:
            return b""
        return bytes(b"".join(reply.value)) if reply.format == 8 else reply.value.raw

    def set_prop(self, window: int, name: str, kind: int, data: bytes) -> None:
        """Forge a property: ``data`` are 32-bit words for any kind but STRING (31)."""
        size = 8 if kind == xcffib.xproto.Atom.STRING else 32
        n = len(data) // (size // 8)
        self._core.ChangeProperty(0, window, self.atom(name), kind, size, n, data)
        self._core.GetInputFocus().reply()

    def _words(self, window: int, name: str) -> tuple[int, ...]:
        raw = self.prop(window, name)
        return struct.unpack(f"={len(raw) // 4}I", raw)

    def ids(self) -> tuple[int, ...]:
        """Managed windows, bottom to top."""
        return self._words(self.root, "_NET_CLIENT_LIST_STACKING")

    def active(self) -> int | None:
        words = self._words(self.root, "_NET_ACTIVE_WINDOW")
        return words[0] if words and words[0] else None

    def focus(self) -> int:
        focus: int = self._core.GetInputFocus().reply().focus
        return focus

    def pid(self, window: int) -> int:
        spec = xcffib.res.ClientIdSpec.synthetic(window, xcffib.res.ClientIdMask.LocalClientPID)
        for found in self._res.QueryClientIds(1, [spec]).reply().ids:
            if len(found.value):
                return int(found.value[0])
        return 0

    def area(self, window: int) -> Rect:
        size = self._core.GetGeometry(window).reply()
        at = self._core.TranslateCoordinates(window, self.root, 0, 0).reply()
        return Rect(at.dst_x, at.dst_y, size.width, size.height)

    def look(self) -> list[Seen]:
        """Return all managed windows, bottom to top."""
        seen = []
        for window in self.ids():
            raw = self.prop(window, "_NET_WM_NAME") or self.prop(window, "WM_NAME")
            try:
                area, pid = self.area(window), self.pid(window)
            except (
                xcffib.xproto.WindowError,
                xcffib.xproto.DrawableError,
                xcffib.xproto.ValueError,
            ):
                continue
            seen.append(Seen(window, raw.decode(errors="replace"), pid, area))
        return seen

    def are_managed(self, patience: float = 1.0) -> bool:
        """Whether a window manager takes care of a window that appears now."""
        window: int = self._x.generate_id()
        self._core.CreateWindow(0, window, self.root, 0, 0, 1, 1, 0, 1, 0, 0, [])
        self._core.MapWindow(window)
        end = time.monotonic() + patience
        while not (done := bool(self.prop(window, "WM_STATE"))) and time.monotonic() < end:
            time.sleep(0.005)
        self._core.DestroyWindow(window)
        self._core.GetInputFocus().reply()
        return done

    def on_screen(self, window: int) -> bool:
        """Whether the window and all around it are mapped."""
        try:
            return bool(self._core.GetWindowAttributes(window).reply().map_state == VIEWABLE)
        except GONE:
            return False

    def wait(self, title: str = "", pid: int | None = None, timeout: float = 20.0) -> Seen:
        """Wait for a window on the screen with that in its title (and of that process)."""
        return wait_for(
            lambda: next(
                (
                    w
                    for w in self.look()
                    if title in w.title and pid in {None, w.pid} and self.on_screen(w.id)
                ),
                None,
            ),
            f"a window titled {title!r} of {pid}",
            timeout,
        )

    def _tell(self, window: int, kind: str, *words: int) -> None:
        data = struct.pack("=5I", *(*words, 0, 0, 0, 0, 0)[:5])
        event = struct.pack("=BBHII", 33, 32, 0, window, self.atom(kind)) + data
        self._core.SendEvent(False, self.root, FLAGS, event)
        self._x.flush()

    def activate(self, window: int) -> None:
        """Raise and focus; returns when both the focus and the claim about it are there."""
        self._tell(window, "_NET_ACTIVE_WINDOW", 2)
        wait_for(lambda: self.active() == window and self._has_focus(window), "the focus")

    def _has_focus(self, window: int) -> bool:
        at = self.focus()
        while at > 1 and at != self.root:
            if at == window:
                return True
            at = self._core.QueryTree(at).reply().parent
        return False

    def place(self, window: int, area: Rect) -> Rect:
        """Move and resize (the client's area); returns what the window manager made of it."""
        self._tell(
            window, "_NET_MOVERESIZE_WINDOW", 10 | 0xF << 8 | 2 << 12,
            area.x & 0xFFFFFFFF, area.y & 0xFFFFFFFF, area.w, area.h,
        )  # fmt: skip
        near = 40  # programs round to their own steps (a terminal to whole characters)

        def there() -> Rect | None:
            at = self.area(window)
            off = (at.x - area.x, at.y - area.y, at.w - area.w, at.h - area.h)
            return at if max(map(abs, off)) < near else None

        return wait_for(there, f"{area}")

    def close_window(self, window: int) -> None:
        self._tell(window, "_NET_CLOSE_WINDOW", 0, 2)
        wait_for(lambda: window not in self.ids(), "the window to close")
