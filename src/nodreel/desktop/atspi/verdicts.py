"""Whether what has the keyboard is a secret field, and which fields ever were. Pure."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from nodreel.desktop.atspi.boxes import alike
from nodreel.desktop.atspi.words import CLEAR_ROLES, EDITABLE, PASSWORD_TEXT, TERMINAL
from nodreel.scene import Verdict

if TYPE_CHECKING:
    from nodreel.desktop.atspi.ask import Ref, Seen
    from nodreel.events import Rect

TRIED: Final = {("gtk", "3"), ("qt", "5")}
"""Toolkits, and their first number, of which it was seen that all their secret fields say so."""
MOST_FIELDS = 64
"""Secret fields remembered of one process; with more, all of it counts as secret."""


@dataclass(slots=True)
class Known:
    """A field that is or was secret, where it was last seen, and whether it is shown."""

    parent: Ref | None
    box: Rect | None
    shown: bool


class Memory:
    """The secret fields of one process; a password shown in clear is still a password.

    ``tried``: whether its ``toolkit`` is one that can be believed; None before it was asked.
    """

    def __init__(self) -> None:
        self.toolkit = ""
        self.tried: bool | None = None
        self.fields: dict[Ref, Known] = {}
        self.full = False

    def judge(self, seen: Seen | None) -> Verdict:
        """Say what is known of a field, and remember it if it is secret."""
        if seen is None:
            return Verdict.SECRET if self.full else Verdict.UNKNOWN
        if self._secret(seen):
            self._remember(seen)
            return Verdict.SECRET
        return says(seen)

    def secret(self, seen: Seen) -> bool:
        """Tell whether it is, or ever was, a secret field."""
        return self.judge(seen) is Verdict.SECRET

    def shift(self, dx: float, dy: float) -> None:
        """Move all fields, as their window was."""
        for known in self.fields.values():
            if known.box is not None:
                known.box = replace(
                    known.box, x=round(known.box.x + dx), y=round(known.box.y + dy)
                )  # fmt: skip

    def _secret(self, seen: Seen) -> bool:
        return (
            self.full
            or says(seen) is Verdict.SECRET
            or seen.ref in self.fields
            or (seen.typed and self._replaces(seen))
        )

    def _replaces(self, seen: Seen) -> bool:
        """Tell whether a secret field was in that very place (some toolkits make it anew)."""
        return any(
            known.parent == seen.parent
            and known.box is not None
            and seen.box is not None
            and alike(known.box, seen.box)
            for known in self.fields.values()
        )

    def _remember(self, seen: Seen) -> None:
        known = self.fields.get(seen.ref)
        if known is not None:
            known.box, known.parent = seen.box or known.box, seen.parent or known.parent
            known.shown = seen.shown
        elif len(self.fields) < MOST_FIELDS:
            self.fields[seen.ref] = Known(seen.parent, seen.box, seen.shown)
        else:
            self.full = True


def is_tried(toolkit: str, version: str) -> bool:
    """Tell whether what an app made with that says of its fields may be taken for the truth."""
    return (toolkit.lower(), version.partition(".")[0]) in TRIED


def says(seen: Seen) -> Verdict:
    """Judge a field by its own word alone."""
    if seen.role == PASSWORD_TEXT or seen.hint == "password":
        return Verdict.SECRET
    if seen.role == TERMINAL or not seen.shown:
        return Verdict.UNKNOWN
    if seen.role in CLEAR_ROLES or EDITABLE in seen.states:
        return Verdict.CLEAR
    return Verdict.UNKNOWN
