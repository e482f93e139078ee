"""The shape of the desktop: size, monitors, scale. Origins may be negative and are kept so."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import re
import struct
from typing import TYPE_CHECKING

import xcffib.randr

from nodreel.events import Monitor, Rect

if TYPE_CHECKING:
    from nodreel.desktop.x11.connection import Connection

_SCREEN_CHANGED, _CRTC_CHANGED, _OUTPUT_CHANGED = 1, 2, 4
_PLAIN_DPI = 96.0
_DPI = re.compile(rb"^Xft\.dpi:\s*([\d.]+)", re.MULTILINE)


class Monitors:
    """``read()`` asks again; ``epoch`` counts how often the answer was another one.

    The scale is what the desktop tells its programs (``Xft.dpi``); physical sizes lie too often.
    """

    def __init__(self, x: Connection) -> None:
        self._x = x
        randr = x.extension("RANDR")
        self._randr = x.ext(xcffib.randr.key) if randr else None
        self.event_codes: set[int] = set()
        if randr and self._randr:
            self._randr.QueryVersion(1, 5).reply()
            self._randr.SelectInput(x.root, _SCREEN_CHANGED | _CRTC_CHANGED | _OUTPUT_CHANGED)
            self.event_codes = {randr[1], randr[1] + 1}
        self._resources = x.atom("RESOURCE_MANAGER")
        self.epoch = 0
        self.width, self.height, self.monitors = self._ask()
        self.stale = False

    def on_property(self, e: bytes) -> None:
        """Look again when the scale may have changed."""
        window, atom = struct.unpack_from("=II", e, 4)
        self.stale |= window == self._x.root and atom == self._resources

    def read(self) -> bool:
        """Ask again if something happened; whether the shape is another one now."""
        if not self.stale:
            return False
        self.stale = False
        now = self._ask()
        if now == (self.width, self.height, self.monitors):
            return False
        self.width, self.height, self.monitors = now
        self.epoch += 1
        return True

    def _ask(self) -> tuple[int, int, tuple[Monitor, ...]]:
        size = self._x.core.GetGeometry(self._x.root).reply()
        found = self._x.answer(self._randr.GetMonitors(self._x.root, True)) if self._randr else None
        rects = [Rect(m.x, m.y, m.width, m.height) for m in found.monitors] if found else []
        whole = Rect(0, 0, size.width, size.height)
        scale = self._scale()
        return size.width, size.height, tuple(Monitor(r, scale) for r in rects or [whole])

    def _scale(self) -> float:
        cookie = self._x.ask_property(self._x.root, "RESOURCE_MANAGER", 16384)
        found = _DPI.search(self._x.property_bytes(cookie))
        return float(found[1]) / _PLAIN_DPI if found else 1.0
