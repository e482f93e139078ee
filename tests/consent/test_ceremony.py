from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nodreel.consent import Ledger, current_state, read_grant
from nodreel.consent.ceremony import held_alone, hold
from nodreel.consent.face import Answer
from nodreel.consent.record import load_receipt
from nodreel.consent.state import State
from nodreel.consent.switches import NOT_STARTED, Switches, read_switches, write_switches
from nodreel.consent.terms import PHRASE, build_terms
from nodreel.errors import (
    DeclinedError,
    DiskFullError,
    NoConsentError,
    NodreelError,
    PolicyError,
)
from nodreel.events import Kind
from nodreel.policy import Presence
from tests.consent.clocks import DAY
from tests.consent.yes import Person, agree
from tests.policy.samples import TOML, limits, policy

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock


def test_a_yes_is_shown_asked_and_written_down(paths: Paths, clock: TurnedClock) -> None:
    person = Person(kinds=frozenset({Kind.SCREEN}))
    outcome = hold(person, paths, clock, policy())
    assert person.seen == [build_terms(policy())]
    assert person.offered == tuple(Kind)
    assert person.phrase == PHRASE
    assert outcome.state is State.GIVEN
    assert outcome.receipt
    assert outcome.receipt.record.events[0].ceremony == "typed-phrase"
    grant = read_grant(paths, clock)
    assert grant.kinds == {Kind.SCREEN}
    assert grant.receipt_id == outcome.receipt.id
    assert Ledger(paths.audit, clock).verify([outcome.receipt.record.audit_head]).lines == 1


def test_only_offered_kinds_are_asked_for(paths: Paths, clock: TurnedClock) -> None:
    person = Person()
    hold(person, paths, clock, policy(kinds=(Kind.KEYS,)))
    assert person.offered == (Kind.KEYS,)


@pytest.mark.parametrize(
    ("person", "error"),
    [
        (Person(answer=Answer.REFUSE), DeclinedError),
        (Person(answer=Answer.LATER), DeclinedError),
        (Person(answer=Answer.NONE), NoConsentError),
        (Person(kinds=Answer.REFUSE), DeclinedError),
        (Person(kinds=Answer.LATER), DeclinedError),
        (Person(kinds=Answer.NONE), NoConsentError),
    ],
)
def test_whatever_is_not_a_yes_leaves_no_consent(
    paths: Paths, clock: TurnedClock, person: Person, error: type[NodreelError]
) -> None:
    with pytest.raises(error):
        hold(person, paths, clock, policy())
    assert not paths.grant.exists()
    assert not paths.signing_key.exists()
    assert not list(paths.data.rglob("receipts/*"))


def test_silence_leaves_nothing_at_all(paths: Paths, clock: TurnedClock) -> None:
    with pytest.raises(NoConsentError, match="silence"):
        hold(Person(answer=Answer.NONE), paths, clock, policy())
    assert not paths.data.exists()


def test_agreeing_to_nothing_is_no_yes(paths: Paths, clock: TurnedClock) -> None:
    with pytest.raises(NoConsentError, match="no kind of data"):
        hold(Person(kinds=frozenset()), paths, clock, policy())
    assert not paths.grant.exists()


@pytest.mark.parametrize(
    "ticked", [{Kind.MAIL}, {Kind.CHAT, Kind.ACCESSIBILITY}, {Kind.TEXT}, {Kind.TEXT, Kind.MAIL}]
)
def test_where_and_how_without_what_is_no_yes(
    paths: Paths, clock: TurnedClock, ticked: set[Kind]
) -> None:
    with pytest.raises(NoConsentError, match="no kind of data"):
        hold(Person(kinds=frozenset(ticked)), paths, clock, policy())
    assert not paths.grant.exists()


def test_text_without_keys_is_not_given(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock, policy(), Kind.TEXT, Kind.SCREEN)
    assert grant.kinds == {Kind.SCREEN}
    given = load_receipt(paths, grant.receipt_id).record.pii_information
    assert [info.pii_type for info in given if info.granted] == [Kind.SCREEN]


def test_kinds_are_asked_in_one_order(paths: Paths, clock: TurnedClock) -> None:
    person = Person()
    hold(person, paths, clock, policy(kinds=(Kind.TEXT, Kind.MAIL, Kind.KEYS)))
    assert person.offered == (Kind.KEYS, Kind.TEXT, Kind.MAIL)


@pytest.mark.parametrize("wanted", [Presence.PHYSICAL, Presence.REAUTHENTICATED])
def test_a_face_that_cannot_prove_enough_does_not_even_ask(
    paths: Paths, clock: TurnedClock, wanted: Presence
) -> None:
    person = Person()
    with pytest.raises(NoConsentError, match=wanted) as caught:
        hold(person, paths, clock, policy(presence=wanted))
    assert person.seen == []
    assert "presence" in caught.value.advice


def test_a_weaker_proof_than_required_is_no_yes(paths: Paths, clock: TurnedClock) -> None:
    person = Person(strongest=Presence.REAUTHENTICATED, proof=Presence.SYNTHETIC)
    with pytest.raises(NoConsentError, match="not proved"):
        hold(person, paths, clock, policy(presence=Presence.PHYSICAL))
    assert not paths.grant.exists()


def test_the_receipt_says_how_presence_was_proved(paths: Paths, clock: TurnedClock) -> None:
    person = Person(strongest=Presence.PHYSICAL, proof=Presence.PHYSICAL)
    outcome = hold(person, paths, clock, policy(presence=Presence.PHYSICAL))
    assert outcome.receipt
    (event,) = outcome.receipt.record.events
    assert (event.presence, event.ceremony) == (Presence.PHYSICAL, "typed-phrase")
    assert person.wanted is Presence.PHYSICAL
    assert read_grant(paths, clock).presence is Presence.PHYSICAL


def test_nobody_is_asked_for_a_suspended_policy(paths: Paths, clock: TurnedClock) -> None:
    person = Person()
    with pytest.raises(PolicyError, match="suspended"):
        hold(person, paths, clock, policy(suspended=True))
    assert person.seen == []


def test_a_yes_that_holds_is_not_asked_for_again(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    person = Person()
    assert hold(person, paths, clock, policy(limits=limits(device_days=3))).receipt is None
    assert person.seen == []
    assert read_grant(paths, clock).consent_id == grant.consent_id


def test_a_wider_policy_shows_the_difference_first(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    wider = policy(limits=limits(device_days=30))
    person = Person()
    outcome = hold(person, paths, clock, wider)
    assert [str(change) for change in person.changes] == ["days kept on this machine: 14 -> 30"]
    assert outcome.state is State.RENEWED
    assert current_state(paths, clock, wider) is State.RENEWED
    assert read_grant(paths, clock).consent_id != grant.consent_id


@pytest.mark.parametrize("answer", [Answer.LATER, Answer.NONE])
def test_no_decision_about_the_difference_leaves_it_suspended(
    paths: Paths, clock: TurnedClock, answer: Answer
) -> None:
    grant = agree(paths, clock)
    wider = policy(limits=limits(device_days=30))
    with pytest.raises(NodreelError):
        hold(Person(answer=answer), paths, clock, wider)
    assert current_state(paths, clock, wider) is State.SUSPENDED
    assert read_grant(paths, clock).consent_id == grant.consent_id


def test_a_no_to_the_difference_ends_the_consent(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    wider = policy(limits=limits(device_days=30))
    with pytest.raises(DeclinedError):
        hold(Person(answer=Answer.REFUSE), paths, clock, wider)
    assert current_state(paths, clock, wider) is State.REFUSED
    assert not paths.grant.exists()
    assert not paths.signing_key.exists()


def test_shortly_before_its_end_it_can_be_renewed(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    clock.pass_time(166 * DAY)
    assert hold(Person(), paths, clock, policy()).state is State.RENEWED
    assert read_grant(paths, clock).expires == clock.wall() + 180 * DAY


def test_after_its_end_it_is_asked_for_as_if_for_the_first_time(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock)
    clock.pass_time(200 * DAY)
    assert hold(Person(), paths, clock, policy()).state is State.GIVEN


@pytest.mark.parametrize("answer", [Answer.REFUSE, Answer.LATER])
def test_a_full_disk_turns_a_no_into_nothing_else(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DeclinedError):
        hold(Person(answer=answer), paths, clock, policy())
    with pytest.raises(DiskFullError):
        hold(Person(), paths, clock, policy())
    monkeypatch.undo()
    assert not paths.grant.exists()


CEREMONY = [sys.executable, "-m", "nodreel.consent.ceremony"]


def test_without_a_terminal_it_refuses(tmp_path: Path) -> None:
    for words in ([], ["--yes"], ["I agree to be recorded"]):
        done = subprocess.run(
            [*CEREMONY, *words], input="yes\n" * 5 + PHRASE + "\n", capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == NoConsentError.exit_code
        assert "terminal" in done.stderr
    assert not list(tmp_path.rglob("grant.json"))


def test_it_needs_neither_eyes_nor_ears() -> None:
    code = (
        "import sys, nodreel.consent.ceremony\n"
        "bad = {'xcffib', 'socket', 'Xlib', 'pynput', 'mss', 'nodreel.desktop', 'nodreel.ipc',\n"
        "       'jeepney', 'ssl', 'http'}\n"
        "print(sorted(bad & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in {"[]", "['socket']"}, done.stdout


def test_no_variable_or_argument_answers_for_the_person(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = " ".join(
        path.read_text()
        for path in (__import__("nodreel").__path__[0],)
        for path in __import__("pathlib").Path(path, "consent").rglob("*.py")
    )
    assert "environ" not in source
    assert "getenv" not in source
    assert "sys.argv" not in source
    assert TOML


def test_a_yes_starts_nothing_and_a_renewed_one_stops_nothing(
    paths: Paths, clock: TurnedClock
) -> None:
    paths.config.mkdir(mode=0o700, exist_ok=True)
    paths.policy.write_text(TOML)
    paths.policy.chmod(0o600)
    write_switches(paths.state, Switches())  # an agent that was started and idles without a yes
    assert held_alone(Person(), paths, clock).state is State.GIVEN
    assert read_switches(paths.state) == NOT_STARTED
    write_switches(paths.state, Switches())  # the person starts it
    clock.pass_time(170 * DAY)
    assert held_alone(Person(), paths, clock).state is State.RENEWED
    assert read_switches(paths.state) == Switches()
    clock.pass_time(400 * DAY)
    assert held_alone(Person(), paths, clock).state is State.GIVEN
    assert read_switches(paths.state) == NOT_STARTED
