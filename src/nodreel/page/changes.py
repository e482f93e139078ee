"""In what a policy is wider than what was agreed to, line by line, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.consent.quoting import inert
from nodreel.language.speech import message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.language import Speech
    from nodreel.policy import Difference

_ABSENT = message("not there")


def told_changes(changes: Iterable[Difference], say: Speech) -> list[str]:
    """Return a line for each change; what was not there before is new, and said so."""
    return [_told(change, say) for change in changes]


def _told(change: Difference, say: Speech) -> str:
    of, _, field = change.field.rpartition(": ")
    what = f"{inert(of)}: {say(field)}" if of else say(field)
    old, new = (say(inert(value)) for value in (change.old, change.new))
    if change.old == _ABSENT:
        return say("{what}: new is {new}", what=what, new=new)
    return say("{what}: {old} before, now {new}", what=what, old=old, new=new)
