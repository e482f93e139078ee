from __future__ import annotations

import itertools

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nodreel.consent import state as table
from nodreel.consent.state import MAY, TRANSITIONS, Actor, Move, State, step
from nodreel.errors import NoConsentError


def test_it_says_on_its_first_line_what_it_is() -> None:
    assert table.__doc__
    assert table.__doc__.splitlines()[0].startswith("Must never be wrong")


def test_only_accepting_in_a_ceremony_turns_no_into_yes() -> None:
    for (before, move), after in TRANSITIONS.items():
        if after.permits and not before.permits and before is not State.PAUSED:
            assert move is Move.ACCEPT, (before, move, after)
    assert MAY[Move.ACCEPT] == {Actor.CEREMONY}
    assert MAY[Move.RESUME] == {Actor.PERSON}


def test_a_pause_follows_only_a_yes() -> None:
    assert {before for (before, _), after in TRANSITIONS.items() if after is State.PAUSED} <= {
        State.GIVEN, State.RENEWED, State.PAUSED,
    }  # fmt: skip


@pytest.mark.parametrize("actor", [Actor.IT, Actor.MACHINE])
def test_others_only_move_towards_off(actor: Actor) -> None:
    for before, move in itertools.product(State, Move):
        if actor not in MAY[move]:
            with pytest.raises(NoConsentError):
                step(before, move, actor)
        elif (before, move) in TRANSITIONS:
            assert not step(before, move, actor).permits


def test_the_person_can_withdraw_wherever_a_consent_stands() -> None:
    for held in (State.GIVEN, State.RENEWED, State.PAUSED, State.SUSPENDED):
        assert step(held, Move.WITHDRAW, Actor.PERSON) is State.WITHDRAWN
        assert step(held, Move.REFUSE, Actor.CEREMONY) is State.REFUSED


def test_refusing_takes_as_many_steps_as_accepting() -> None:
    asked = step(step(State.UNKNOWN, Move.SHOW, Actor.CEREMONY), Move.ASK, Actor.CEREMONY)
    assert step(asked, Move.ACCEPT, Actor.CEREMONY) is State.GIVEN
    assert step(asked, Move.REFUSE, Actor.CEREMONY) is State.REFUSED


def test_what_the_table_lacks_is_refused() -> None:
    with pytest.raises(NoConsentError, match="cannot follow"):
        step(State.WITHDRAWN, Move.ACCEPT, Actor.CEREMONY)


def test_every_state_can_be_reached_and_asked_again_from() -> None:
    reached = {State.UNKNOWN} | set(TRANSITIONS.values())
    assert reached == set(State)


class AnyoneDoesAnything(RuleBasedStateMachine):
    """Moves of everybody in any order; ``yes`` is what the person last said in a ceremony."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.UNKNOWN
        self.yes = False

    @rule(move=st.sampled_from(Move), actor=st.sampled_from(Actor))
    def try_it(self, move: Move, actor: Actor) -> None:
        before = self.state
        try:
            self.state = step(before, move, actor)
        except NoConsentError:
            return
        if move is Move.ACCEPT:
            assert actor is Actor.CEREMONY
            self.yes = True
        elif self.state not in {before, State.PAUSED, State.GIVEN}:
            self.yes = False
        if actor is Actor.IT:
            assert not self.state.permits or before.permits

    @rule()
    def a_person_says_yes(self) -> None:
        """Random moves alone would rarely get that far."""
        for move in (Move.SHOW, Move.ASK, Move.ACCEPT):
            if (self.state, move) in TRANSITIONS:
                self.state = step(self.state, move, Actor.CEREMONY)
                self.yes = self.yes or move is Move.ACCEPT

    @invariant()
    def nothing_is_permitted_without_a_yes(self) -> None:
        if self.state.permits:
            assert self.yes


TestAnyoneDoesAnything = AnyoneDoesAnything.TestCase
