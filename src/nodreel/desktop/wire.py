"""One connection to a message bus that never waits: bytes in, messages out, and the other way.

What comes is hostile: a message that is too long is skipped unread, one that makes no sense is
dropped.
"""

from __future__ import annotations

import os
import struct
from itertools import count
from typing import TYPE_CHECKING, Any

from jeepney.bus import get_bus
from jeepney.io.blocking import prep_socket
from jeepney.low_level import Message, calc_msg_size

from nodreel.ipc.peer import peer_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1 << 16
"""Bytes of one message; a longer one is no answer to anything asked here."""
_HEAD = 16
_GULP = 1 << 18
_UNSENT = 1 << 20
_GREETING = 0.5  # seconds for the bus to let us in
_NONSENSE = (ValueError, KeyError, IndexError, TypeError, AssertionError, AttributeError,
             struct.error, RecursionError)  # fmt: skip


class BusGoneError(Exception):
    """There is no such bus, it refuses us, or it went away."""


def session_address() -> str:
    """Return where the session's bus is. Raises BusGoneError when nobody says so."""
    if given := os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return given
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        return f"unix:path={runtime}/bus"
    raise BusGoneError("no session bus")


class Wire:
    """Connected and authenticated, not yet greeted (Hello). Raises BusGoneError."""

    def __init__(self, address: str) -> None:
        try:
            place = get_bus(address)
            self._socket: Any = prep_socket(place, timeout=_GREETING)
        except (OSError, RuntimeError, *_NONSENSE, StopIteration) as error:
            raise BusGoneError(str(error)) from error
        self._socket.settimeout(0.0)
        self._serials = count(1)
        self._out = bytearray()
        self._in = bytearray()
        self._skip = 0

    @property
    def fd(self) -> int:
        """What to poll."""
        number: int = self._socket.fileno()
        return number

    @property
    def full(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._out)

    @property
    def peer(self) -> int:
        """The pid of the bus, by the kernel's word; 0 when it does not say."""
        try:
            return peer_of(self._socket).pid
        except OSError:
            return 0

    def close(self) -> None:
        """Leave the bus; may be called twice."""
        self._socket.close()

    def send(self, message: Message) -> int:
        """Send and return the serial; 0 when it cannot be said over D-Bus. Raises BusGoneError."""
        serial = next(self._serials)
        try:
            data = message.serialise(serial=serial)
        except _NONSENSE:
            return 0
        self._out += data
        if len(self._out) > _UNSENT:
            raise BusGoneError("the bus takes nothing")
        self.flush()
        return serial

    def flush(self) -> None:
        """Write what the bus takes now. Raises BusGoneError."""
        try:
            while self._out:
                del self._out[: self._socket.send(self._out)]
        except BlockingIOError:
            return
        except OSError as error:
            raise BusGoneError(str(error)) from error

    def receive(self) -> list[Message]:
        """Return what has come; never waits. Raises BusGoneError."""
        got = 0
        while got < _GULP:
            try:
                data = self._socket.recv(1 << 16)
            except BlockingIOError:
                break
            except OSError as error:
                raise BusGoneError(str(error)) from error
            if not data:
                raise BusGoneError("the bus hung up")
            got += len(data)
            self._in += data
            self._drop()
        return list(self._messages())

    def _drop(self) -> None:
        """Throw away what belongs to a message that is too long."""
        gone = min(self._skip, len(self._in))
        del self._in[:gone]
        self._skip -= gone

    def _messages(self) -> Iterator[Message]:
        while not self._skip and len(self._in) >= _HEAD:
            size = self._size()
            if size > LONGEST:
                self._skip = size
                self._drop()
                continue
            if len(self._in) < size:
                return
            raw = bytes(self._in[:size])
            del self._in[:size]
            try:
                yield Message.from_buffer(raw)
            except _NONSENSE:
                continue

    def _size(self) -> int:
        try:
            size: int = calc_msg_size(bytes(self._in[:_HEAD]))
        except _NONSENSE as error:
            raise BusGoneError("that is no D-Bus") from error
        return size
