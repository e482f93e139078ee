from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent.acknowledgement import acknowledge
from nodreel.consent.requests import requests
from nodreel.errors import UploadError
from nodreel.upload.asking import ask_for_deletion, note_deletions
from nodreel.upload.sweep import sweep
from tests.consent.clocks import DAY
from tests.upload.conftest import INBOX
from tests.upload.machine import Machine, Unhurried

if TYPE_CHECKING:
    from nodreel.upload.permit import Permit
    from tests.upload.memory import MemoryStore


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
        with pytest.raises(UploadError):
            ask_for_deletion(machine.paths, lambda _: memory)
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
