"""The tray icon as a StatusNotifierItem with a dbusmenu: what panels of Linux desktops show.

What the panel says is not believed further than that an entry was clicked, and an entry that is
not enabled cannot be. Without a panel the item waits on the bus until one comes.
"""

from __future__ import annotations

import os
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self

from jeepney import DBusAddress, MatchRule, Message, new_error, new_method_return, new_signal

from nodreel.sign.bus import DAEMON, Bus, named
from nodreel.sign.dbusmenu import MENU_PATH, DBusMenu
from nodreel.sign.icon import LEVELS, coverage
from nodreel.sign.looks import AMBER, GROUND, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.sign.looks import Colour, Look
    from nodreel.sign.menu import Entry

ITEM_PATH: Final = "/StatusNotifierItem"
ITEM: Final = "org.kde.StatusNotifierItem"
_WATCHER: Final = "org.kde.StatusNotifierWatcher"
_REGISTER: Final = DBusAddress("/StatusNotifierWatcher", _WATCHER, _WATCHER)
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_SIZES: Final = (24, 48)


class StatusNotifier:
    """The item and its menu on one connection; a ``Tray``."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._look: Look | None = None
        self._menu = DBusMenu(bus)
        self._name = f"{ITEM}-{os.getpid()}-1"
        self._bus.call(DAEMON, "RequestName", "su", self._name, 4)  # and do not queue for it
        rule = MatchRule(
            type="signal", interface=DAEMON.interface, member="NameOwnerChanged",
            sender=DAEMON.bus_name,
        )  # fmt: skip
        rule.add_arg_condition(0, _WATCHER)
        self._bus.call(DAEMON, "AddMatch", "s", rule.serialise())
        self._register()

    @classmethod
    def open(cls) -> Self | None:
        """Return the item on the session bus; None without one."""
        try:
            return cls(Bus())
        except OSError:
            return None

    @property
    def fd(self) -> int:
        """Readable when a panel asks something."""
        return self._bus.fd

    def show(self, look: Look, entries: Sequence[Entry]) -> None:
        """Show another look and menu; panels are told only what changed."""
        before, self._look = self._look, look
        self._menu.show(entries)
        if before is None or before == look:
            return
        self._signal("NewToolTip")
        self._signal("NewTitle")
        if (before.shape, before.colour) != (look.shape, look.colour):
            self._signal("NewIcon")
            self._signal("NewStatus", "s", self._status())

    def chosen(self) -> list[int]:
        """Answer what panels ask; return the entries they say were clicked."""
        for message in self._bus.received():
            path, interface, member = named(message)
            if path == MENU_PATH:
                self._menu.answer(message, interface, member)
            elif path == ITEM_PATH:
                self._answer(message, interface, member)
            elif member == "NameOwnerChanged" and message.body[-1:] != ("",):
                self._register()  # a panel came, or came back
        return self._menu.take()

    def close(self) -> None:
        """Leave the bus: panels take the icon away by themselves."""
        self._bus.close()

    def _register(self) -> None:
        self._bus.call(_REGISTER, "RegisterStatusNotifierItem", "s", self._name)

    def _answer(self, message: Message, interface: str, member: str) -> None:
        properties = self._properties()
        if interface == _PROPERTIES and member == "GetAll":
            reply = new_method_return(message, "a{sv}", (properties,))
        elif interface == _PROPERTIES and member == "Get" and message.body[1] in properties:
            reply = new_method_return(message, "v", (properties[message.body[1]],))
        elif interface == ITEM:
            reply = new_method_return(message)  # a plain click opens the menu, as ItemIsMenu asks
        else:
            reply = new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        self._bus.send(reply)

    def _properties(self) -> dict[str, tuple[str, Any]]:
        words = self._look.words if self._look else "nodreel"
        icons = _icons(self._look.shape, self._look.colour) if self._look else ()
        return {
            "Category": ("s", "ApplicationStatus"),
            "Id": ("s", "nodreel"),
            "Title": ("s", words),
            "Status": ("s", self._status()),
            "WindowId": ("i", 0),
            "IconName": ("s", ""),
            "IconPixmap": ("a(iiay)", list(icons)),
            "AttentionIconName": ("s", ""),
            "AttentionIconPixmap": ("a(iiay)", list(icons)),
            "OverlayIconName": ("s", ""),
            "IconThemePath": ("s", ""),
            "ToolTip": ("(sa(iiay)ss)", ("", [], "nodreel", words)),
            "IconAccessibleDesc": ("s", words),
            "ItemIsMenu": ("b", True),
            "Menu": ("o", MENU_PATH),
        }

    def _status(self) -> str:
        return "NeedsAttention" if self._look and self._look.colour == AMBER else "Active"

    def _signal(self, name: str, signature: str | None = None, *body: object) -> None:
        where = DBusAddress(ITEM_PATH, None, ITEM)
        self._bus.send(new_signal(where, name, signature, body))


@lru_cache(maxsize=8)
def _icons(shape: Shape, colour: Colour) -> tuple[tuple[int, int, bytes], ...]:
    """Draw the mark in each size, as the protocol wants it: ARGB, most significant byte first."""
    return tuple((size, size, _pixels(shape, colour, size)) for size in _SIZES)


def _pixels(shape: Shape, colour: Colour, size: int) -> bytes:
    """Draw the mark on a dark disc, so that it stands out from light and from dark panels."""
    pixels = bytearray(size * size * 4)
    for (x, y), level in coverage(Shape.DOT, size).items():
        struct.pack_into("4B", pixels, (y * size + x) * 4, 255 * level // LEVELS, *GROUND)
    edge = size // 5
    for (x, y), level in coverage(shape, size - 2 * edge).items():
        at, share = ((y + edge) * size + x + edge) * 4, level / LEVELS
        mixed = [round(g + (c - g) * share) for g, c in zip(GROUND, colour, strict=True)]
        struct.pack_into("3B", pixels, at + 1, *mixed)
    return bytes(pixels)
