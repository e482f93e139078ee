"""What a ceremony asks of whatever is in front of the person: a terminal now, a page later."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.consent.presence import Proof
    from nodreel.consent.terms import Terms
    from nodreel.events import Kind
    from nodreel.policy import Difference, Presence


class Answer(StrEnum):
    """What the person said. NONE is silence, a timeout, an end of input or a dismissal: no yes."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    LATER = "later"
    NONE = "none"


class Ceremony(Protocol):
    """A face of the ceremony. Nothing is ticked beforehand; refusing is as easy as agreeing."""

    @property
    def strongest(self) -> Presence:
        """The best proof of presence that ``prove`` could give here; opens nothing."""
        ...

    def show(self, terms: Terms, changes: Sequence[Difference]) -> None:
        """Show the terms; ``changes``: in what they are wider than what was agreed to before."""
        ...

    def ask_kinds(self, offered: Sequence[tuple[Kind, str]]) -> frozenset[Kind] | Answer:
        """Ask for each kind of data by itself; an Answer when the person ends it here."""
        ...

    def ask_decision(self, phrase: str) -> Answer:
        """Ask for the decision: ACCEPT only for exactly this phrase, typed by the person."""
        ...

    def prove(self, wanted: Presence) -> Proof:
        """Return what is proved about the person's presence, and never more than that.

        Asked once the person has said yes; nothing is done for it where nothing is ``wanted``.
        """
        ...
