"""A connection to the session bus that never waits: what it cannot send or read ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S: Final = 0.2
"""For greeting the bus, and for a full buffer; the sign beats every 0.4 s."""
_MOST: Final = 64
"""Messages worked off at once, so that a storm of them cannot keep the sign from beating."""
BROKEN: Final = (
    DBusErrorResponse, OSError, TimeoutError, ValueError, KeyError, RuntimeError, IndexError,
    TypeError,
)  # fmt: skip
"""All that goes wrong with a bus, and with what others say on it."""
SESSION: Final = "SESSION"
DAEMON: Final = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")


def connect(patience_s: float, address: str = SESSION) -> Any:
    """Return a connection to a bus; OSError when there is none or it does not answer in time."""
    try:
        return open_dbus_connection(address, auth_timeout=patience_s)
    except BROKEN as error:
        raise OSError("no bus") from error


def ask(
    link: Any,
    patience_s: float,
    where: DBusAddress,
    member: str,
    signature: str = "",
    *body: object,
) -> Message:
    """Call a method and return its answer; raises one of BROKEN, an error it answers with too."""
    asked = new_method_call(where, member, signature or None, body)
    reply: Message = link.send_and_get_reply(asked, timeout=patience_s)
    unwrap_msg(reply)
    return reply


class Bus:
    """Raises OSError when there is no such bus or it does not answer in time."""

    def __init__(self, address: str = SESSION) -> None:
        self._link = connect(PATIENCE_S, address)
        self._link.sock.settimeout(PATIENCE_S)
        self.fd: int = self._link.sock.fileno()
        self.name = str(self._link.unique_name)

    def send(self, message: Message) -> None:
        """Send, or be closed from now on."""
        if self.fd < 0:
            return
        try:
            self._link.send(message)
        except BROKEN:
            self.close()

    def call(self, where: DBusAddress, member: str, signature: str = "", *body: object) -> None:
        """Call a method and care about no answer."""
        self.send(new_method_call(where, member, signature or None, body))

    def received(self) -> Iterator[Message]:
        """Yield what has come since, method calls and signals; answers are left out."""
        for _ in range(_MOST):
            if self.fd < 0:
                return
            try:
                message: Message = self._link.receive(timeout=0)
            except TimeoutError:
                return
            except BROKEN:
                self.close()
                return
            if message.header.message_type in {MessageType.method_call, MessageType.signal}:
                yield message

    def close(self) -> None:
        """Leave the bus; may be called twice."""
        if self.fd >= 0:
            self.fd = -1
            self._link.close()


def named(message: Message) -> tuple[str, str, str]:
    """Return a message's path, interface and member; empty where it has none."""
    fields = message.header.fields
    wanted = (HeaderFields.path, HeaderFields.interface, HeaderFields.member)
    path, interface, member = (str(fields.get(field, "")) for field in wanted)
    return path, interface, member
