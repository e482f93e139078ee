"""Receipts and the audit log, to read and to keep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nodreel.clock import SystemClock
from nodreel.policy import load_policy
from tests.consent.yes import agree
from tests.page.conftest import Client, words

if TYPE_CHECKING:
    from nodreel.paths import Paths


def test_before_any_decision_there_is_none(client: Client) -> None:
    assert "There is no receipt" in words(client.get("/receipts").body)


def test_a_receipt_can_be_read_and_saved(client: Client, paths: Paths) -> None:
    grant = agree(paths, SystemClock(), load_policy(paths).policy)
    told = words(client.get("/receipts").body)
    assert "unbroken" in told
    assert "given" in told.lower()
    assert grant.receipt_id in client.get(f"/receipts/{grant.receipt_id}").body
    saved = client.get(f"/receipts/{grant.receipt_id}/json")
    assert "attachment" in saved.headers["content-disposition"]
    assert json.loads(saved.body)["receipt_id"] == grant.receipt_id
    assert client.get("/receipts/..%2f..%2fgrant").status == 409


def test_a_log_that_was_changed_says_so(client: Client, paths: Paths) -> None:
    agree(paths, SystemClock(), load_policy(paths).policy)
    paths.audit.write_text(paths.audit.read_text().replace('"person"', '"nobody"', 1))
    assert 'role="alert"' in client.get("/receipts").body
