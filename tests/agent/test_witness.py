from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.permission import Permission
from nodreel.agent.witness import Witness
from nodreel.consent import Ledger
from nodreel.consent.heads import heads_of
from nodreel.consent.record import load_receipt
from nodreel.errors import GrantError, NoConsentError
from nodreel.events import SECOND
from nodreel.paths import Paths
from tests.consent.clocks import DAY, TurnedClock
from tests.consent.yes import agree
from tests.policy.samples import policy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "run", tmp_path / "config", tmp_path / "etc")


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


def lines(paths: Paths, event: str) -> list[dict[str, object]]:
    found = map(json.loads, paths.audit.read_text().splitlines() if paths.audit.exists() else ())
    return [line["data"] for line in found if line["event"] == event]


def test_each_day_one_head_is_signed_however_often_the_agent_starts(
    paths: Paths, clock: TurnedClock
) -> None:
    grant = agree(paths, clock, policy())
    for _ in range(3):
        for _ in range(2):
            witness = Witness(paths, clock, Ledger(paths.audit, clock))
            witness.look(grant, None)
            witness.look(grant, None)
        clock.pass_time(DAY)
    heads = heads_of(paths, load_receipt(paths, grant.receipt_id))
    assert len({head.day for head in heads}) == len(heads) == 3
    assert len(lines(paths, "head_signed")) == 3


def test_without_a_consent_nothing_is_signed_or_written(paths: Paths, clock: TurnedClock) -> None:
    Witness(paths, clock, Ledger(paths.audit, clock)).look(None, None)
    assert not paths.audit.exists()


def test_a_refused_grant_is_written_down_once(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock, policy())
    paths.grant.write_bytes(paths.grant.read_bytes()[:-1])
    permission = Permission(paths, clock)
    witness = Witness(paths, clock, Ledger(paths.audit, clock))
    for _ in range(5):
        with pytest.raises(GrantError):
            permission.why_no_grant()
        witness.look(permission.grant, permission.refused)
        clock.pass_time(SECOND)
    assert lines(paths, "grant_refused") == [{"state": "ConsentInvalidated"}]
    paths.grant.unlink()
    with pytest.raises(NoConsentError):
        permission.why_no_grant()
    assert permission.refused is None


def test_forging_by_the_second_fills_no_disk(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock, policy())
    witness = Witness(paths, clock, Ledger(paths.audit, clock))
    for number in range(150):
        witness.look(None, GrantError(f"forgery {number}"))
        clock.turn_wall((-1) ** number * DAY)
        clock.pass_time(SECOND)
    assert len(lines(paths, "grant_refused")) == 3
    assert len(lines(paths, "clock_jump")) <= 3


def test_a_jump_of_the_clock_is_written_down_and_trimming_is_not(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock, policy())
    witness = Witness(paths, clock, Ledger(paths.audit, clock))
    for turn in (2, 2, 2, -4):
        clock.turn_wall(turn * SECOND)
        witness.look(None, None)
    assert lines(paths, "clock_jump") == []
    clock.turn_wall(-10 * 365 * DAY)
    witness.look(None, None)
    witness.look(None, None)
    assert lines(paths, "clock_jump") == [{"ms": -10 * 365 * 86_400_000}]


def test_a_log_that_cannot_be_written_stops_nothing(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock, policy())
    paths.audit.chmod(0o644)
    witness = Witness(paths, clock, Ledger(paths.audit, clock))
    witness.look(grant, None)
    paths.audit.chmod(0o600)
    witness.look(grant, None)
    assert lines(paths, "head_signed") == []
    clock.pass_time(61 * SECOND)
    witness.look(grant, None)
    assert len(lines(paths, "head_signed")) == 1
