"""A panel for tests: asks an item for what panels ask, over the real session bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from nodreel.sign.dbusmenu import MENU, MENU_PATH
from nodreel.sign.sni import ITEM, ITEM_PATH

if TYPE_CHECKING:
    from collections.abc import Callable

PROPERTIES = "org.freedesktop.DBus.Properties"


class Panel:
    """``turn`` lets the item answer what was asked."""

    def __init__(self, item: str, turn: Callable[[], object]) -> None:
        self.link = open_dbus_connection("SESSION")
        self.item, self.turn = item, turn

    def ask(self, path: str, interface: str, member: str, signature: str = "", *body: Any) -> Any:
        where = DBusAddress(path, self.item, interface)
        self.link.send(new_method_call(where, member, signature or None, body), serial=77)
        for _ in range(200):
            self.turn()
            try:
                reply = self.link.receive(timeout=0.02)
            except TimeoutError:
                continue
            if reply.header.message_type is MessageType.signal:
                continue
            if reply.header.message_type is MessageType.error:
                raise ValueError(reply.header.fields)
            return reply.body
        raise AssertionError("no answer")

    def property(self, name: str) -> Any:
        return self.ask(ITEM_PATH, PROPERTIES, "Get", "ss", ITEM, name)[0][1]

    def layout(self) -> list[tuple[int, dict[str, Any]]]:
        _, (_, _, children) = self.ask(MENU_PATH, MENU, "GetLayout", "iias", 0, -1, [])
        return [(child[1][0], child[1][1]) for child in children]

    def event(self, number: int, kind: str = "clicked") -> None:
        self.ask(MENU_PATH, MENU, "Event", "isvu", number, kind, ("i", 0), 0)

    def close(self) -> None:
        self.link.close()
