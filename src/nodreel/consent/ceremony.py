"""The ceremony: the only way to a yes, a short-lived process of its own in front of the person.

``python -m nodreel.consent.ceremony`` takes no arguments, and no message, flag or variable answers
for the person. Until the decision it only shows and asks: it opens no X connection and
starts nothing. Whatever is not an explicit yes leaves things as they are, or off.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.clock import SystemClock, iso, time_of_day
from nodreel.consent.binding import make_binding
from nodreel.consent.decision import Decision, later, save_decision
from nodreel.consent.face import Answer, Ceremony
from nodreel.consent.grant import Grant, read_grant
from nodreel.consent.grant_file import DAY, peek
from nodreel.consent.ids import new_id
from nodreel.consent.issue import Yes, issue
from nodreel.consent.kinds import kind_words
from nodreel.consent.ledger import Ledger
from nodreel.consent.record import Event, Receipt, describe, save_receipt
from nodreel.consent.standing import current_state
from nodreel.consent.state import Actor, Move, State, step
from nodreel.consent.switches import NOT_STARTED, write_switches
from nodreel.consent.terminal import Terminal
from nodreel.consent.terms import PHRASE, WITHDRAWAL, Terms, build_terms
from nodreel.consent.ticks import in_order, is_nothing, sensible
from nodreel.consent.withdraw import is_unsettled, refuse, settle
from nodreel.errors import DeclinedError, NoConsentError, NodreelError, PolicyError, StoreError
from nodreel.host import claim, harden, is_interactive, private_dir, refuse_root
from nodreel.language import ENGLISH, choose, message
from nodreel.paths import default_paths
from nodreel.policy import Difference, load_policy, narrower_or_equal

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.events import Kind
    from nodreel.language import Speech
    from nodreel.paths import Paths
    from nodreel.policy import Policy

RENEW_DAYS = 14  # before its end a consent can be renewed


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the ceremony ended; ``receipt`` of a yes, or of the consent that a no has ended."""

    state: State
    receipt: Receipt | None = None


def hold(
    face: Ceremony,
    paths: Paths,
    clock: Clock,
    policy: Policy,
    say: Speech = ENGLISH,
    *,
    off: bool = False,
) -> Outcome:
    """Ask the person, in their language, and write down what they decide.

    ``off``: after a first yes the person's own switch is off, so that nothing begins by itself.
    Raises DeclinedError for no and later, NoConsentError for no answer or a missing proof of
    presence, PolicyError while the policy is suspended. Returns at once when a yes still holds.
    """
    _check_ready(face, paths, clock, policy)
    state = current_state(paths, clock, policy)
    if state.permits and not _is_due(paths, clock):
        return Outcome(state)
    held = state.permits or state is State.SUSPENDED
    if not held:
        state = step(state, Move.SHOW, Actor.CEREMONY)
    terms = build_terms(policy, say)
    face.show(terms, _changes(paths, policy))
    if not held:
        state = step(state, Move.ASK, Actor.CEREMONY)
    answer = face.ask_kinds([(kind, kind_words(kind, say)) for kind in in_order(policy.kinds)])
    kinds: frozenset[Kind] = frozenset() if isinstance(answer, Answer) else sensible(answer)
    decided = answer if isinstance(answer, Answer) else face.ask_decision(say(PHRASE))
    match decided:
        case Answer.ACCEPT:
            return _accepted(
                face, paths, clock, (policy, terms, kinds, state), off=off and not held
            )
        case Answer.REFUSE:
            _refused(paths, clock, policy, state)
            raise DeclinedError(message("You said no. Nothing is recorded."))
        case Answer.LATER:
            _deferred(paths, clock, policy, state)
            raise DeclinedError(
                message("You will be asked again in 30 days. Nothing new is recorded.")
            )
        case Answer.NONE:
            raise NoConsentError(message("No answer was given, and silence is no yes."))


def held_alone(face: Ceremony, paths: Paths, clock: Clock, say: Speech = ENGLISH) -> Outcome:
    """Hold the ceremony for the policy in force, if no other window does so already."""
    policy = load_policy(paths).policy
    private_dir(paths.data)
    private_dir(paths.grant.parent)
    alone = claim(paths.grant.with_name("ceremony.lock"))
    if alone is None:
        raise NoConsentError(message("Another window is asking you already."))
    with alone:
        outcome = hold(face, paths, clock, policy, say, off=True)
        read_grant(paths, clock)  # nobody takes the ceremony's word for it
    return outcome


def _check_ready(face: Ceremony, paths: Paths, clock: Clock, policy: Policy) -> None:
    if policy.suspended:
        raise PolicyError(
            "The policy is suspended: nothing would be recorded, so nobody is asked.",
            advice="Wait until it is lifted; `nodreel policy explain` shows where it was set.",
        )
    if not face.strongest.proves(policy.presence):
        raise NoConsentError(
            f"The policy wants your presence proved as '{policy.presence}', and this proves"
            f" no more than '{face.strongest}'.",
            advice="Nothing is recorded. 'physical' takes an X11 desktop and a keyboard of this"
            ' machine; a policy of your own may say: presence = "synthetic".',
        )
    settle(paths, clock)
    if is_unsettled(paths):
        raise NoConsentError(
            "You have withdrawn before, and what was stored then still waits for your decision.",
            advice="Decide with `nodreel consent withdraw --delete` or `--keep`, then come back.",
        )


def _is_due(paths: Paths, clock: Clock) -> bool:
    return clock.wall() >= read_grant(paths, clock).expires - RENEW_DAYS * DAY


def _changes(paths: Paths, policy: Policy) -> tuple[Difference, ...]:
    try:
        return narrower_or_equal(policy, peek(paths).policy)
    except NoConsentError:
        return ()


def _accepted(
    face: Ceremony,
    paths: Paths,
    clock: Clock,
    asked: tuple[Policy, Terms, frozenset[Kind], State],
    *,
    off: bool,
) -> Outcome:
    policy, terms, kinds, before = asked
    if is_nothing(kinds):
        raise NoConsentError(
            "You agreed, but to no kind of data, so there is nothing to record.",
            advice="Type yes for at least one kind of data in `nodreel consent give`.",
        )
    proof = face.prove(policy.presence)
    presence = proof.presence
    if not presence.proves(policy.presence):
        raise NoConsentError(
            f"Your presence was not proved as '{policy.presence}'.",
            advice="Nothing is recorded. Type the digits in time, on a keyboard of this machine;"
            " keys that a program presses do not count.",
        )
    state = step(before, Move.ACCEPT, Actor.CEREMONY)
    private_dir(paths.data)
    binding = make_binding(paths)
    draft = describe(
        policy, kinds, terms, clock, granted=True, binding=binding, audit_head="0" * 64
    )
    yes = Yes(
        policy=policy, kinds=kinds, terms_sha256=terms.sha256, language=terms.language,
        presence=presence,
        consent_id=new_id(), receipt_id=draft.receipt_id, key=Ed25519PrivateKey.generate(),
    )  # fmt: skip
    head = Ledger(paths.audit, clock).append(
        "person",
        "given",
        {
            "consent": yes.consent_id, "receipt": yes.receipt_id, "terms": terms.sha256,
            "policy": policy.sha256, "kinds": in_order(kinds), "presence": presence.value,
        },
    )  # fmt: skip
    event = Event(
        event_time=iso(clock.wall()), event_state=state, presence=presence,
        validity=f"P{policy.limits.validity_days}D", ceremony=proof.how,
    )  # fmt: skip
    record = draft.model_copy(
        update={
            "events": (event,),
            "audit_head": head,
            "public_key": yes.key.public_key().public_bytes_raw().hex(),
        }
    )
    receipt = save_receipt(paths, record)
    save_decision(
        paths,
        Decision(state=state, at=clock.wall(), policy_sha256=policy.sha256, receipt_id=receipt.id),
    )
    if off:  # an agent may be there already: whoever agrees now has not asked it to begin
        write_switches(paths.state, NOT_STARTED)
    issue(paths, clock, yes)
    return Outcome(state, receipt)


def _refused(paths: Paths, clock: Clock, policy: Policy, before: State) -> None:
    """Take the no: a consent that stood ends now; a full disk cannot turn a no into anything."""
    state = step(before, Move.REFUSE, Actor.CEREMONY)
    if refuse(paths, clock) is None:
        with suppress(StoreError):
            Ledger(paths.audit, clock).append("person", "refused", {"policy": policy.sha256})
            save_decision(
                paths, Decision(state=state, at=clock.wall(), policy_sha256=policy.sha256)
            )


def _deferred(paths: Paths, clock: Clock, policy: Policy, before: State) -> None:
    """Put it off; a consent that stood stays as it was (and suspended if it was)."""
    state = step(before, Move.DEFER, Actor.CEREMONY)
    if state is State.DEFERRED:
        with suppress(StoreError):
            Ledger(paths.audit, clock).append("person", "deferred", {"policy": policy.sha256})
            save_decision(
                paths,
                Decision(
                    state=state, at=clock.wall(), policy_sha256=policy.sha256, until=later(clock)
                ),
            )


def main() -> int:
    """Hold the ceremony in this terminal; exit 0 only when a valid consent stands afterwards."""
    try:
        return _main()
    except KeyboardInterrupt:
        error: NodreelError = NoConsentError("You left without an answer. Nothing is recorded.")
    except NodreelError as found:
        error = found
    sys.stderr.write(f"\n{error}\n{error.advice}\n")
    return error.exit_code


def _main() -> int:
    refuse_root()
    if not is_interactive():
        # Good manners only: a pty passes isatty(), so this proves no person (see terminal.py).
        raise NoConsentError(
            "Consent is given by a person at a terminal, and this is none.",
            advice="Run `nodreel consent give` yourself, in a terminal window.",
        )
    harden()
    paths, clock = default_paths(), SystemClock()
    say = choose(paths)
    outcome = held_alone(Terminal(say=say), paths, clock, say)
    _tell(read_grant(paths, clock), outcome)
    return 0


def _tell(grant: Grant, outcome: Outcome) -> None:
    lines = [f"Your consent is valid until {time_of_day(grant.expires)}."]
    if outcome.receipt is not None:
        lines.append(f"Your receipt: {outcome.receipt.path}")
    lines.append(f"To withdraw: {WITHDRAWAL}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
