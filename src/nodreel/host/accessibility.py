"""The desktop's accessibility switch: apps speak of their controls only while it is on.

Switching it on changes the person's desktop, so it needs their yes, and what was found before is
written down first and put back when the consent ends. GNOME's own setting follows the switch.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nodreel.errors import StoreError
from nodreel.host.files import read_private, remove, replace_private

if TYPE_CHECKING:
    from pathlib import Path

    from jeepney.io.blocking import DBusConnection

_BUS = "org.a11y.Bus"
_PLACE = "/org/a11y/bus"
_STATUS = "org.a11y.Status"
_SWITCH = "IsEnabled"
_PATIENCE = 2.0  # seconds
_OFF, _ON = b"off\n", b"on\n"
_ENOUGH = 16


def switch_on(path: Path) -> bool:
    """Switch accessibility on and tell whether it is; what was found is kept in ``path``.

    Only for a person who ticked it; ``nodreel.desktop.switch_accessibility_on`` asks for the grant.
    Once kept, what was found stays kept until ``restore``, however often this is called. Nothing is
    switched unless it could be kept: raises StoreError. Apps that are running may need a restart.
    """
    found = _switch()
    if found is None:
        return False
    if not _kept(path):
        replace_private(path, _ON if found else _OFF)
    return found or _switch(on=True) is True


def restore(path: Path) -> bool:
    """Put back what ``switch_on`` found; True when nothing is left to put back.

    Without a desktop to talk to the file stays, for the next time.
    """
    try:
        before = _kept(path)
    except StoreError:
        before = _ON  # not ours to read: better leave the desktop as it is
    if before == _OFF and _switch(on=False) is None:
        return False
    if before:
        remove(path)
    return True


def is_on() -> bool:
    """Whether apps speak of their controls now.

    Asked without a grant, so it starts nothing: where accessibility does not run, it is off.
    """
    return _runs() and _switch() is True


def _kept(path: Path) -> bytes:
    try:
        return read_private(path, limit=_ENOUGH)
    except FileNotFoundError:
        return b""


def _switch(*, on: bool | None = None) -> bool | None:
    """Read the switch, or set it first; None when there is none to be had."""
    if sys.platform != "linux":
        return None
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - Linux only

    try:
        with open_dbus_connection("SESSION", auth_timeout=_PATIENCE) as bus:
            if on is not None:
                _ask(bus, "Set", "ssv", _STATUS, _SWITCH, ("b", on))
            _, value = _ask(bus, "Get", "ss", _STATUS, _SWITCH)
    except (OSError, TimeoutError, ValueError, KeyError, TypeError, RuntimeError, StopIteration):
        return None
    return bool(value)


def _runs() -> bool:
    """Whether the service is on the session's bus; that alone is asked, which starts nobody."""
    if sys.platform != "linux":
        return False
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - Linux only
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - Linux only

    daemon = DBusAddress("/org/freedesktop/DBus", *2 * ("org.freedesktop.DBus",))
    try:
        with open_dbus_connection("SESSION", auth_timeout=_PATIENCE) as bus:
            asked = new_method_call(daemon, "NameHasOwner", "s", (_BUS,))
            return bus.send_and_get_reply(asked, timeout=_PATIENCE).body[0] is True
    except (OSError, TimeoutError, ValueError, KeyError, TypeError, RuntimeError, StopIteration):
        return False


def _ask(bus: DBusConnection, member: str, signature: str, *body: object) -> tuple[str, object]:
    """Call a method of the switch's properties. Raises ValueError when that is refused."""
    from jeepney import DBusAddress, MessageType, new_method_call  # noqa: PLC0415 - Linux only

    place = DBusAddress(_PLACE, _BUS, "org.freedesktop.DBus.Properties")
    message = new_method_call(place, member, signature, body)
    reply = bus.send_and_get_reply(message, timeout=_PATIENCE)
    if reply.header.message_type is not MessageType.method_return:
        raise ValueError(str(reply.body))
    value: tuple[str, object] = reply.body[0] if reply.body else ("", None)
    return value
