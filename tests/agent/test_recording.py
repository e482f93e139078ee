"""What a recording may take is what was ticked, as far as the policy in force still allows it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from nodreel.agent.recording import rules_of
from nodreel.events import Kind
from tests.policy.samples import policy

if TYPE_CHECKING:
    from nodreel.consent import Grant


def ticked(*kinds: Kind) -> Grant:
    return cast("Grant", SimpleNamespace(kinds=frozenset(kinds)))


def test_only_what_was_ticked_and_is_still_offered() -> None:
    rules = rules_of(ticked(Kind.KEYS, Kind.SCREEN), policy(kinds=(Kind.KEYS, Kind.POINTER)))
    assert rules.kinds == {Kind.KEYS}


def test_the_apps_are_those_of_the_policy_in_force() -> None:
    one = policy()
    narrower = one.model_copy(update={"apps": one.apps[:1]})
    assert list(rules_of(ticked(), narrower).apps) == [one.apps[0].id]


def test_synthetic_input_is_kept_only_if_the_policy_says_so() -> None:
    assert not rules_of(ticked(), policy()).keep_synthetic
    assert rules_of(ticked(), policy(synthetic="keep")).keep_synthetic
