"""The way to the accessibility bus: the session's bus says where it is; its registry is on it."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call

from nodreel.desktop.atspi.ask import first
from nodreel.desktop.atspi.peers import bus
from nodreel.desktop.atspi.talk import Ask, Talks
from nodreel.desktop.atspi.words import REGISTRY
from nodreel.desktop.wire import BusGoneError, Wire, session_address
from nodreel.events import SECOND, Nanos

if TYPE_CHECKING:
    from collections.abc import Callable

    from jeepney import Message

    from nodreel.desktop.atspi.talk import Talk

EVENTS: Final = (
    "object:state-changed:focused",
    "object:property-change:accessible-role",
    "window:activate",
)
"""What apps are told that somebody listens to; heard is only the attended one."""
GONE_RULE: Final = (
    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
    "member='NameOwnerChanged',path='/org/freedesktop/DBus'"
)
_A11Y: Final = "org.a11y.Bus"
_REGISTRY_PATH: Final = "/org/a11y/atspi/registry"
_STARTING: Final = Nanos(5 * SECOND)  # the registry may have to be started first
AGAIN: Final = Nanos(2 * SECOND)


class Link:
    """``talks`` is None until the bus is there; ``read`` what came when ``fd`` (-1: none) is."""

    def __init__(self, heard: Callable[[Message], None], turned: Callable[[], None]) -> None:
        self._heard, self._turned = heard, turned
        self._wire: Wire | None = None
        self._under_way: Talks | None = None
        self.talks: Talks | None = None
        self.registry = ""
        self._due = Nanos(0)

    @property
    def fd(self) -> int:
        """What to poll, -1 for nothing."""
        return self._wire.fd if self._wire else -1

    @property
    def full(self) -> bool:
        """Whether something waits to be written."""
        return self._wire is not None and self._wire.full

    @property
    def due(self) -> Nanos | None:
        """When ``tick`` is next worth calling."""
        if self._under_way is None:
            return self._due
        return self._under_way.deadline

    def tick(self, now: Nanos) -> None:
        """Give up what is late; connect when there is no connection, but not too often."""
        if self._under_way is not None:
            self._under_way.expire(now)
        elif now >= self._due:
            self._due = Nanos(now + AGAIN)
            self._open(now, session_address, self._greet_session, self._found)

    def read(self) -> None:
        """Take in what came, write what waits; never waits itself."""
        wire, talks = self._wire, self._under_way
        if wire is None or talks is None:
            return
        try:
            wire.flush()
            messages = wire.receive()
        except BusGoneError:
            self.close()
            return
        for message in messages:
            if self._wire is not wire:
                return
            self._dispatch(message, talks)

    def close(self) -> None:
        """Leave the bus; may be called twice."""
        wire, talks, was = self._wire, self._under_way, self.talks
        self._wire = self._under_way = self.talks = None
        if wire is not None:
            wire.close()
        if talks is not None:
            talks.clear()
        if was is not None:
            self._turned()

    # -- connecting

    def _open(
        self,
        now: Nanos,
        address: Callable[[], str],
        greet: Callable[[], Talk[str | None]],
        done: Callable[[Nanos, str | None], None],
    ) -> None:
        try:
            self._wire = Wire(address())
        except BusGoneError:
            return
        self._under_way = Talks(self._send)
        self._under_way.start(greet(), now, partial(done, now), _STARTING)

    def _greet_session(self) -> Talk[str | None]:
        yield (bus("Hello"),)
        (owner,) = yield (bus("GetNameOwner", "s", _A11Y),)  # never started: that changes a desktop
        name = first(owner)
        if not isinstance(name, str):
            return None
        (address,) = yield (Ask(name, "/org/a11y/bus", _A11Y, "GetAddress"),)
        found = first(address)
        return found if isinstance(found, str) else None

    def _found(self, now: Nanos, address: str | None) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = self._under_way = None
        if address:
            self._open(now, lambda: address, self._greet_a11y, self._ready)

    def _greet_a11y(self) -> Talk[str | None]:
        yield (bus("Hello"),)
        yield (bus("StartServiceByName", "su", REGISTRY, 0),)
        (owner,) = yield (bus("GetNameOwner", "s", REGISTRY),)
        name = first(owner)
        if not isinstance(name, str):
            return None
        yield (bus("AddMatch", "s", GONE_RULE),)
        yield tuple(Ask(name, _REGISTRY_PATH, REGISTRY, "RegisterEvent", "s", (e,)) for e in EVENTS)
        return name

    def _ready(self, now: Nanos, registry: str | None) -> None:
        del now
        if registry is None:
            self.close()
            return
        self.registry, self.talks = registry, self._under_way
        self._turned()

    # -- talking

    def _send(self, ask: Ask) -> int:
        if self._wire is None:
            return 0
        signature: Any = ask.signature or None
        try:
            place = DBusAddress(ask.path, ask.to, ask.interface)
            return self._wire.send(new_method_call(place, ask.member, signature, ask.body))
        except (BusGoneError, ValueError, TypeError):
            return 0  # a path that is none; and if the bus is gone, reading finds out, too

    def _dispatch(self, message: Message, talks: Talks) -> None:
        kind, fields = message.header.message_type, message.header.fields
        if kind is MessageType.signal:
            self._heard(message)
        elif kind in {MessageType.method_return, MessageType.error}:
            body = message.body if kind is MessageType.method_return else None
            serial, sender = fields.get(HeaderFields.reply_serial), fields.get(HeaderFields.sender)
            talks.answer(serial, sender, body)
