"""A person for tests, who says what the test wants in a real ceremony."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodreel.consent.ceremony import hold
from nodreel.consent.face import Answer
from nodreel.consent.grant import Grant, read_grant
from nodreel.consent.presence import Proof
from nodreel.events import Kind
from nodreel.policy import Difference, Policy, Presence
from tests.policy.samples import policy as some_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.clock import Clock
    from nodreel.consent.terms import Terms
    from nodreel.paths import Paths


@dataclass
class Person:
    """A face whose answers are known beforehand; remembers what it was shown."""

    kinds: frozenset[Kind] | Answer = frozenset(Kind)
    answer: Answer = Answer.ACCEPT
    strongest: Presence = Presence.SYNTHETIC
    proof: Presence = Presence.SYNTHETIC
    seen: list[Terms] = field(default_factory=list)
    changes: tuple[Difference, ...] = ()
    offered: tuple[Kind, ...] = ()
    phrase: str = ""
    wanted: Presence | None = None

    def show(self, terms: Terms, changes: Sequence[Difference]) -> None:
        self.seen.append(terms)
        self.changes = tuple(changes)

    def ask_kinds(self, offered: Sequence[tuple[Kind, str]]) -> frozenset[Kind] | Answer:
        self.offered = tuple(kind for kind, _ in offered)
        if isinstance(self.kinds, Answer):
            return self.kinds
        return self.kinds & set(self.offered)

    def ask_decision(self, phrase: str) -> Answer:
        self.phrase = phrase
        return self.answer

    def prove(self, wanted: Presence) -> Proof:
        self.wanted = wanted
        return Proof(self.proof, "typed-phrase")


def agree(paths: Paths, clock: Clock, policy: Policy | None = None, *kinds: Kind) -> Grant:
    """Hold a real ceremony with somebody who agrees (to all kinds, if none is named)."""
    ticked = frozenset(kinds or Kind)
    hold(Person(kinds=ticked), paths, clock, policy or some_policy())
    return read_grant(paths, clock)
