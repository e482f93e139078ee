from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent.acknowledgement import acknowledge
from nodreel.consent.requests import prepare, requests
from nodreel.errors import DiskFullError, UploadError
from nodreel.upload import asking
from nodreel.upload.asking import ask_for_deletion, note_deletions
from nodreel.upload.sweep import sweep
from tests.consent.clocks import DAY
from tests.consent.yes import agree
from tests.upload.conftest import INBOX
from tests.upload.machine import Machine, Unhurried
from tests.upload.memory import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.consent.requests import Request
    from nodreel.upload.permit import Permit


def test_offline_for_thirty_days_it_is_asked_for_all_the_same(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(2)
    machine.send(memory)
    machine.withdraw()

    def away(verb: str, key: str) -> None:
        raise UploadError("The store cannot be reached just now, or the connection broke off.")

    memory.fault = away
    for _ in range(30):
        machine.clock.pass_time(DAY)
        (asked,) = ask_for_deletion(machine.paths, lambda _: memory)
        assert (asked.objects, asked.lies_there) == (None, False)
        assert "cannot be reached" in asked.why
        assert len(requests(machine.paths, "open")) == 1
    memory.fault = lambda *_: None
    ask_for_deletion(machine.paths, lambda _: memory)
    sweep(memory, INBOX)
    (asked,) = ask_for_deletion(machine.paths, lambda _: memory)
    assert asked.objects == 2


def test_it_outlives_a_reinstall_and_a_new_consent(machine: Machine, memory: MemoryStore) -> None:
    """Whoever installs anew finds the data folder; a later yes takes nothing back."""
    machine.record(2)
    machine.send(memory)
    machine.withdraw()
    fresh = Machine(machine.paths, machine.inbox_key, clock=machine.clock)
    fresh.record(1)
    fresh.send(memory)
    ask_for_deletion(fresh.paths, lambda _: memory)
    sweep(memory, INBOX)
    (asked,) = ask_for_deletion(fresh.paths, lambda _: memory)
    assert asked.objects == 2
    assert len(memory.keys("manifests")) == 1, "what the new yes covers stays"


@pytest.mark.parametrize("answer", ["nonsense", "another key", "another request"])
def test_an_answer_that_is_none_leaves_the_request_open(
    machine: Machine, memory: MemoryStore, answer: str
) -> None:
    machine.record(1)
    machine.send(memory)
    machine.withdraw()
    (request,) = requests(machine.paths, "open")
    key = (
        machine.grant.public_key
        if answer == "another key"
        else INBOX.public_key().public_bytes_raw()
    )
    name = f"{'ab' * 16}.tombstone" if answer == "another request" else request.name
    data = acknowledge(name, 1, key, INBOX.sign)
    memory.held[f"answers/{request.name}"] = b"x" if answer == "nonsense" else data
    (asked,) = ask_for_deletion(machine.paths, lambda _: memory)
    assert asked.objects is None
    assert asked.why
    assert len(requests(machine.paths, "open")) == 1


def test_what_is_deleted_here_while_it_is_sent_is_asked_back(
    machine: Machine, memory: MemoryStore
) -> None:
    kept, gone = machine.record(1), machine.record(3)

    def check() -> Permit:
        noted = machine.ledger.get(gone)
        if noted is not None and len(noted.done) == 1 and gone in machine.here():
            machine.store.delete_episode(gone)
        return machine.permit()

    machine.send(memory, Unhurried(largest=1), check)
    assert {n.episode: n.state for n in machine.ledger.all()} == {kept: "sent", gone: "sending"}
    assert note_deletions(machine.paths, machine.clock) == 1
    assert note_deletions(machine.paths, machine.clock) == 0
    ask_for_deletion(machine.paths, lambda _: memory)
    sweep(memory, INBOX)
    assert not any(gone.encode() in memory.held[k] for k in memory.keys("batches"))
    assert any(kept.encode() in memory.held[k] for k in memory.keys("batches"))


def test_what_was_cut_before_it_was_sent_is_not_asked_back(
    machine: Machine, memory: MemoryStore
) -> None:
    episode = machine.record(3, release=False)
    first = machine.store.episodes()[0]
    machine.store.cut(episode, first.length, first.length, machine.grant.sign)  # type: ignore[arg-type]
    machine.store.release_early(episode)
    machine.send(memory)
    assert note_deletions(machine.paths, machine.clock) == 0
    assert requests(machine.paths, "open") == ()


def test_what_is_cut_after_its_first_batch_left_is_asked_back_whole(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(3)

    def stop(verb: str, key: str) -> None:
        if verb == "put" and len(memory.held) == 1:
            raise UploadError("no more")

    memory.fault = stop
    with pytest.raises(UploadError):
        machine.send(memory, Unhurried(largest=1))
    memory.fault = lambda *_: None
    (found,) = machine.store.episodes()
    machine.store.cut(found.id, found.length, found.length, machine.grant.sign)  # type: ignore[arg-type]
    assert note_deletions(machine.paths, machine.clock) == 1
    ask_for_deletion(machine.paths, lambda _: memory)
    sweep(memory, INBOX)
    assert memory.keys("batches") == []
    assert machine.send(memory).sent == []


@pytest.mark.parametrize("trouble", ["dead", "no credentials", "hostile answer", "disk"])
def test_one_store_that_fails_holds_up_no_other(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """Two persons' worth of stores: whatever one does, the other hears of its request."""
    bad, tried = MemoryStore(), 0
    machine.record(1)
    machine.send(memory)
    machine.withdraw()
    (first,) = requests(machine.paths, "open")
    machine.to = "s3://elsewhere"
    machine.record(1)
    machine.send(bad)
    machine.record(1)
    with pytest.raises(UploadError):
        stop_after_one(machine, bad)
    machine.store.delete_all()
    assert note_deletions(machine.paths, machine.clock) == 1  # sorts before or after, by chance
    machine.withdraw()
    if trouble == "hostile answer":
        for request in requests(machine.paths, "open"):
            bad.held[f"answers/{request.name}"] = bytes(1 << 20)

    def reach(request: Request) -> MemoryStore:
        nonlocal tried
        if request.upload.to != "s3://elsewhere":
            return memory
        tried += 1
        if trouble in {"dead", "no credentials"}:
            raise UploadError("no", again=trouble == "dead")
        return bad

    if trouble == "disk":
        for request in requests(machine.paths, "open"):
            place = bad if request.upload.to == "s3://elsewhere" else memory
            place.held[f"answers/{request.name}"] = acknowledge(
                request.name, 1, INBOX.public_key().public_bytes_raw(), INBOX.sign
            )
        monkeypatch.setattr("nodreel.upload.asking.answered", full_for(first.name))
    asked = {one.request.name: one for one in ask_for_deletion(machine.paths, reach)}
    assert len(asked) == 3
    if trouble == "disk":
        assert "room" in asked.pop(first.name).why
        assert all(one.objects == 1 for one in asked.values())
    else:
        assert asked[first.name].lies_there
        assert f"tombstones/{first.name}" in memory.held
        assert all(one.objects is None and one.why for one in asked.values())
    if trouble in {"dead", "no credentials"}:
        assert tried == 1, "a store that does not answer may take minutes to do so"


def stop_after_one(machine: Machine, memory: MemoryStore) -> None:
    count = len(memory.held)

    def stop(verb: str, key: str) -> None:
        if verb == "put" and len(memory.held) > count:
            raise UploadError("no more")

    memory.fault = stop
    try:
        machine.send(memory, Unhurried(largest=1))
    finally:
        memory.fault = lambda *_: None


def full_for(name: str) -> Callable[[Request, bytes], int]:
    def answered(request: Request, answer: bytes) -> int:
        if request.name == name:
            raise DiskFullError("There is no room.")
        return real(request, answer)

    real = asking.answered
    return answered


def half_sent(machine: Machine, memory: MemoryStore) -> str:
    episode = machine.record(3)
    with pytest.raises(UploadError):
        stop_after_one(machine, memory)
    return episode


def test_what_was_half_sent_under_an_earlier_consent_is_asked_back(
    machine: Machine, memory: MemoryStore
) -> None:
    """It can never become whole; its request was signed by a key that is gone by now."""
    whole = machine.record(1)
    machine.send(memory)
    episode = half_sent(machine, memory)
    policy = machine.grant.policy
    machine.clock.pass_time(200 * DAY)
    assert note_deletions(machine.paths, machine.clock) == 0, "nobody said yes to another one yet"
    machine._grant = agree(machine.paths, machine.clock, policy)
    assert note_deletions(machine.paths, machine.clock) == 1
    assert note_deletions(machine.paths, machine.clock) == 0
    ask_for_deletion(machine.paths, lambda _: memory)
    sweep(memory, INBOX)
    assert not any(episode.encode() in memory.held[key] for key in memory.keys("batches"))
    assert any(whole.encode() in memory.held[key] for key in memory.keys("batches"))


def test_what_is_deleted_here_is_asked_back_when_nobody_could_sign_any_more(
    machine: Machine, memory: MemoryStore
) -> None:
    half_sent(machine, memory)
    machine.paths.grant.unlink()
    machine.paths.signing_key.unlink()
    machine.store.delete_all()
    assert note_deletions(machine.paths, machine.clock) == 1
    assert len(requests(machine.paths, "open")) == 1


def test_what_was_noted_without_a_request_is_signed_for_now(
    machine: Machine, memory: MemoryStore
) -> None:
    half_sent(machine, memory)
    (request,) = requests(machine.paths, "begun")
    request.path.unlink()
    machine.store.delete_all()
    assert note_deletions(machine.paths, machine.clock) == 1
    assert [r.tombstone for r in requests(machine.paths, "open")] == [request.tombstone]


def test_after_a_withdrawal_no_episode_is_asked_for_once_more(
    machine: Machine, memory: MemoryStore
) -> None:
    half_sent(machine, memory)
    machine.withdraw()
    assert note_deletions(machine.paths, machine.clock) == 0
    (request,) = requests(machine.paths)
    assert (request.state, request.tombstone.episodes) == ("open", ())


def test_requests_that_a_crash_left_needlessly_go(machine: Machine, memory: MemoryStore) -> None:
    machine.record(1)
    machine.send(memory)
    gone = half_sent(machine, memory)
    prepare(machine.paths, machine.permit().upload, machine.grant, ["7" * 26])
    assert len(requests(machine.paths, "begun")) == 2
    note_deletions(machine.paths, machine.clock)
    (left,) = requests(machine.paths, "begun")
    assert left.tombstone.episodes == (gone,), "of which something lies there"


def test_a_note_that_cannot_be_read_counts_as_a_deletion(
    machine: Machine, memory: MemoryStore
) -> None:
    episode = half_sent(machine, memory)
    place = machine.paths.data / "tombstones"
    place.mkdir(mode=0o700)
    file = place / f"{episode}.json"
    file.write_text("[" * 100_000)
    file.chmod(0o600)
    assert note_deletions(machine.paths, machine.clock) == 1
