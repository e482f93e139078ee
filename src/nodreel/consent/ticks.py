"""Which ticks make sense together; each is the person's own, and none implies another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.events import Kind

if TYPE_CHECKING:
    from collections.abc import Collection

NEEDS: Final = {Kind.TEXT: Kind.KEYS}
"""A tick that means nothing without another one: which character, without that a key was hit."""

_SWITCHES: Final = frozenset({Kind.MAIL, Kind.CHAT, Kind.ACCESSIBILITY})


def in_order(kinds: Collection[Kind]) -> tuple[Kind, ...]:
    """Return the kinds in the order in which they are asked."""
    return tuple(kind for kind in Kind if kind in kinds)


def sensible(kinds: Collection[Kind]) -> frozenset[Kind]:
    """Return the ticks without those that mean nothing alone; they count as not given."""
    return frozenset(kind for kind in kinds if NEEDS.get(kind, kind) in kinds)


def is_nothing(kinds: Collection[Kind]) -> bool:
    """Whether these ticks let nothing be recorded: they say where or how, but not what."""
    return not sensible(kinds) - _SWITCHES
