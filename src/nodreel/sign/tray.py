"""What a tray icon is to the sign: it shows a look and a menu, and says what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.sign.looks import Look
    from nodreel.sign.menu import Entry


class Tray(Protocol):
    """One per desktop that has such a place. None of its methods waits or raises."""

    @property
    def fd(self) -> int:
        """Becomes readable when something may have been chosen; -1 when the tray is gone."""
        ...

    def show(self, look: Look, entries: Sequence[Entry]) -> None:
        """Show this from now on; the first entry says how things are."""
        ...

    def chosen(self) -> list[int]:
        """Work off what has happened; return the numbers of the entries chosen since."""
        ...

    def close(self) -> None:
        """Take the icon away; may be called twice."""
        ...


def open_trays() -> tuple[Tray, ...]:
    """Return what this desktop has of them, one for the panel and one for who hears the screen."""
    from nodreel.sign.sni import StatusNotifier  # noqa: PLC0415  a bus is only for those who have one
    from nodreel.sign.spoken import Spoken  # noqa: PLC0415  as above

    return tuple(tray for tray in (StatusNotifier.open(), Spoken.open()) if tray is not None)
