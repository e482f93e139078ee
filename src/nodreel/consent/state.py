"""Must never be wrong: the table of states of a consent. Pure: no I/O, no clock.

Recording is permitted in GIVEN and RENEWED only. The person may move anywhere the table goes, IT
and the machine itself only towards off, and nobody reaches GIVEN or RENEWED except by ACCEPT in a
ceremony (or RESUME after one, which ends the person's own pause).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from nodreel.errors import NoConsentError

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(StrEnum):
    """Where a consent stands; the values are the names in receipts."""

    UNKNOWN = "Unknown"
    NOTICE_SHOWN = "NoticeShown"
    REQUESTED = "Requested"
    GIVEN = "ConsentGiven"
    RENEWED = "RenewedConsentGiven"
    REFUSED = "ConsentRefused"
    DEFERRED = "ConsentDeferred"
    PAUSED = "PausedByUser"
    SUSPENDED = "SuspendedNewPolicy"
    EXPIRED = "ConsentExpired"
    WITHDRAWN = "ConsentWithdrawn"
    REVOKED = "ConsentRevoked"
    INVALIDATED = "ConsentInvalidated"

    @property
    def permits(self) -> bool:
        """Whether recording is permitted (the other interlocks must agree)."""
        return self in {State.GIVEN, State.RENEWED}


class Move(StrEnum):
    """What can happen to a consent."""

    SHOW = "show"
    ASK = "ask"
    ACCEPT = "accept"
    REFUSE = "refuse"
    DEFER = "defer"
    LEAVE = "leave"
    PAUSE = "pause"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    WIDEN = "policy-wider"
    REVOKE = "revoke"
    EXPIRE = "expire"
    INVALIDATE = "invalidate"


class Actor(StrEnum):
    """Who moves it. CEREMONY is the person in front of the terms, PERSON the person elsewhere."""

    CEREMONY = "ceremony"
    PERSON = "person"
    IT = "it"
    MACHINE = "machine"


MAY: Final[Mapping[Move, frozenset[Actor]]] = {
    Move.SHOW: frozenset({Actor.CEREMONY}),
    Move.ASK: frozenset({Actor.CEREMONY}),
    Move.ACCEPT: frozenset({Actor.CEREMONY}),
    Move.REFUSE: frozenset({Actor.CEREMONY}),
    Move.DEFER: frozenset({Actor.CEREMONY}),
    Move.LEAVE: frozenset({Actor.CEREMONY}),
    Move.PAUSE: frozenset({Actor.PERSON, Actor.IT}),
    Move.RESUME: frozenset({Actor.PERSON}),
    Move.WITHDRAW: frozenset({Actor.PERSON, Actor.CEREMONY}),
    Move.WIDEN: frozenset({Actor.IT, Actor.PERSON, Actor.MACHINE}),
    Move.REVOKE: frozenset({Actor.IT}),
    Move.EXPIRE: frozenset({Actor.MACHINE}),
    Move.INVALIDATE: frozenset({Actor.MACHINE}),
}

_HELD = (State.GIVEN, State.RENEWED, State.PAUSED, State.SUSPENDED)
_OPEN = tuple(s for s in State if s not in _HELD)
_ENDS = {
    Move.WITHDRAW: State.WITHDRAWN,
    Move.REVOKE: State.REVOKED,
    Move.EXPIRE: State.EXPIRED,
    Move.INVALIDATE: State.INVALIDATED,
    Move.WIDEN: State.SUSPENDED,
}

TRANSITIONS: Final[Mapping[tuple[State, Move], State]] = {
    # Anew: the terms are shown, the question is asked, and only a yes is a yes.
    **{(state, Move.SHOW): State.NOTICE_SHOWN for state in _OPEN},
    (State.NOTICE_SHOWN, Move.ASK): State.REQUESTED,
    (State.REQUESTED, Move.ACCEPT): State.GIVEN,
    (State.REQUESTED, Move.REFUSE): State.REFUSED,
    (State.REQUESTED, Move.DEFER): State.DEFERRED,
    (State.REQUESTED, Move.LEAVE): State.UNKNOWN,
    (State.NOTICE_SHOWN, Move.LEAVE): State.UNKNOWN,
    # Again, while a consent stands: to the difference, or before it expires.
    **{(state, Move.ACCEPT): State.RENEWED for state in _HELD},
    **{(state, Move.REFUSE): State.REFUSED for state in _HELD},
    **{(state, Move.DEFER): state for state in _HELD},
    **{(state, Move.LEAVE): state for state in _HELD},
    # The person's own switch.
    (State.GIVEN, Move.PAUSE): State.PAUSED,
    (State.RENEWED, Move.PAUSE): State.PAUSED,
    (State.PAUSED, Move.RESUME): State.GIVEN,
    # Towards off, from wherever a consent stands.
    **{(state, move): end for state in _HELD for move, end in _ENDS.items()},
}


def step(state: State, move: Move, actor: Actor) -> State:
    """Return the next state; NoConsentError when the table or the actor's rights forbid it."""
    if actor not in MAY[move]:
        raise NoConsentError(f"'{move}' is not for '{actor}' to do.")
    try:
        return TRANSITIONS[state, move]
    except KeyError:
        raise NoConsentError(f"'{move}' cannot follow '{state}'.") from None
