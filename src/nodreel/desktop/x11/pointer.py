"""Where the pointer went and clicked, through the RECORD extension: exact, in order, and cheap.

Only motion and buttons are ever asked for, never keys: RECORD sees through grabs, so it would read
what is typed into a lock screen. The server holds the data back until 32 events have gathered or
something else is due; two round trips on another connection make it hand them out.

What it hands out must not lie in the socket for long: after some 280 messages (one for each move,
on a busy desktop) the kernel takes no more, and then the server loses what it holds back while it
writes the rest (decision 0806).
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xcffib
import xcffib.record

from nodreel.desktop.x11.connection import Connection
from nodreel.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.desktop.x11.servertime import ServerTime
    from nodreel.events import Nanos

BUTTON_PRESS, BUTTON_RELEASE, MOTION = 4, 5, 6
DEVICE_EVENTS = (BUTTON_PRESS, MOTION)  # first and last; keys are 2 and 3
_ALL_CLIENTS = 3
_NO_HEADERS = 0
_ENABLE = 5
_EVENT = struct.Struct("=BBHIIIIhhhhHBx")  # type, detail, …, time, …, root x and y, …, state
_MESSAGE = 64  # bytes of one that holds one event, the shortest there is
_CHUNK = 1 << 16
_XCB: Any = xcffib


@dataclass(frozen=True, slots=True)
class Touch:
    """One pointer event of the server: ``kind`` is MOTION, BUTTON_PRESS or BUTTON_RELEASE."""

    t: Nanos
    kind: int
    button: int
    x: int
    y: int
    modifiers: int


class Pointer:
    """``fd`` becomes readable when data lies there; ``read`` takes it, without waiting."""

    def __init__(self, control: Connection, time: ServerTime, display: str | None) -> None:
        self._control = control
        self._time = time
        if control.extension("RECORD") is None:
            raise UnsupportedError("This X server has no RECORD extension.")
        self._record = control.ext(xcffib.record.key)
        self._record.QueryVersion(1, 13).reply()
        self.context = control.new_id()
        reach = struct.pack("=18xBB4x", *DEVICE_EVENTS)
        made = self._record.CreateContext(
            self.context, _NO_HEADERS, 1, 1, [_ALL_CLIENTS], [reach], is_checked=True
        )
        if not control.works(made):
            raise UnsupportedError("The X server refuses to record the pointer.")
        self._data = Connection(display)
        opcode = self._data.extension("RECORD")
        assert opcode is not None
        self.fd = self._data.fd
        self._chunks: list[bytes] = []  # taken out of the socket, not read yet
        # The answer to this request never ends, so it is written past xcffib, and read past it.
        os.write(self.fd, struct.pack("=BBHI", opcode[0], _ENABLE, 2, self.context))

    def close(self) -> None:
        """Stop recording; may be called twice, and with a dead server."""
        try:
            self._record.DisableContext(self.context)
            self._record.FreeContext(self.context)
            self._control.x.flush()
        except xcffib.XcffibException:
            pass  # the server is gone, and the context with it
        self._data.close()

    def empty(self) -> int:
        """Take what has arrived out of the socket, for ``read``; returns how many messages at most.

        Raises ServerGoneError when the server closed the connection.
        """
        size = 0
        while True:
            try:
                chunk = os.read(self.fd, _CHUNK)
            except BlockingIOError:
                break
            except ConnectionError:
                chunk = b""
            if not chunk:
                raise _XCB.ConnectionException(0)
            self._chunks.append(chunk)
            size += len(chunk)
        return -(-size // _MESSAGE)

    def read(self) -> list[Touch]:
        """Return what has arrived. Raises ServerGoneError, see ``empty``."""
        self.empty()
        return list(self._parse(b"".join(self._chunks))) if self._chunks else []

    def _parse(self, raw: bytes) -> Iterator[Touch]:
        at = 0
        while at + 32 <= len(raw):
            size = 32
            if raw[at] == 1:  # a reply of the endless answer; anything else is 32 bytes
                size += 4 * struct.unpack_from("=I", raw, at + 4)[0]
            if at + size > len(raw):
                break
            if raw[at] == 1 and raw[at + 1] == 0:  # category FromServer
                for start in range(at + 32, at + size - 31, 32):
                    yield self._touch(raw, start)
            at += size
        self._chunks = [raw[at:]] if at < len(raw) else []

    def _touch(self, raw: bytes, at: int) -> Touch:
        kind, button, _, ms, *_, x, y, _, _, state, _ = _EVENT.unpack_from(raw, at)
        return Touch(self._time.nanos(ms), kind, button, x, y, state & 0xFF)
