"""The window of ``nodreel.desktop.presence`` on X11.

It selects keys of its own window alone, so that it hears what is typed there and nothing else, and
takes no grab. A key counts as a hand's when its source (XInput2) is no XTEST device, names a device
node, and that node is a keyboard that the kernel has from hardware.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import contextlib
import os
import select
import struct
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import xcffib.xinput

from nodreel.desktop.press import Press
from nodreel.desktop.x11.connection import GENERIC, Connection, server_lives
from nodreel.desktop.x11.forgeries import Forgeries
from nodreel.errors import UnsupportedError
from nodreel.events import SECOND, Nanos
from nodreel.host.keyboards import INPUT, keyboards

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_KEY_PRESS, _REPEATED = 2, 1 << 16
_ALL_MASTERS = 1
_EXPOSE, _MAPPED = 12, 19
_BACKGROUND, _EVENTS = 1 << 1, 1 << 11
_SEEN = (1 << 15) | (1 << 17)  # exposure, structure
_FOREGROUND, _BEHIND, _FONT = 1 << 2, 1 << 3, 1 << 14
_ATOM, _STRING, _REPLACE = 4, 31, 0
_WIDTH, _HEIGHT, _WHITE, _BLACK = 460, 150, 0xFFFFFF, 0x202020
_SAYS: Final = b"nodreel: type these digits on your own keyboard."
_HERE: Final = (":", "unix:", "unix/:")
_TOP, _MIDDLE, _BOTTOM = (6, 0, 28, 6), (6, 37, 28, 6), (6, 74, 28, 6)
_SIDES: Final = ((0, 6, 6, 31), (34, 6, 6, 31), (0, 43, 6, 31), (34, 43, 6, 31))
_BARS: Final = (_TOP, _SIDES[0], _SIDES[1], _MIDDLE, _SIDES[2], _SIDES[3], _BOTTOM)
_SHAPES: Final = ("1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111",
                  "1010010", "1111111", "1111011")  # fmt: skip
_KEYPAD: Final = 0xFFB0


class X11CodeWindow:
    """See ``nodreel.desktop.presence.CodeWindow``. ``folder``: where the kernel lists devices."""

    def __init__(self, code: str, display: str, folder: Path = INPUT) -> None:
        if not display.startswith(_HERE):
            raise UnsupportedError("The display is another machine's, and so is its keyboard.")
        self._code, self._folder = code, folder
        with contextlib.ExitStack() as opening, server_lives():
            self._closing = opening
            self._open(display)
            self._closing = opening.pop_all()

    def _open(self, display: str) -> None:
        x = self._x = Connection(display)
        self._closing.callback(x.close)
        found = x.extension("XInputExtension")
        if found is None:
            raise UnsupportedError("This X server has no XInput extension.")
        self._opcode = found[0]
        self._xi: Any = x.ext(xcffib.xinput.key)
        self._xi.XIQueryVersion(2, 2).reply()
        self._forgeries = Forgeries(x, display)
        self._closing.callback(self._forgeries.close)
        self._digits = self._read_digits()
        self._window = self._show()

    def _show(self) -> int:
        x, window, self._pen, font = self._x, self._x.new_id(), self._x.new_id(), self._x.new_id()
        x.core.CreateWindow(
            0, window, x.root, 0, 0, _WIDTH, _HEIGHT, 0, 1, 0, _BACKGROUND | _EVENTS,
            [_WHITE, _SEEN],
        )  # fmt: skip
        x.core.OpenFont(font, 5, b"fixed")  # every server has it
        x.core.CreateGC(self._pen, window, _FOREGROUND | _BEHIND | _FONT, [_BLACK, _WHITE, font])
        x.core.ChangeProperty(_REPLACE, window, x.atom("WM_NAME"), _STRING, 8, 7, b"nodreel")
        x.core.ChangeProperty(
            _REPLACE, window, x.atom("WM_CLASS"), _STRING, 8, 16, b"nodreel\0Nodreel\0"
        )
        for name, value in (  # closing it ends the connection: no protocol says otherwise
            ("_NET_WM_WINDOW_TYPE", x.atom("_NET_WM_WINDOW_TYPE_DIALOG")),
            ("_NET_WM_STATE", x.atom("_NET_WM_STATE_ABOVE")),
        ):
            told = struct.pack("=I", value)
            x.core.ChangeProperty(_REPLACE, window, x.atom(name), _ATOM, 32, 1, told)
        mask = struct.pack("=HHI", _ALL_MASTERS, 1, 1 << _KEY_PRESS)
        self._xi.XISelectEvents(window, 1, [mask])
        x.core.MapWindow(window)
        x.x.flush()
        return window

    def _read_digits(self) -> dict[int, str]:
        """Keycode -> the digit that its key has on any of its levels: layouts differ in which."""
        setup = self._x.x.get_setup()
        low, count = setup.min_keycode, setup.max_keycode - setup.min_keycode + 1
        reply = self._x.core.GetKeyboardMapping(low, count).reply()
        per, symbols = reply.keysyms_per_keycode, list(reply.keysyms)
        known = {ord(str(d)): str(d) for d in range(10)} | {_KEYPAD + d: str(d) for d in range(10)}
        found = {}
        for at in range(count):
            digits = [known[s] for s in symbols[at * per : (at + 1) * per] if s in known]
            if digits:
                found[low + at] = digits[0]
        return found

    # ------------------------------------------------------------------------------- the protocol

    def wait(self, timeout: Nanos) -> Sequence[Press]:
        """Block until a key goes down; see the protocol."""
        with server_lives():
            self._x.x.flush()
            presses = list(self._heard())
            if not presses:
                select.select([self._x.fd], [], [], max(0, timeout) / SECOND)
                presses = list(self._heard())
            return presses

    def undisturbed(self) -> bool:
        """End listening; see the protocol."""
        with server_lives():
            return self._forgeries.none()

    def close(self) -> None:
        """Let go of everything; see the protocol."""
        self._closing.close()

    # -------------------------------------------------------------------------------------- events

    def _heard(self) -> Iterator[Press]:
        for event in self._x.events():
            kind = event[0]
            if kind == GENERIC and event[1] == self._opcode:
                yield from self._press(event)
            elif kind == _MAPPED:
                self._x.core.SetInputFocus(1, self._window, 0)
                self._x.x.flush()
            elif kind == _EXPOSE:
                self._draw()

    def _press(self, e: bytes) -> Iterator[Press]:
        (kind,) = struct.unpack_from("=H", e, 8)
        (keycode,) = struct.unpack_from("=I", e, 16)
        source, _, flags = struct.unpack_from("=HHI", e, 52)
        if kind == _KEY_PRESS and not flags & _REPEATED:
            yield Press(self._digits.get(keycode, ""), source, self._physical(source))

    def _physical(self, source: int) -> bool:
        """Whether the kernel has that device from hardware, and no XTEST device says it is one."""
        if self._property(source, "XTEST Device"):
            return False
        node = self._property(source, "Device Node").split(b"\0", 1)[0]
        name = PurePath(os.fsdecode(node)).name
        return name in keyboards(self._folder)

    def _property(self, source: int, name: str) -> bytes:
        raw = self._x.raw_answer(
            self._xi.XIGetProperty(source, False, self._x.atom(name), 0, 0, 64)
        )
        if not raw:
            return b""
        count, width = struct.unpack_from("=IB", raw, 16)
        return raw[32 : 32 + count * width // 8]

    def _draw(self) -> None:
        x = self._x
        x.core.ImageText8(len(_SAYS), self._window, self._pen, 20, 30, _SAYS)
        bars = b"".join(
            struct.pack("=hhHH", 20 + 70 * place + left, 48 + top, width, height)
            for place, digit in enumerate(self._code)
            for on, (left, top, width, height) in zip(_SHAPES[int(digit)], _BARS, strict=True)
            if on == "1"
        )
        x.core.PolyFillRectangle(self._window, self._pen, len(bars) // 8, [bars])
        x.x.flush()
