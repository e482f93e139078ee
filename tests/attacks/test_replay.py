"""A yes of another day, person or machine, put back or carried over: it is no yes here."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.permission import Permission
from nodreel.consent import State, current_state, read_grant, withdraw
from nodreel.consent import binding as binding_module
from nodreel.consent import grant as grant_module
from nodreel.consent.binding import salt_path
from nodreel.consent.ceremony import hold
from nodreel.consent.face import Answer
from nodreel.consent.highwater import mark_path
from nodreel.errors import DeclinedError, GrantError
from nodreel.host import machine
from nodreel.host.files import user_id
from tests.consent.clocks import DAY
from tests.consent.yes import Person, agree
from tests.findings import found
from tests.policy.samples import limits, policy

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock

WIDER = {"version": 4, "limits": limits(device_days=30)}


def copied(paths: Paths, to: Path) -> Path:
    """What an attacker of the same user, or a backup, keeps of the consent."""
    shutil.copytree(paths.grant.parent, to)
    return to


def put_back(paths: Paths, kept: Path, *names: str) -> None:
    for name in names:
        (paths.grant.parent / name).write_bytes((kept / name).read_bytes())
        (paths.grant.parent / name).chmod(0o600)


def refused(paths: Paths, clock: TurnedClock, words: str) -> None:
    with pytest.raises(GrantError, match=words):
        read_grant(paths, clock)
    assert not current_state(paths, clock, policy()).permits
    with pytest.raises(GrantError):
        Permission(paths, clock).why_no_grant()
    found("C2", "replayed and carried-over grants", 1)


def test_the_grant_before_this_one(paths: Paths, clock: TurnedClock, tmp_path: Path) -> None:
    agree(paths, clock, policy(**WIDER))
    kept = copied(paths, tmp_path / "kept")
    withdraw(paths, clock, stored="keep")
    agree(paths, clock, policy())
    put_back(paths, kept, "grant.json")
    refused(paths, clock, "key on this machine is not the one")


@pytest.mark.parametrize("end", ["withdrawn", "refused"])
def test_grant_and_key_put_back_after_a_no(
    paths: Paths, clock: TurnedClock, tmp_path: Path, end: str
) -> None:
    agree(paths, clock, policy())
    kept = copied(paths, tmp_path / "kept")
    if end == "withdrawn":
        withdraw(paths, clock, stored="keep")
    else:
        with pytest.raises(DeclinedError):
            hold(Person(answer=Answer.REFUSE), paths, clock, policy(**WIDER))
    put_back(paths, kept, "grant.json", "signing.key", "install.salt")
    refused(paths, clock, "taken back since")
    assert current_state(paths, clock, policy()) is State.INVALIDATED
    clock.turn_wall(-3650 * DAY)  # as if it had been before the no
    refused(paths, clock, "taken back since")
    assert agree(paths, clock, policy())  # the person's own new yes counts


def test_an_expired_grant_with_the_mark_of_its_youth(
    paths: Paths, clock: TurnedClock, tmp_path: Path
) -> None:
    """Whoever puts the clock mark back, too, still has to turn the machine's clock back."""
    agree(paths, clock, policy())
    young = mark_path(paths).read_bytes()
    clock.pass_time(181 * DAY)
    refused(paths, clock, "ended on")
    mark_path(paths).write_bytes(young)
    refused(paths, clock, "ended on")


def test_a_whole_consent_of_another_person(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Salt, key, mark and all: what one person agreed to, another's agent refuses."""
    agree(paths, clock, policy())
    for module in (grant_module, binding_module):
        monkeypatch.setattr(module, "user_id", lambda: user_id() + 1)
    refused(paths, clock, "another person")


def test_a_whole_consent_of_another_machine(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    agree(paths, clock, policy())
    elsewhere = tmp_path / "machine-id"
    elsewhere.write_text("f" * 32 + "\n")
    monkeypatch.setattr(machine, "_MACHINE", (elsewhere,))
    refused(paths, clock, "another machine")


def test_the_salt_of_another_installation(paths: Paths, clock: TurnedClock, tmp_path: Path) -> None:
    agree(paths, clock, policy())
    salt_path(paths).write_bytes(os.urandom(32))
    refused(paths, clock, "another machine")
