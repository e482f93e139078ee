from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.consent.acknowledgement import read_acknowledgement
from nodreel.consent.requests import ask, requests
from nodreel.consent.tombstone import make_tombstone
from nodreel.errors import UploadError
from nodreel.paths import Paths
from nodreel.upload import sweep as module
from nodreel.upload.asking import ask_for_deletion
from nodreel.upload.sweep import sweep
from tests.upload.conftest import INBOX
from tests.upload.machine import Machine, Unhurried

if TYPE_CHECKING:
    from pathlib import Path

    from tests.upload.memory import MemoryStore


@pytest.fixture
def other(tmp_path: Path, machine: Machine) -> Machine:
    """Another person's machine, which sends to the same store."""
    there = tmp_path / "other"
    paths = Paths(there / "data", there / "run", there / "config", there / "etc")
    return Machine(paths, machine.inbox_key)


def half_sent(machine: Machine, memory: MemoryStore) -> None:
    """One episode whole, one of which only batches arrived, one not begun."""
    machine.record(2)
    machine.send(memory, Unhurried(largest=1))
    machine.record(3)
    left = 2

    def stop(verb: str, _: str) -> None:
        nonlocal left
        left -= verb == "put"
        if left < 0:
            raise UploadError("no more")

    memory.fault = stop
    with pytest.raises(UploadError):
        machine.send(memory, Unhurried(largest=1))
    memory.fault = lambda *_: None


def test_a_withdrawal_with_half_of_it_sent_leaves_nothing_of_that_consent(
    machine: Machine, other: Machine, memory: MemoryStore
) -> None:
    other.record(2)
    other.send(memory, Unhurried(largest=1))
    theirs = dict(memory.held)
    half_sent(machine, memory)
    consent = machine.grant.consent_id.encode()
    assert len([1 for data in memory.held.values() if consent in data]) == 5
    machine.withdraw()
    (asked,) = ask_for_deletion(machine.paths, lambda _: memory)
    assert asked.objects is None
    assert "no answer yet" in asked.why
    swept = sweep(memory, INBOX)
    assert [len(keys) for keys in swept.deleted.values()] == [5]
    holding = [key for key, data in memory.held.items() if consent in data]
    assert [key.split("/")[0] for key in holding] == ["tombstones"]
    assert {k: v for k, v in memory.held.items() if k in theirs} == theirs
    (asked,) = ask_for_deletion(machine.paths, lambda _: memory)
    assert asked.objects == 5
    assert requests(machine.paths, "open") == ()
    (done,) = requests(machine.paths, "done")
    answer = done.path.with_suffix(".answer").read_bytes()
    read_acknowledgement(answer, tombstone=done.name, public_key=machine.inbox_key)
    assert ask_for_deletion(machine.paths, lambda _: memory) == []


def test_what_arrives_after_the_sweep_goes_in_the_next(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(2)
    machine.send(memory)
    late = dict(memory.held)
    machine.withdraw()
    ask_for_deletion(machine.paths, lambda _: memory)
    sweep(memory, INBOX)
    memory.held |= late  # a request that was under way arrives only now
    swept = sweep(memory, INBOX)
    assert [len(keys) for keys in swept.deleted.values()] == [2]
    assert not set(late) & set(memory.held)
    name = requests(machine.paths, "open")[0].name
    answer = memory.held[f"answers/{name}"]
    told = read_acknowledgement(answer, tombstone=name, public_key=machine.inbox_key)
    assert told.objects == 4
    before = answer
    sweep(memory, INBOX)
    assert memory.held[f"answers/{name}"] == before, "nothing new, nothing said anew"


def test_nobody_deletes_anothers(machine: Machine, memory: MemoryStore) -> None:
    machine.record(2)
    machine.send(memory)
    forger = Ed25519PrivateKey.generate()
    public = forger.public_key().public_bytes_raw()
    name, data = make_tombstone(machine.grant.consent_id, public, forger.sign)
    memory.held[f"tombstones/{name}"] = data
    unsigned = data.replace(public.hex().encode(), machine.grant.public_key.hex().encode())
    memory.held[f"tombstones/{'ab' * 16}.tombstone"] = unsigned
    before = {k: v for k, v in memory.held.items() if not k.startswith("tombstones")}
    swept = sweep(memory, INBOX)
    assert [len(keys) for keys in swept.deleted.values()] == [0]
    assert len(swept.refused) == 1
    assert before.items() <= memory.held.items()


def test_a_dry_sweep_deletes_and_answers_nothing(machine: Machine, memory: MemoryStore) -> None:
    machine.record(2)
    machine.send(memory)
    machine.withdraw()
    ask_for_deletion(machine.paths, lambda _: memory)
    before = dict(memory.held)
    swept = sweep(memory, INBOX, dry=True)
    assert [len(keys) for keys in swept.deleted.values()] == [2]
    assert memory.held == before


def test_what_is_still_there_is_not_said_to_be_gone(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.record(2)
    machine.send(memory)
    machine.withdraw()
    ask_for_deletion(machine.paths, lambda _: memory)
    monkeypatch.setattr(memory, "delete", lambda _: None)
    with pytest.raises(UploadError, match="still there"):
        sweep(memory, INBOX)
    assert memory.keys("answers") == []


def test_what_was_set_aside_is_swept_too_and_what_is_nobodys_is_told(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(2)
    machine.send(memory)
    for key in (*memory.keys("batches"), *memory.keys("manifests")):
        memory.held[f"quarantine/{key}"] = memory.held.pop(key)
        memory.held[f"quarantine/{key}.why"] = b"{}"
    memory.held["quarantine/batches/x"] = b"noise"
    machine.withdraw()
    ask_for_deletion(machine.paths, lambda _: memory)
    swept = sweep(memory, INBOX)
    assert swept.unknown == ["quarantine/batches/x"]
    assert memory.keys("quarantine") == ["quarantine/batches/x"]


def withdrawn(machine: Machine, memory: MemoryStore) -> None:
    machine.record(2)
    machine.send(memory)
    machine.withdraw()
    ask_for_deletion(machine.paths, lambda _: memory)


@pytest.mark.parametrize("place", ["batches/x", "manifests/y", "quarantine/manifests/z"])
def test_while_nobody_can_tell_whose_something_is_nothing_is_signed(
    machine: Machine, memory: MemoryStore, place: str
) -> None:
    withdrawn(machine, memory)
    memory.held[place] = b"noise"
    swept = sweep(memory, INBOX)
    assert swept.unknown == [place]
    assert memory.keys("answers") == []
    assert [k for k in memory.held if not k.startswith("tombstones/")] == [place]
    assert sweep(memory, INBOX, damaged=True).unknown == [place]
    assert place not in memory.held
    assert len(memory.keys("answers")) == 1


def test_what_nobody_can_read_stays_in_a_dry_sweep(machine: Machine, memory: MemoryStore) -> None:
    withdrawn(machine, memory)
    memory.held["batches/x"] = b"noise"
    before = dict(memory.held)
    assert sweep(memory, INBOX, dry=True, damaged=True).unknown == ["batches/x"]
    assert memory.held == before


def test_what_comes_damaged_while_it_is_swept_is_not_signed_for(
    machine: Machine, memory: MemoryStore
) -> None:
    withdrawn(machine, memory)

    def come(verb: str, _: str) -> None:
        if verb == "delete":
            memory.held["batches/x"] = b"noise"

    memory.fault = come
    sweep(memory, INBOX)
    assert memory.keys("answers") == []


def test_a_manifest_or_tombstone_of_any_size_is_not_read_into_memory(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawn(machine, memory)
    monkeypatch.setattr(module, "MOST", 1 << 20)
    asked = {"manifests/x": bytes(2 << 20), f"tombstones/{'ab' * 16}.tombstone": bytes(2 << 20)}
    memory.held |= asked
    swept = sweep(memory, INBOX)
    assert swept.unknown == ["manifests/x"]
    assert list(swept.refused) == [f"tombstones/{'ab' * 16}.tombstone"]
    assert not [key for verb, key in memory.log if verb == "get" and key in asked]


def test_what_grows_while_it_is_looked_at_stops_no_sweep(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawn(machine, memory)
    (name,) = memory.keys("tombstones")
    monkeypatch.setattr(module, "MOST", 1 << 20)
    others = ["manifests/x", f"tombstones/{'ab' * 16}.tombstone"]
    memory.held |= dict.fromkeys(others, b"x")
    answer = f"answers/{name.rpartition('/')[2]}"
    memory.held[answer] = bytes(1 << 20)  # not ours

    def grow(verb: str, key: str) -> None:
        if verb == "get" and key in others:
            memory.held[key] = bytes(2 << 20)

    memory.fault = grow
    assert sweep(memory, INBOX, damaged=True).unknown == ["manifests/x"]
    assert len(memory.held[answer]) < 1000


def test_what_goes_away_meanwhile_is_nobodys_damage(machine: Machine, memory: MemoryStore) -> None:
    withdrawn(machine, memory)
    memory.held["batches/x"] = b"noise"

    def go(verb: str, key: str) -> None:
        if verb == "begin":
            memory.held.pop(key, None) if key == "batches/x" else None

    memory.fault = go
    assert sweep(memory, INBOX).unknown == []
    assert len(memory.keys("answers")) == 1


def test_asked_by_nobody_nothing_goes(machine: Machine, memory: MemoryStore) -> None:
    machine.record(2)
    machine.send(memory)
    before = dict(memory.held)
    assert sweep(memory, INBOX).deleted == {}
    assert memory.held == before
    assert ask(machine.paths) == 1
