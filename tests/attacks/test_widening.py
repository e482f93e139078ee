"""Each field of a policy that becomes wider stops the recording; none goes on under old terms."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel.agent import permission as module
from nodreel.agent.permission import Permission
from nodreel.consent import State, current_state
from nodreel.consent.ceremony import hold
from nodreel.policy import Presence, load_policy
from nodreel.policy.load import LARGEST
from tests.attacks.reactions import PAGE, ROWS, make_folders, react, write
from tests.consent.yes import Person, agree
from tests.findings import found
from tests.policy.samples import policy
from tests.policy.test_order import WIDENINGS

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock


@pytest.fixture(autouse=True)
def _folders(paths: Paths) -> None:
    make_folders(paths)


def looked(paths: Paths, clock: TurnedClock) -> Permission:
    permission = Permission(paths, clock)
    assert permission.why_no_grant() is None
    return permission


@pytest.mark.parametrize("name", ROWS)
def test_wider_stops_and_narrower_goes_on(paths: Paths, clock: TurnedClock, name: str) -> None:
    wide, narrow = (policy(**changes) for changes in WIDENINGS[name])
    proof = Presence.REAUTHENTICATED
    hold(Person(strongest=proof, proof=proof), paths, clock, narrow)
    write(paths, narrow)
    permission = looked(paths, clock)
    assert permission.why_policy() is None
    write(paths, wide)
    clock.pass_time(module.POLICY_EVERY)
    assert "asks for more" in (permission.why_policy() or "")
    assert permission.policy is None, "nothing goes on under the old terms"
    assert current_state(paths, clock, load_policy(paths).policy) is State.SUSPENDED
    write(paths, narrow)
    clock.pass_time(module.POLICY_EVERY)
    assert permission.why_policy() is None
    found("C10", "fields widened under a running agent", 1)


@pytest.mark.parametrize("name", ROWS)
def test_the_documented_reaction_is_what_happens(
    paths: Paths, clock: TurnedClock, name: str
) -> None:
    reaction = react(paths, clock, name)
    assert reaction.there is not None
    assert reaction.row in PAGE.read_text().splitlines(), "run scripts/policy_files"
    found("C10", "documented changes of a policy, both ways", 2)


def test_the_page_has_a_row_for_each_change_and_no_other() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == ROWS
    assert len(rows) >= 25


BAD = {
    "an unknown field": "{good}\nalso = true\n",
    "an unknown field of a part": "{good}\n[limits.more]\nx = 1\n",
    "a pattern that means more": "{good}\n[[secrets]]\nname = 'x'\npattern = '('\n",
    "twice the same key": "{good}\nversion = 9\n",
    "deep": "x = " + "[" * 50_000,
    "not TOML": "<policy/>",
    "nothing": "",
    "a byte order mark": "\ufeff{good}",
    "of 100 MB": None,
}


@pytest.mark.parametrize("name", BAD)
def test_a_policy_that_cannot_be_believed_stops(
    paths: Paths, clock: TurnedClock, name: str
) -> None:
    agree(paths, clock, policy())
    write(paths, policy())
    permission = looked(paths, clock)
    assert permission.why_policy() is None
    bad = BAD[name]
    if bad is None:
        os.truncate(paths.policy, 100 << 20)
    else:
        write(paths, bad.replace("{good}", paths.policy.read_text()))
    clock.pass_time(module.POLICY_EVERY)
    why = permission.why_policy()
    assert why, name
    assert permission.policy is None
    assert bad is not None or f"larger than {LARGEST} bytes" in why
    found("C10", "policies that cannot be believed", 1)


def test_an_older_policy_that_comes_back_is_wider(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock, policy(version=3))
    write(paths, policy(version=2))
    assert "an older one came back" in (looked(paths, clock).why_policy() or "")


def test_the_same_policy_under_other_words_is_no_question(paths: Paths, clock: TurnedClock) -> None:
    """Replayed as it was, or reordered: nobody is bothered, nothing widens."""
    agreed = policy()
    agree(paths, clock, agreed)
    write(paths, agreed.model_copy(update={"apps": tuple(reversed(agreed.apps))}))
    permission = looked(paths, clock)
    assert permission.why_policy() is None
    paths.policy.unlink()
    clock.pass_time(module.POLICY_EVERY)
    assert permission.why_policy(), "a policy that is gone permits nothing"


def test_a_person_who_agreed_to_less_is_not_asked_about_a_folder_elsewhere(
    paths: Paths, clock: TurnedClock
) -> None:
    """A managed file that cannot be trusted stops; it is no reason to believe the own one."""
    agree(paths, clock, policy())
    write(paths, policy())
    managed = replace(paths, managed=paths.config / "managed")
    permission = looked(managed, clock)
    assert permission.why_policy() is None
    managed.managed.mkdir(mode=0o755)
    (managed.managed / "10.toml").write_text("suspended = false\n")
    clock.pass_time(module.POLICY_EVERY)
    assert "cannot be trusted" in (permission.why_policy() or ""), "root does not own it"
