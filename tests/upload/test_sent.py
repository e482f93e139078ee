"""Going on where an earlier run stopped: nothing twice, nothing trusted, nothing lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent.requests import requests
from nodreel.errors import StoreError, UploadError
from nodreel.store import Store
from tests.consent.clocks import DAY
from tests.consent.yes import agree
from tests.upload.machine import Machine, Unhurried, arrived, whole

if TYPE_CHECKING:
    from tests.upload.memory import MemoryStore


def test_what_went_away_since_an_earlier_run_is_sent_again(
    machine: Machine, memory: MemoryStore
) -> None:
    """What was confirmed weeks ago is no reason to delete anything today."""
    episode = machine.record(3)
    half(machine, memory)
    first, second = memory.keys("batches")
    memory.held.pop(first)
    memory.held[second] = b"something else"
    machine.send(memory, Unhurried(largest=1))
    assert machine.here() == set()
    assert whole(memory) == {episode: [0, 1, 2]}


def test_what_is_still_there_is_neither_sent_nor_read_again(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(3)
    half(machine, memory)
    done = memory.keys("batches")
    memory.log.clear()
    machine.send(memory, Unhurried(largest=1))
    assert machine.here() == set()
    assert {verb for verb, key in memory.log if key in done} == {"size"}


def half(machine: Machine, memory: MemoryStore) -> None:
    """Send two batches, each with a segment, and no more."""
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


def test_what_could_not_be_deleted_here_is_not_said_to_be(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode, other = machine.record(2), machine.record(1)
    real = Store.forget_sent

    def fail(store: Store, name: str, chain: str) -> None:
        if name == episode:
            raise StoreError("Cannot use it: Read-only file system.")
        real(store, name, chain)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "forget_sent", fail)
        outcome = machine.send(memory)
    assert outcome.sent == [other]
    assert [one.id for one in outcome.staying] == [episode]
    assert "could not be deleted here" in outcome.staying[0].why
    assert machine.here() == {episode}
    put = [key for verb, key in memory.log if verb == "put"]
    assert machine.send(memory).sent == [episode]
    assert [key for verb, key in memory.log if verb == "put"] == put
    assert machine.here() == set()


def test_what_was_sent_whole_under_an_earlier_consent_is_still_deleted_here(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.record(1)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "forget_sent", _killed)
        with pytest.raises(Killed):
            machine.send(memory)
    policy = machine.grant.policy
    machine.clock.pass_time(200 * DAY)
    machine._grant = agree(machine.paths, machine.clock, policy)
    machine.send(memory)
    assert machine.here() == set()
    assert requests(machine.paths, "open") == ()


def test_a_request_to_delete_it_is_signed_before_anything_of_it_leaves(
    machine: Machine, memory: MemoryStore
) -> None:
    episode = machine.record(1)
    seen: list[tuple[str, ...]] = []

    def look(verb: str, _: str) -> None:
        if verb == "put":
            seen.extend(r.tombstone.episodes for r in requests(machine.paths, "begun"))

    memory.fault = look
    machine.send(memory)
    assert seen == [(episode,)] * 2  # the batch, the manifest
    assert requests(machine.paths, "begun") == (), "it cannot be deleted here any more"


def test_a_lost_answer_is_no_second_copy(machine: Machine, memory: MemoryStore) -> None:
    episode = machine.record(3)
    memory.lose_answers = 1
    with pytest.raises(UploadError):
        machine.send(memory, Unhurried(largest=1))
    assert machine.here() == {episode}
    machine.send(memory, Unhurried(largest=1))
    assert whole(memory) == {episode: [0, 1, 2]}
    assert len(arrived(memory)) == 3
    assert [k for v, k in memory.log if v == "put"].count(memory.log[0][1]) == 1, "sent twice"


class Killed(BaseException):
    """As if the process ended here."""


def test_killed_before_or_after_any_request_it_goes_on_and_sends_nothing_twice(
    machine: Machine, memory: MemoryStore
) -> None:
    """Each request is the last one once; what a kill leaves is what is on disk and in the store."""
    episodes = [machine.record(2) for _ in range(2)]
    before = 0

    def kill(verb: str, key: str) -> None:
        del verb, key
        nonlocal before
        before -= 1
        if before < 0:
            raise Killed

    for step in range(40):
        before, memory.fault = step % 5, kill
        try:
            machine.send(memory, Unhurried(largest=1))
        except Killed:
            assert set(whole(memory)) >= set(episodes) - machine.here(), (
                "deleted before it was there"
            )
            continue
        if not machine.here():
            break
    assert whole(memory) == {episode: [0, 1] for episode in episodes}
    assert len(arrived(memory)) == 4
    assert len(memory.keys("manifests")) == 2


def test_stopped_between_the_last_confirmation_and_the_deletion(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = machine.record(2)
    with monkeypatch.context() as patch:
        patch.setattr("nodreel.store.Store.forget_sent", _killed)
        with pytest.raises(Killed):
            machine.send(memory)
    assert machine.here() == {episode}
    put = len([1 for verb, _ in memory.log if verb == "put"])
    machine.send(memory)
    assert machine.here() == set()
    assert len([1 for verb, _ in memory.log if verb == "put"]) == put


def _killed(*_: object) -> None:
    raise Killed
