from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from nodreel.consent import Ledger
from nodreel.consent.heads import heads_of, heads_path, last_day, sign_head, today
from nodreel.consent.record import load_receipt
from nodreel.errors import StoreError
from tests.consent.clocks import DAY, TurnedClock
from tests.consent.yes import agree
from tests.policy.samples import policy

if TYPE_CHECKING:
    from nodreel.consent import Grant
    from nodreel.paths import Paths


@pytest.fixture
def grant(paths: Paths, clock: TurnedClock) -> Grant:
    return agree(paths, clock, policy())


def test_a_signed_head_lies_in_the_log_and_beside_the_receipt(
    paths: Paths, clock: TurnedClock, grant: Grant
) -> None:
    ledger = Ledger(paths.audit, clock)
    before = ledger.head()
    assert last_day(paths, grant.receipt_id) is None
    one = sign_head(paths, clock, ledger, grant)
    clock.pass_time(DAY)
    two = sign_head(paths, clock, ledger, grant)
    assert (one.head, two.day) == (before, today(clock))
    assert heads_of(paths, load_receipt(paths, grant.receipt_id)) == (one, two)
    assert last_day(paths, grant.receipt_id) == two.day
    found = ledger.examine({one.head, two.head}, {grant.public_key.hex()})
    assert (found.problem, found.signed, found.last_day) == (None, 2, two.day)
    assert heads_path(paths, grant.receipt_id).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("field", ["day", "head", "key", "signature"])
def test_a_changed_head_is_named(
    paths: Paths, clock: TurnedClock, grant: Grant, field: str
) -> None:
    sign_head(paths, clock, Ledger(paths.audit, clock), grant)
    path = heads_path(paths, grant.receipt_id)
    tree = json.loads(path.read_bytes())
    tree[field] = tree[field].replace(tree[field][-1], "3" if tree[field][-1] != "3" else "4")
    path.write_text(json.dumps(tree) + "\n")
    with pytest.raises(StoreError, match="line 1: this signed head was changed"):
        heads_of(paths, load_receipt(paths, grant.receipt_id))


def test_a_line_torn_by_a_crash_is_no_head_yet(
    paths: Paths, clock: TurnedClock, grant: Grant
) -> None:
    one = sign_head(paths, clock, Ledger(paths.audit, clock), grant)
    with heads_path(paths, grant.receipt_id).open("ab") as file:
        file.write(b'{"day":"2026-')
    assert heads_of(paths, load_receipt(paths, grant.receipt_id)) == (one,)
