"""Whether the connection costs by volume, as NetworkManager says or guesses. Linux; None elsewhere.

Nothing is opened here but the system's own bus.
"""

from __future__ import annotations

import sys
from typing import Final

_NAME: Final = "org.freedesktop.NetworkManager"
_PLACE: Final = "/org/freedesktop/NetworkManager"
_PATIENCE: Final = 2.0  # seconds
_METERED: Final = {1, 3}  # yes, and probably
_UNKNOWN: Final = 0


def metered(bus: str = "SYSTEM") -> bool | None:
    """Return whether it does; None when there is no NetworkManager, or it does not know.

    One that is there and does not answer counts as yes: what is unknown is not taken for free.
    """
    if sys.platform != "linux":
        return None
    from jeepney import DBusAddress, MessageType, new_method_call  # noqa: PLC0415 - Linux only
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415

    place = DBusAddress(_PLACE, _NAME, "org.freedesktop.DBus.Properties")
    asked = new_method_call(place, "Get", "ss", (_NAME, "Metered"))
    try:
        with open_dbus_connection(bus, auth_timeout=_PATIENCE) as connection:
            reply = connection.send_and_get_reply(asked, timeout=_PATIENCE)
    except TimeoutError:
        return True
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, StopIteration):
        return None
    if reply.header.message_type is not MessageType.method_return:
        return None
    value = reply.body[0][1] if reply.body else _UNKNOWN
    return None if value == _UNKNOWN else value in _METERED
