"""Which connection of the accessibility bus belongs to which process.

The bus reads a peer's pid from its socket, as the X server does for windows: neither can be forged,
so where both agree the app that answers is the app whose window it is.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from typing import TYPE_CHECKING, Final

from nodreel.desktop.atspi.ask import Ref, as_refs, call, first
from nodreel.desktop.atspi.talk import Ask
from nodreel.desktop.atspi.words import ROOT

if TYPE_CHECKING:
    from nodreel.desktop.atspi.talk import Talk

BUS: Final = "org.freedesktop.DBus"
BUS_PATH: Final = "/org/freedesktop/DBus"
MOST: Final = 256  # programs on the bus


def bus(member: str, signature: str = "", *body: str | int) -> Ask:
    """Ask the bus itself."""
    return Ask(BUS, BUS_PATH, BUS, member, signature, body)


class Peers:
    """Remembers the pid of each connection until the bus says that it is gone."""

    def __init__(self) -> None:
        self._pids: dict[str, int] = {}

    def find(self, registry: str, pid: int) -> Talk[str | None]:
        """Return the connection through which process ``pid`` speaks accessibility."""
        (answer,) = yield (call(Ref(registry, ROOT), "Accessible", "GetChildren"),)
        names = [name for name, _ in _apps(first(answer))][:MOST]
        unknown = tuple(n for n in names if n not in self._pids)
        answers = yield tuple(bus("GetConnectionUnixProcessID", "s", n) for n in unknown)
        for name, reply in zip(unknown, answers, strict=True):
            found = first(reply)
            if isinstance(found, int):
                self._pids[name] = found
        return next((n for n in names if self._pids.get(n) == pid), None)

    def gone(self, name: str) -> None:
        """Forget a connection: its name is never given again, but its pid is."""
        self._pids.pop(name, None)


def _apps(values: object) -> list[tuple[str, str]]:
    if not isinstance(values, list):
        return []
    return [v for v in values if isinstance(v, tuple) and str(v[0]).startswith(":")]


def frames(app: str) -> Talk[list[Ref]]:
    """Return the windows of an app, by its own word; a few at most."""
    (answer,) = yield (call(Ref(app, ROOT), "Accessible", "GetChildren"),)
    return as_refs(answer, app)[:8]
