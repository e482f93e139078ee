"""What is done on a disk that fails: by name, what was there before, and the deed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.faults.home import Home

Deed = Callable[[Home], None]


def nothing(_home: Home) -> None:
    """A new machine."""


def agreed(home: Home) -> None:
    home.give()


def recorded(home: Home) -> None:
    """Two closed episodes, the first of several segments."""
    home.give()
    home.write(*(f"one {n}" for n in range(10)), frames=True)
    home.end()
    home.clock.pass_(60)
    home.write("two")
    home.end()


def looked_at(home: Home) -> None:
    recorded(home)
    home.look()


def under_way(home: Home) -> None:
    """An episode that a crash left open, beside a closed one."""
    recorded(home)
    home.write(*(f"three {n}" for n in range(8)))
    writer = home.writer
    assert writer is not None
    writer.leave()
    home.writer = None


def seal(home: Home) -> None:
    home.write("a", "b", "c", "d", "e", frames=True)


def rotate(home: Home) -> None:
    home.write("a", "b")
    home.rotate()


def busy(home: Home) -> None:
    home.write(*(f"{n}" for n in range(8)), frames=True)
    home.rotate()
    home.end()


DEEDS: Final[dict[str, tuple[Deed, Deed]]] = {
    "give": (nothing, Home.give),
    "renew": (agreed, Home.renew),
    "refuse": (recorded, Home.refuse),
    "record": (agreed, busy),
    "seal": (agreed, seal),
    "rotate": (agreed, rotate),
    "delete some": (recorded, Home.delete_range),
    "delete one": (recorded, Home.delete_episode),
    "delete all": (recorded, Home.delete_all),
    "release": (recorded, Home.look),
    "expire": (looked_at, Home.expire),
    "withdraw": (under_way, Home.withdraw),
    "withdraw and keep": (recorded, Home.withdraw_and_keep),
    "withdraw for later": (recorded, Home.withdraw_for_later),
    "pause": (agreed, Home.switch),
    "audit": (agreed, Home.audit),
    "start again": (under_way, Home.restart),
}

WHOLE: Final = [name for name in DEEDS if name not in {"seal", "rotate"}]
"""All but the parts of "record"."""
