"""The pixels of watched windows, each from its own pixmap, and word of what was drawn in them."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
import time
from typing import TYPE_CHECKING, Any

import xcffib
import xcffib.composite
import xcffib.damage
import xcffib.xfixes

from nodreel.desktop.base import Pixmap
from nodreel.desktop.x11.images import open_images
from nodreel.desktop.x11.surface import Requests, Surface, new_damage
from nodreel.errors import UnsupportedError
from nodreel.events import SECOND, Nanos, Rect
from nodreel.rects import intersect, subtract

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from nodreel.desktop.x11.connection import Connection
    from nodreel.desktop.x11.look import Look
    from nodreel.rects import Region

_MOST_WAITING = 64
_GROWN_UP = 2 * SECOND  # by then an app has drawn its window, even if nobody was watching


def _now() -> Nanos:
    return Nanos(time.monotonic_ns())


def opened(x: Connection, key: Any, major: int, minor: int) -> Any:
    """Return an extension's requests after telling the server which version we speak."""
    extension = x.ext(key)
    extension.QueryVersion(major, minor).reply()
    return extension


class Pixels:
    """Watches windows by Composite and Damage.

    ``look`` tells what is known of the screen, ``settle`` takes in what happened there meanwhile.
    """

    redirects = True

    def __init__(self, x: Connection, look: Look, settle: Callable[[], None]) -> None:
        self._x = x
        self._look = look
        self._settle = settle
        damage = x.extension("DAMAGE")
        if damage is None or not x.extension("XFIXES"):
            raise UnsupportedError("This X server has no DAMAGE or no XFIXES extension.")
        self._use = Requests(
            x,
            opened(x, xcffib.composite.key, 0, 4) if self.redirects else None,
            opened(x, xcffib.damage.key, 1, 1),
            opened(x, xcffib.xfixes.key, 4, 0),
        )
        self.event_code = damage[1]
        self._images = open_images(x)
        self._watched: dict[int, Surface] = {}
        self._young: dict[int, Nanos] = {}  # watched, but appeared a moment ago: known when?
        self._waiting: dict[int, int] = {}  # new, or of a watched app: window -> damage

    def close(self) -> None:
        """Let go of every window and of the shared memory; harmless with a dead server."""
        try:
            self.watch(())
            self._x.round_trip()
        except xcffib.ConnectionException:
            self._watched.clear()
        self._images.close()

    # -------------------------------------------------------------------------------- what to watch

    def watch(self, windows: Collection[int]) -> None:
        """Watch exactly these windows."""
        for window in [w for w in self._watched if w not in windows]:
            self._young.pop(window, None)
            self._waiting[window] = self._watched.pop(window).close()
        for window in windows:
            if window not in self._watched and (area := self._look.area(window)) is not None:
                self._add(window, area)
        for window in self._useless():
            self._use.damage.Destroy(self._waiting.pop(window))
        self._x.x.flush()

    def _useless(self) -> list[int]:
        """Find windows that are no longer new and of no watched app; all when none is watched."""
        clients = {self._x.client_of(w) for w in self._watched}
        old = _now() - _GROWN_UP
        foreign = (w for w in self._waiting if self._x.client_of(w) not in clients)
        return [w for w in foreign if not clients or 0 < self._look.appeared(w) < old]

    def _add(self, window: int, area: Rect) -> None:
        damage = self._waiting.pop(window, None)
        surface = self._watched[window] = Surface(self._use, window, damage, (area.w, area.h))
        appeared = self._look.appeared(window)
        if _now() - appeared < _GROWN_UP:
            self._young[window] = Nanos(appeared + _GROWN_UP)
        else:
            surface.unknown = ()

    def born(self, window: int) -> None:
        """Collect what is drawn in a new window (where, not what) until it is watched or old.

        A menu is drawn within milliseconds; by the time somebody decides to watch it, it may be
        too late to see that it was its app who drew it.
        """
        if len(self._waiting) < _MOST_WAITING:
            self._waiting[window] = new_damage(self._use, window)

    def mapped(self, window: int) -> None:
        """Note that a window came onto the screen: its old pixmap is none of its any more."""
        if (surface := self._watched.get(window)) is not None:
            surface.renew()
            self._young[window] = Nanos(_now() + _GROWN_UP)
        elif window not in self._waiting:
            self.born(window)

    def resized(self, window: int, size: tuple[int, int]) -> None:
        """Note that a window has another size, and so another pixmap."""
        surface = self._watched.get(window)
        if surface is not None and surface.size != size:
            surface.resize(size)
            self._young[window] = Nanos(_now() + _GROWN_UP)

    def doubt(self, window: int, parts: Region) -> None:
        """Take these parts (the window's own coordinates) for unknown for a while."""
        surface = self._watched[window]
        surface.unknown = (*surface.unknown, *subtract(parts, surface.unknown))
        surface.fetch(proof=False)
        self._young[window] = Nanos(_now() + _GROWN_UP)

    def uncovered(self) -> None:
        """Note that windows moved: what the server reports for that is nobody's drawing."""
        for window in self._young:
            self._watched[window].fetch(proof=False)

    def forget(self, window: int) -> None:
        """Drop a window that is gone."""
        self._waiting.pop(window, None)
        self._young.pop(window, None)
        if (surface := self._watched.pop(window, None)) is not None:
            surface.close()

    # -------------------------------------------------------------------------------- what is drawn

    def on_damage(self, e: bytes) -> int | None:
        """Return the window of a Damage event if it is watched and was not reported yet."""
        window: int = struct.unpack_from("=I", e, 4)[0]
        surface = self._watched.get(window)
        if surface is None or surface.reported:
            return None
        surface.reported = True
        return window

    def due(self) -> Nanos | None:
        """When ``grown_up`` should be called, None for not at all."""
        return min(self._young.values(), default=None)

    def grown_up(self) -> list[tuple[int, Nanos]]:
        """Return windows of which more is known just because they have been there for a while.

        Each with the time since when they have: what they show may have been drawn then.
        """
        now = _now()
        old = [w for w, until in self._young.items() if until <= now]
        grown: list[tuple[int, Nanos]] = []
        for window in old:
            appeared = Nanos(self._young.pop(window) - _GROWN_UP)
            surface = self._watched[window]
            surface.drawn += surface.unknown
            grown += [(window, appeared)] if surface.unknown and not surface.reported else []
            surface.unknown = ()
        return grown

    def damaged(self, window: int) -> Sequence[Rect]:
        """Take what was drawn since the last call, in desktop pixels."""
        surface, area = self._watched.get(window), self._look.area(window)
        if surface is None:
            return []
        surface.reported = False
        surface.fetch()
        drawn = surface.take_drawn()
        if area is None:
            return []
        parts = (intersect(Rect(r.x + area.x, r.y + area.y, r.w, r.h), area) for r in drawn)
        return [p for p in parts if p is not None]

    def grab(self, window: int, rects: Sequence[Rect]) -> Sequence[Pixmap]:
        """Read what is known of these rectangles, in desktop pixels.

        They were chosen before we take in what moved meanwhile, so they lie where the window did.
        """
        area = self._look.area(window)
        if self._young:  # what moved meanwhile decides what is known
            self._settle()
        surface, now = self._watched.get(window), self._look.area(window)
        if surface is None or area is None or now is None or (now.w, now.h) != (area.w, area.h):
            return []
        if surface.unknown:
            surface.fetch()
        if not surface.readable:
            return []
        own = (Rect(r.x - area.x, r.y - area.y, r.w, r.h) for r in rects)
        parts = [part for r in own for part in surface.known(r)]
        t = _now()
        data = self._images.read(surface.pixmap, [surface.in_pixmap(p) for p in parts])
        done = _now()
        return [
            Pixmap(window, Rect(p.x + area.x, p.y + area.y, p.w, p.h), pixels, t, done)
            for p, pixels in zip(parts, data, strict=True)
            if pixels is not None
        ]
