from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import iso
from nodreel.consent import last_retention, receipts, withdraw
from nodreel.consent.ids import new_id
from nodreel.consent.receipt_page import page
from nodreel.consent.record import Event, load_receipt, save_receipt
from nodreel.consent.state import State
from nodreel.consent.terms import build_terms
from nodreel.errors import StoreError
from nodreel.events import Kind
from tests.consent.yes import agree
from tests.policy.samples import policy

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock

# Mandatory in ISO/IEC TS 27560 as the W3C guide lists them, and where ours has each.
MANDATORY = {
    "schema version": "schema_version", "record id": "record_id", "principal": "pii_principal_id",
    "notice": "notice", "language": "notice.language", "purpose": "purposes",
    "information": "pii_information", "controllers": "parties", "storage": "storage_locations",
    "retention": "retention", "jurisdiction": "jurisdiction", "recipients": "recipients",
    "withdrawal": "withdrawal_method", "party name": "parties.0.name",
    "party address": "parties.0.address", "party contact": "parties.0.contact",
    "event time": "events.0.event_time", "validity": "events.0.validity",
    "entity": "events.0.entity_id", "event type": "events.0.event_type",
    "event state": "events.0.event_state",
}  # fmt: skip


def at(tree: object, place: str) -> object:
    for step in place.split("."):
        tree = tree[int(step)] if isinstance(tree, list) else tree[step]  # type: ignore[index]
    return tree


def test_a_receipt_has_all_that_the_standard_wants(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock, policy(), Kind.KEYS)
    tree = json.loads((paths.receipts / f"{grant.receipt_id}.json").read_text())
    for what, place in MANDATORY.items():
        assert at(tree, place), what
    assert at(tree, "events.0.presence") == "synthetic"
    assert at(tree, "events.0.event_state") == "ConsentGiven"
    assert at(tree, "events.0.validity") == "P180D"
    assert at(tree, "notice.sha256") == build_terms(policy()).sha256
    assert at(tree, "notice.text") == build_terms(policy()).text
    assert at(tree, "public_key") == grant.public_key.hex()
    ticked = {i["pii_type"]: i["granted"] for i in tree["pii_information"]}
    assert ticked == {kind: kind == "keys" for kind in Kind}


def test_what_can_hold_words_of_people_is_called_sensitive(
    paths: Paths, clock: TurnedClock
) -> None:
    record = load_receipt(paths, agree(paths, clock).receipt_id).record
    plain = {info.pii_type for info in record.pii_information if not info.sensitive}
    assert plain == {Kind.POINTER, Kind.ACCESSIBILITY}


def test_a_receipt_names_apps_and_sites(paths: Paths, clock: TurnedClock) -> None:
    receipt = load_receipt(paths, agree(paths, clock).receipt_id)
    assert receipt.record.scope is not None
    assert receipt.record.scope.sites == ("wiki (https://wiki.example.org/)",)
    assert "wiki (https://wiki.example.org/)" in page(receipt.record)


def test_a_receipt_holds_no_name_of_the_person(paths: Paths, clock: TurnedClock) -> None:
    import getpass
    import platform

    grant = agree(paths, clock)
    text = load_receipt(paths, grant.receipt_id).path.read_text()
    assert getpass.getuser() not in text
    assert platform.node() not in text


def test_a_withdrawal_continues_the_record(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    clock.pass_time(10**12)
    given = load_receipt(paths, grant.receipt_id)
    taken = withdraw(paths, clock, stored="keep")
    assert taken.record.record_id == given.record.record_id
    assert taken.record.previous_record == given.record.sha256
    assert [e.event_state for e in taken.record.events] == ["ConsentGiven", "ConsentWithdrawn"]
    assert [r.id for r in receipts(paths)] == [given.id, taken.id]
    assert load_receipt(paths, taken.id).record == taken.record


def test_how_long_recordings_stay_is_what_was_agreed_to_last(
    paths: Paths, clock: TurnedClock
) -> None:
    assert last_retention(paths) is None
    agree(paths, clock)
    clock.pass_time(10**12)
    withdrawn = withdraw(paths, clock, stored="keep").record
    agreed = last_retention(paths)
    assert agreed == withdrawn.retention
    assert agreed is not None
    clock.pass_time(10**12)
    no = Event(event_time=iso(clock.wall()), event_state=State.REFUSED)
    other = {"receipt_id": new_id(), "retention": agreed.model_copy(update={"device_days": 300})}
    save_receipt(paths, withdrawn.model_copy(update=other | {"events": (no,)}))
    assert receipts(paths)[-1].record.retention != agreed
    assert last_retention(paths) == agreed, "nobody said yes to the other"


def test_damaged_and_missing_receipts_are_said_so(paths: Paths, clock: TurnedClock) -> None:
    grant = agree(paths, clock)
    path = paths.receipts / f"{grant.receipt_id}.json"
    for bad in (b"", b"{}", b"[" * 9999, b"\xff", b"1" * (2 << 20)):
        path.write_bytes(bad)
        with pytest.raises(StoreError):
            load_receipt(paths, grant.receipt_id)
    assert receipts(paths) == ()
    path.unlink()
    with pytest.raises(StoreError, match="no receipt"):
        load_receipt(paths, grant.receipt_id)


@pytest.mark.parametrize("name", ["", "../grant", "x", "a" * 26, "8" + "0" * 25, "0" * 26 + "\n"])
def test_only_ids_name_receipts(paths: Paths, name: str) -> None:
    with pytest.raises(StoreError, match="no id"):
        load_receipt(paths, name)
