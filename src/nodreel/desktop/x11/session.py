"""Whether the session is locked, switched away or asleep, as logind tells it over D-Bus.

Without a system bus or logind nobody tells: then it counts as not locked, and what a lock screen
does (it grabs the keyboard, it covers everything) is seen in the scene. Where somebody told and
fell silent, it counts as locked until ``mend`` found somebody again.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
from collections import deque
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

_LOGIND = "org.freedesktop.login1"
_MANAGER = DBusAddress("/org/freedesktop/login1", _LOGIND, f"{_LOGIND}.Manager")
_AUTO = "/org/freedesktop/login1/session/auto"  # systemd 243 and newer: ours, or our seat's
_PATIENCE = 2.0  # seconds for an answer; logind answers in milliseconds
_FAILURES = (OSError, TimeoutError, ValueError, KeyError)
_MOST = 256  # messages at one go; logind sends a handful a day


class Session:
    """``locked`` says it; ``fd`` (-1 without a bus) becomes readable when ``read`` has work.

    ``remote``: the person logged in from another computer.
    """

    def __init__(self) -> None:
        self._bus: DBusConnection | None = None
        self._told: deque[Message] = deque()
        self._path = ""
        self._owner = ""
        self._locked_by_hint = self._asked_to_lock = self._asleep = False
        self._active = True
        self._lost = self._asked_owner = False
        self.remote = False
        self._open()

    def mend(self) -> None:
        """Ask again if nobody tells any more; waits for an answer as long as the first time."""
        if self._lost:
            self._open()

    def _open(self) -> None:
        try:
            self._bus = open_dbus_connection("SYSTEM")
            self._listen(self._bus)
            self._path = self._find()
            self._look()
            self._lost = False
        except _FAILURES:
            self.close()

    def close(self) -> None:
        """Leave the bus; may be called twice."""
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    @property
    def fd(self) -> int:
        """What to wait on, -1 for nothing."""
        return self._bus.sock.fileno() if self._bus else -1

    @property
    def locked(self) -> bool:
        """Whether the person is away from this session."""
        away = self._locked_by_hint or self._asked_to_lock or self._asleep or not self._active
        return away or self._lost

    def read(self) -> None:
        """Take in what was told; never waits for more."""
        if self._bus is None:
            return
        try:
            for _ in range(_MOST):
                self._bus.recv_messages(timeout=0)
        except TimeoutError:
            pass
        except OSError:
            self._lose()
            return
        self._asked_owner = False
        while self._told:
            self._take(self._told.popleft())

    # ------------------------------------------------------------------------------------- talking

    def _listen(self, bus: DBusConnection) -> None:
        rule = MatchRule(type="signal", sender=_LOGIND)
        bus.filter(MatchRule(type="signal"), queue=self._told)
        self._call(message_bus.AddMatch(rule))

    def _call(self, message: Message) -> tuple[Any, ...]:
        """Ask and return the answer's body. Raises ValueError when it is an error."""
        if self._bus is None:
            raise ValueError("no bus")
        reply = self._bus.send_and_get_reply(message, timeout=_PATIENCE)
        if reply.header.message_type is not MessageType.method_return:
            raise ValueError(str(reply.body))
        body: tuple[Any, ...] = reply.body
        return body

    def _find(self) -> str:
        """Return the path of this session's object."""
        ways = [new_method_call(_MANAGER, "GetSessionByPID", "u", (os.getpid(),))]
        if own := os.environ.get("XDG_SESSION_ID"):
            ways.insert(0, new_method_call(_MANAGER, "GetSession", "s", (own,)))
        for way in ways:
            try:
                return str(self._call(way)[0])
            except ValueError:
                continue
        name = self._properties(_AUTO)["Id"][1]
        return str(self._call(new_method_call(_MANAGER, "GetSession", "s", (name,)))[0])

    def _properties(self, path: str) -> dict[str, tuple[str, Any]]:
        place = DBusAddress(path, _LOGIND, "org.freedesktop.DBus.Properties")
        found: dict[str, tuple[str, Any]] = self._call(
            new_method_call(place, "GetAll", "s", (f"{_LOGIND}.Session",))
        )[0]
        return found

    def _look(self) -> None:
        said = self._properties(self._path)
        self._locked_by_hint = bool(said.get("LockedHint", ("b", False))[1])
        self._active = bool(said.get("Active", ("b", True))[1])
        self.remote = bool(said.get("Remote", ("b", False))[1])

    def _from_logind(self, message: Message) -> bool:
        """Whether logind said it: anybody can send a signal straight to us, and many of them."""
        sender = message.header.fields.get(HeaderFields.sender)
        if sender != self._owner and not self._asked_owner:
            self._asked_owner = True
            self._owner = self._call(message_bus.GetNameOwner(_LOGIND))[0]
        return bool(sender == self._owner)

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        member, path = fields.get(HeaderFields.member), fields.get(HeaderFields.path)
        try:
            if not self._from_logind(message):
                return
            if member == "PrepareForSleep":
                self._asleep = bool(message.body[0])
            elif path == self._path and member in {"Lock", "Unlock"}:
                self._asked_to_lock = member == "Lock"
            elif path == self._path and member == "PropertiesChanged":
                self._look()
        except _FAILURES:
            self._lose()

    def _lose(self) -> None:
        """Leave a bus that no longer tells whether the person is away."""
        self._lost = True
        self.close()
