"""Which hand moved: real devices and XTEST, the server's own devices for programs that type."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
from typing import TYPE_CHECKING

import xcffib.xinput

from nodreel.errors import UnsupportedError

if TYPE_CHECKING:
    from nodreel.desktop.x11.connection import Connection
    from nodreel.events import Nanos

_ALL_DEVICES, _ALL_MASTERS = 0, 1
DEVICE_CHANGED, HIERARCHY_CHANGED = 1, 11
RAW_KEY_PRESS, RAW_KEY_RELEASE, RAW_BUTTON_PRESS, RAW_BUTTON_RELEASE = 13, 14, 15, 16
_RAW = (RAW_KEY_PRESS, RAW_KEY_RELEASE, RAW_BUTTON_PRESS, RAW_BUTTON_RELEASE)
_MASTER_POINTER, _FLOATING = 1, 5
_SLAVE_SWITCH = 1
_VERSION = (2, 2)
_REMEMBERED = 64  # switches between devices; far more than fit between two flushes


class Devices:
    """Selects raw input and tells for each source whether it is ``synthetic``.

    Version 2.2: 2.0 falls silent while a menu holds the keyboard. Masters only: their events name
    the real source and come once. Input that no physical device made counts as synthetic, and so
    does a source nobody knows.
    """

    def __init__(self, x: Connection) -> None:
        self._x = x
        found = x.extension("XInputExtension")
        if found is None:
            raise UnsupportedError("This X server has no XInput extension.")
        self.opcode = found[0]
        self._xi = x.ext(xcffib.xinput.key)
        version = self._xi.XIQueryVersion(*_VERSION).reply()
        if (version.major_version, version.minor_version) < _VERSION:
            raise UnsupportedError("This X server's XInput is older than 2.2; it would lose keys.")
        self._physical: set[int] = set()
        self._pointers: set[int] = set()
        self._first_source = 0
        self._switches: list[tuple[Nanos, int]] = []
        self.read()
        self._select(_ALL_MASTERS, sum(1 << e for e in (*_RAW, DEVICE_CHANGED)))
        self._select(_ALL_DEVICES, 1 << HIERARCHY_CHANGED)

    def _select(self, devices: int, mask: int) -> None:
        wire = struct.pack("=HHI", devices, 1, mask)
        self._xi.XISelectEvents(self._x.root, 1, [wire])

    def read(self) -> None:
        """Ask which devices there are."""
        raw = self._x.raw_answer(self._xi.XIQueryDevice(_ALL_DEVICES))
        marker = self._x.atom("XTEST Device")
        slaves = []
        at = 32
        for _ in range(struct.unpack_from("=H", raw, 8)[0] if raw else 0):
            device, use, _, classes, name = struct.unpack_from("=5H", raw, at)
            at += 12 + (name + 3) // 4 * 4
            self._pointers |= {device} if use == _MASTER_POINTER else set()
            for _ in range(classes):
                _, words, source = struct.unpack_from("=3H", raw, at)
                if use == _MASTER_POINTER and not self._switches:
                    self._first_source = source  # its classes are those of the last one used
                at += 4 * words
            slaves += [device] if 2 < use < _FLOATING else []  # noqa: PLR2004 - after the masters
        asked = [(d, self._xi.XIGetProperty(d, False, marker, 0, 0, 1)) for d in slaves]
        answers = [(d, self._x.answer(cookie)) for d, cookie in asked]
        self._physical = {d for d, a in answers if a is not None and a.type == 0}

    def on_device_changed(self, e: bytes, t: Nanos) -> None:
        """Note which device moves the pointer from ``t`` on."""
        device, source, reason = struct.unpack_from("=H6xHB", e, 10)
        if reason == _SLAVE_SWITCH and device in self._pointers:
            self._switches.append((t, source))
            del self._switches[:-_REMEMBERED]

    def synthetic(self, source: int) -> bool:
        """Whether that source is no physical device."""
        return source not in self._physical

    def pointer_synthetic(self, t: Nanos) -> bool:
        """Whether a program, not a device, moved the pointer at that time."""
        source = self._first_source
        for since, switched in self._switches:
            if since <= t:
                source = switched
        return self.synthetic(source)
