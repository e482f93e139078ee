"""Which engine IBus has in force, asked on its own bus: that of this display's daemon, no other.

``xkb:…`` engines do what the keymap says, all others make text of keys by rules of their own.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call

from nodreel.desktop.wire import BusGoneError, Wire
from nodreel.desktop.x11.process import read_process
from nodreel.events import SECOND, Nanos
from nodreel.host.machine import machine_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message

    from nodreel.scene import Process

DAEMON: Final = "ibus-daemon"
AGAIN: Final = Nanos(10 * SECOND)
"""So long a daemon that did not let us in is left alone."""
_IBUS: Final = "org.freedesktop.IBus"
_BUS: Final = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_PROPERTIES: Final = DBusAddress("/org/freedesktop/IBus", _IBUS, "org.freedesktop.DBus.Properties")
_RULE: Final = f"type='signal',interface='{_IBUS}',member='GlobalEngineChanged'"
_DISPLAY: Final = re.compile(r"([^:]*):(\d{1,6})(?:\.\d{1,6})?")
_LONGEST: Final = 4096  # of the file that says where the bus is


class IBus:
    """``engine`` is its name; None while there is no answer, no engine, or no daemon."""

    def __init__(self, display: str, who: Callable[[int], Process | None] = read_process) -> None:
        self._display = display
        self._who = who
        self._wire: Wire | None = None
        self._asked = 0
        self._tried: Nanos | None = None
        self.engine: str | None = None

    @property
    def fd(self) -> int:
        """What to wait on, -1 for nothing."""
        return self._wire.fd if self._wire else -1

    def close(self) -> None:
        """Leave the bus; may be called twice."""
        if self._wire is not None:
            self._wire.close()
        self._wire, self.engine = None, None

    def reach(self, now: Nanos) -> None:
        """Connect if there is no connection, but not all the time."""
        if self._wire is not None or (self._tried is not None and now - self._tried < AGAIN):
            return
        self._tried = now
        try:
            self._open(_address(self._display))
        except BusGoneError:
            self.close()

    def read(self) -> None:
        """Take in what came; never waits for more."""
        if self._wire is None:
            return
        try:
            self._wire.flush()
            for message in self._wire.receive():
                self._take(message)
        except BusGoneError:
            self.close()

    def _open(self, address: str) -> None:
        wire = self._wire = Wire(address)
        daemon = self._who(wire.peer)
        if daemon is None or not daemon.trusted or os.path.basename(daemon.exe) != DAEMON:
            raise BusGoneError("somebody else answers there")
        wire.send(new_method_call(_BUS, "Hello"))
        wire.send(new_method_call(_BUS, "AddMatch", "s", (_RULE,)))
        ask = new_method_call(_PROPERTIES, "Get", "ss", (_IBUS, "GlobalEngine"))
        self._asked = wire.send(ask)

    def _take(self, message: Message) -> None:
        fields, kind = message.header.fields, message.header.message_type
        if kind is MessageType.signal:
            told = fields.get(HeaderFields.member) == "GlobalEngineChanged"
            if told and fields.get(HeaderFields.sender) == _IBUS:
                self.engine, self._asked = _name(message.body, ()), 0
        elif self._asked and fields.get(HeaderFields.reply_serial) == self._asked:
            answered = kind is MessageType.method_return
            self.engine = _name(message.body, (1, 1, 2)) if answered else None


def _name(body: Any, path: tuple[int, ...]) -> str | None:
    """Return the text at ``path`` in the first value; the variants are (signature, value) each."""
    try:
        value = body[0]
        for step in path:
            value = value[step]
    except (IndexError, TypeError, KeyError):
        return None
    return value if isinstance(value, str) else None


def _address(display: str) -> str:
    """Return where the daemon of a display says that its bus is. Raises BusGoneError."""
    if given := os.environ.get("IBUS_ADDRESS"):
        return given
    match = _DISPLAY.fullmatch(display)
    if match is None:
        raise BusGoneError("no display")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for machine in machine_ids():
        place = config / "ibus" / "bus" / f"{machine}-{match[1] or 'unix'}-{match[2]}"
        try:
            with place.open("rb") as file:
                lines = file.read(_LONGEST).decode("utf-8", "replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith("IBUS_ADDRESS="):
                return line.removeprefix("IBUS_ADDRESS=")
    raise BusGoneError("no daemon says where it is")
