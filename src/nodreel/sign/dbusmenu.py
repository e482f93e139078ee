"""The menu as panels ask for it (com.canonical.dbusmenu): a flat list, told when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jeepney import DBusAddress, Message, new_error, new_method_return, new_signal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.sign.bus import Bus
    from nodreel.sign.menu import Entry

MENU_PATH: Final = "/MenuBar"
MENU: Final = "com.canonical.dbusmenu"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_ROOT: Final = 0
_ITEM: Final = "(ia{sv}av)"
_OWN: Final[dict[str, tuple[str, Any]]] = {
    "Version": ("u", 3),
    "Status": ("s", "normal"),
    "TextDirection": ("s", "ltr"),
    "IconThemePath": ("as", []),
}
_MOST: Final = 16  # clicks that wait to be carried out


class DBusMenu:
    """Answers panels about the entries last shown; what was clicked waits to be taken."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._entries: tuple[Entry, ...] = ()
        self._revision = 1
        self._clicked: list[int] = []
        self._asked: dict[str, Callable[..., tuple[Any, ...]]] = {
            "GetLayout": self._layout,
            "GetGroupProperties": self._group,
            "GetProperty": self._property,
            "Event": self._event,
            "EventGroup": self._events,
            "AboutToShow": lambda _number: ("b", True),  # the first line may have changed
            "AboutToShowGroup": lambda numbers: ("aiai", list(numbers), []),
        }
        self._own: dict[str, Callable[..., tuple[Any, ...]]] = {
            "Get": lambda _interface, name: ("v", _OWN[name]),
            "GetAll": lambda _interface: ("a{sv}", _OWN),
        }

    def show(self, entries: Sequence[Entry]) -> None:
        """Have panels ask anew; not for the first line alone, which they ask for when opening."""
        before, self._entries = self._entries, tuple(entries)
        if self._entries[1:] != before[1:]:
            self._revision += 1
            where = DBusAddress(MENU_PATH, None, MENU)
            self._bus.send(new_signal(where, "LayoutUpdated", "ui", (self._revision, _ROOT)))

    def take(self) -> list[int]:
        """Return the entries clicked since the last call."""
        taken, self._clicked = self._clicked, []
        return taken

    def answer(self, message: Message, interface: str, member: str) -> None:
        """Answer one method call; one that makes no sense gets an error and no effect."""
        handlers = self._own if interface == _PROPERTIES else self._asked
        try:
            signature, *body = handlers[member](*message.body)
        except (IndexError, TypeError, ValueError, KeyError, StopIteration):
            self._bus.send(new_error(message, "org.freedesktop.DBus.Error.InvalidArgs"))
            return
        self._bus.send(new_method_return(message, signature or None, tuple(body)))

    def _layout(self, parent: int, *_: object) -> tuple[Any, ...]:
        children = [] if parent != _ROOT else [(_ITEM, _item(e)) for e in self._entries]
        root = (_ROOT, {"children-display": ("s", "submenu")}, children)
        return f"u{_ITEM}", self._revision, root

    def _group(self, wanted: list[int], *_: object) -> tuple[Any, ...]:
        found = [e for e in self._entries if not wanted or e.id in wanted]
        return "a(ia{sv})", [(e.id, _looks(e)) for e in found]

    def _property(self, number: int, name: str) -> tuple[Any, ...]:
        return "v", _looks(next(e for e in self._entries if e.id == number))[name]

    def _event(self, number: int, kind: str, *_: object) -> tuple[Any, ...]:
        self._heard(number, kind)
        return ("",)

    def _events(self, events: list[tuple[int, str, object, int]]) -> tuple[Any, ...]:
        for number, kind, _, _ in events:
            self._heard(number, kind)
        return "ai", []

    def _heard(self, number: object, kind: object) -> None:
        """Take note of a click on an entry that can be chosen."""
        if kind != "clicked" or len(self._clicked) >= _MOST:
            return
        self._clicked += [e.id for e in self._entries if e.id == number and e.enabled and e.label]


def _item(entry: Entry) -> tuple[int, dict[str, tuple[str, Any]], list[Any]]:
    return entry.id, _looks(entry), []


def _looks(entry: Entry) -> dict[str, tuple[str, Any]]:
    if not entry.label:
        return {"type": ("s", "separator"), "visible": ("b", True)}
    label = entry.label.replace("_", "__")  # a single one would underline what follows
    return {"label": ("s", label), "enabled": ("b", entry.enabled), "visible": ("b", True)}
