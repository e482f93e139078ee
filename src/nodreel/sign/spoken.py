"""The sign for those who hear the screen: an accessible application with one status, its words.

It speaks AT-SPI over the accessibility bus where the desktop has one running, starts none, and says
nothing by itself but that its words changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from jeepney import DBusAddress, Message, new_error, new_method_return, new_signal

from nodreel.sign.bus import BROKEN, DAEMON, PATIENCE_S, Bus, ask, connect, named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.sign.looks import Look
    from nodreel.sign.menu import Entry

ROOT: Final = "/org/a11y/atspi/accessible/root"
STATUS: Final = "/org/a11y/atspi/accessible/sign"
ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
APPLICATION: Final = "org.a11y.atspi.Application"
REGISTRY: Final = "org.a11y.atspi.Registry"
_A11Y: Final = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
_SOCKET: Final = DBusAddress(ROOT, REGISTRY, "org.a11y.atspi.Socket")
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_ROLES: Final = {ROOT: (75, "application"), STATUS: (54, "status bar")}  # of Atspi.Role
_STATES: Final = (1 << 8 | 1 << 24 | 1 << 25 | 1 << 30, 0)  # enabled, sensitive, showing, visible
_REFERENCE: Final = "(so)"


class Spoken:
    """On a connection of its own; a ``Tray`` whose menu is that of the others."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._words = "nodreel"
        self._asked: dict[str, Callable[..., tuple[Any, ...]]] = {
            "GetChildAtIndex": lambda path, at: (_REFERENCE, self._children(path)[at]),
            "GetChildren": lambda path: ("a(so)", self._children(path)),
            "GetIndexInParent": lambda path: ("i", 0 if path == STATUS else -1),
            "GetRole": lambda path: ("u", _ROLES[path][0]),
            "GetRoleName": lambda path: ("s", _ROLES[path][1]),
            "GetLocalizedRoleName": lambda path: ("s", _ROLES[path][1]),
            "GetState": lambda _path: ("au", list(_STATES)),
            "GetAttributes": lambda _path: ("a{ss}", {}),
            "GetRelationSet": lambda _path: ("a(ua(so))", []),
            "GetApplication": lambda _path: (_REFERENCE, (self._bus.name, ROOT)),
            "GetInterfaces": lambda path: ("as", _interfaces(path)),
            "GetLocale": lambda _path, _kind: ("s", ""),
        }
        self._bus.call(_SOCKET, "Embed", _REFERENCE, (self._bus.name, ROOT))

    @classmethod
    def open(cls) -> Self | None:
        """Return it on the accessibility bus; None where none is running."""
        try:
            link = connect(PATIENCE_S)
        except OSError:
            return None
        try:
            if not ask(link, PATIENCE_S, DAEMON, "NameHasOwner", "s", _A11Y.bus_name).body[0]:
                return None
            return cls(Bus(str(ask(link, PATIENCE_S, _A11Y, "GetAddress").body[0])))
        except BROKEN:
            return None
        finally:
            link.close()

    @property
    def fd(self) -> int:
        """Readable when somebody asks something."""
        return self._bus.fd

    def show(self, look: Look, entries: Sequence[Entry]) -> None:
        """Have these words from now on, and say so when they are others."""
        del entries
        if look.words == self._words:
            return
        self._words = look.words
        where = DBusAddress(STATUS, None, "org.a11y.atspi.Event.Object")
        body = ("accessible-name", 0, 0, ("s", look.words), dict[str, object]())
        self._bus.send(new_signal(where, "PropertyChange", "siiva{sv}", body))

    def chosen(self) -> list[int]:
        """Answer what is asked; nothing is chosen here."""
        for message in self._bus.received():
            path, interface, member = named(message)
            if path in _ROLES:
                self._bus.send(self._answer(message, path, interface, member))
        return []

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    def _answer(self, message: Message, path: str, interface: str, member: str) -> Message:
        try:
            if interface == _PROPERTIES:
                signature, *body = self._property(path, member, *message.body)
            else:
                signature, *body = self._asked[member](path, *message.body)
        except (IndexError, TypeError, ValueError, KeyError):
            return new_error(message, "org.freedesktop.DBus.Error.InvalidArgs")
        return new_method_return(message, signature or None, tuple(body))

    def _property(self, path: str, member: str, interface: str, *rest: Any) -> tuple[Any, ...]:
        if member == "Set":  # the registry gives applications a number
            return ("",)
        there = self._properties(path)[interface]
        return ("a{sv}", there) if member == "GetAll" else ("v", there[rest[0]])

    def _properties(self, path: str) -> dict[str, dict[str, tuple[str, Any]]]:
        above = (self._bus.name, ROOT) if path == STATUS else (REGISTRY, ROOT)
        return {
            ACCESSIBLE: {
                "Name": ("s", self._words if path == STATUS else "nodreel"),
                "Description": ("s", ""),
                "Parent": (_REFERENCE, above),
                "ChildCount": ("i", len(self._children(path))),
                "Locale": ("s", ""),
                "AccessibleId": ("s", ""),
            },
            APPLICATION: {
                "ToolkitName": ("s", "nodreel"),
                "Version": ("s", ""),
                "AtspiVersion": ("s", "2.1"),
                "Id": ("i", 0),
            },
        }

    def _children(self, path: str) -> list[tuple[str, str]]:
        return [(self._bus.name, STATUS)] if path == ROOT else []


def _interfaces(path: str) -> list[str]:
    return [ACCESSIBLE, APPLICATION] if path == ROOT else [ACCESSIBLE]
