from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.errors import NoConsentError, UploadError
from nodreel.events import Nanos
from nodreel.store.hold import HOLD
from nodreel.upload import run
from nodreel.upload.run import Waits
from tests.consent.clocks import DAY
from tests.consent.yes import agree
from tests.upload.machine import MEGABYTE, Machine, Unhurried, arrived, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.store import Store
    from nodreel.upload.permit import Permit
    from tests.upload.memory import MemoryStore

COVERS = ["queue"]


def test_what_was_released_is_sent_read_back_and_deleted_here(
    machine: Machine, memory: MemoryStore
) -> None:
    one, two = machine.record(3), machine.record(2)
    outcome = machine.send(memory)
    assert set(outcome.sent) == {one, two}
    assert machine.here() == set()
    assert whole(memory) == {one: [0, 1, 2], two: [0, 1]}
    assert len(arrived(memory)) == 5
    assert not list((machine.paths.data / "tombstones").glob("*")), "nobody asked for deletion"
    assert machine.send(memory).sent == []


def test_what_is_held_never_leaves(machine: Machine, memory: MemoryStore) -> None:
    held, released = machine.record(2, release=False), machine.record(2)
    machine.send(memory)
    assert machine.held() == [held]
    assert {episode for episode, _ in arrived(memory)} == {released}
    assert not any(held.encode() in data for data in memory.held.values())


def test_the_manifest_comes_last_and_names_say_nothing(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(4, filler=40)
    machine.send(memory, Unhurried(largest=1))  # each segment in a batch of its own
    put = [key.split("/") for verb, key in memory.log if verb == "put"]
    assert [folder for folder, _ in put] == ["batches"] * 4 + ["manifests"]
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for _, name in put)


@pytest.mark.parametrize("spoilt", ["batches", "manifests"])
def test_nothing_is_deleted_here_while_the_store_gives_back_something_else(
    machine: Machine, memory: MemoryStore, spoilt: str
) -> None:
    episode = machine.record(2)
    memory.spoil = lambda key, data: data[:-1] + b"x" if key.startswith(spoilt) else data
    with pytest.raises(UploadError, match="does not give back"):
        machine.send(memory)
    assert machine.here() == {episode}
    memory.spoil = lambda _, data: data
    assert machine.send(memory).sent == [episode]
    assert whole(memory) == {episode: [0, 1]}


@pytest.mark.parametrize("spoilt", ["batches", "manifests"])
def test_nothing_is_deleted_here_when_what_was_put_is_not_there(
    machine: Machine, memory: MemoryStore, spoilt: str
) -> None:
    episode = machine.record(2)

    def vanish(verb: str, key: str) -> None:
        if verb == "get" and key.startswith(spoilt):
            memory.held.pop(key, None)

    memory.fault = vanish
    with pytest.raises(UploadError):
        machine.send(memory)
    assert machine.here() == {episode}


def test_deleted_between_two_looks_it_is_one_that_stays(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever deletes it at the worst moment stops none of the others."""
    gone, other = machine.record(1), machine.record(1)
    real = run.is_released

    def released(store: Store, episode: str) -> bool:
        found = real(store, episode)
        if episode == gone:
            machine.store.delete_episode(gone)
        return found

    monkeypatch.setattr(run, "is_released", released)
    outcome = machine.send(memory)
    assert outcome.sent == [other]
    assert [one.id for one in outcome.staying] == [gone]


def test_a_withdrawal_in_the_middle_ends_it(machine: Machine, memory: MemoryStore) -> None:
    machine.record(3)
    checked = 0

    def check() -> Permit:
        nonlocal checked
        checked += 1
        if checked == 4:
            machine.withdraw()
        return machine.permit()

    with pytest.raises(NoConsentError):
        machine.send(memory, Unhurried(largest=1), check)
    assert memory.keys("manifests") == []
    assert len(memory.keys("batches")) < 3


def test_what_is_deleted_in_the_middle_is_not_sent_further(
    machine: Machine, memory: MemoryStore
) -> None:
    episode = machine.record(3)
    steps = iter(range(100))

    def check() -> Permit:
        if next(steps) == 4:
            machine.store.delete_episode(episode)
        return machine.permit()

    outcome = machine.send(memory, Unhurried(largest=1), check)
    assert outcome.sent == []
    assert [one.id for one in outcome.staying] == [episode]
    assert memory.keys("manifests") == []


def test_what_is_not_released_any_more_is_not_sent_further(
    machine: Machine, memory: MemoryStore
) -> None:
    episode = machine.record(3)
    steps = iter(range(100))

    def check() -> Permit:
        if next(steps) == 4:
            (machine.paths.episodes / episode / HOLD).unlink()
        return machine.permit()

    outcome = machine.send(memory, Unhurried(largest=1), check)
    assert [one.id for one in outcome.staying] == [episode]
    assert machine.held() == [episode]
    assert memory.keys("manifests") == []


def test_what_is_cut_in_the_middle_stays(machine: Machine, memory: MemoryStore) -> None:
    episode = machine.record(3)
    steps = iter(range(100))

    def check() -> Permit:
        if next(steps) == 4:
            machine.store.cut(episode, Nanos(0), Nanos(0), machine.grant.sign)  # that was sent
        return machine.permit()

    outcome = machine.send(memory, Unhurried(largest=1), check)
    assert [one.id for one in outcome.staying] == [episode]
    assert machine.here() == {episode}
    assert memory.keys("manifests") == []


def test_what_was_cut_before_is_sent_without_that(machine: Machine, memory: MemoryStore) -> None:
    episode = machine.record(3, release=False)
    first = machine.store.episodes()[0]
    machine.store.cut(episode, first.length, first.length, machine.grant.sign)  # type: ignore[arg-type]
    machine.store.release_early(episode)
    assert machine.send(memory).sent == [episode]
    assert whole(memory) == {episode: [0, 1]}


def test_the_amount_of_a_day(machine: Machine, memory: MemoryStore) -> None:
    machine.record(3, filler=20)
    outcome = machine.send(memory, Unhurried(largest=1, daily=5000))
    assert outcome.waits is not None
    assert "tomorrow" in outcome.waits
    assert len(machine.here()) == 1
    machine.send(memory, Unhurried(largest=1))
    assert len(whole(memory)) == 1
    assert len(arrived(memory)) == 3


def test_when_it_is_not_the_moment_any_more_it_says_why(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(2)
    answers = _then_waits(machine)
    outcome = machine.send(memory, Unhurried(largest=1), lambda: next(answers))
    assert outcome.waits == "The machine runs on its battery."
    assert len(machine.here()) == 1


def _then_waits(machine: Machine) -> Iterator[Permit]:
    for _ in range(3):
        yield machine.permit()
    raise Waits("The machine runs on its battery.")


def test_a_damaged_episode_stays_and_the_others_go(machine: Machine, memory: MemoryStore) -> None:
    bad, good = machine.record(2), machine.record(2)
    (file,) = (machine.paths.episodes / bad).glob("*.seg")
    file.write_bytes(file.read_bytes()[:-3] + b"xyz")
    outcome = machine.send(memory)
    assert outcome.sent == [good]
    assert [one.id for one in outcome.staying] == [bad]
    assert "damaged or replaced" in outcome.staying[0].why
    assert machine.here() == {bad}


def test_an_earlier_consents_episode_stays(machine: Machine, memory: MemoryStore) -> None:
    old = machine.record(1)
    policy = machine.grant.policy
    machine.clock.pass_time(200 * DAY)
    machine._grant = agree(machine.paths, machine.clock, policy)
    outcome = machine.send(memory)
    assert [one.id for one in outcome.staying] == [old]
    assert "earlier consent" in outcome.staying[0].why
    assert memory.held == {}


def test_a_large_batch_is_at_most_32_mib(machine: Machine, memory: MemoryStore) -> None:
    machine.record(6, filler=200)
    machine.send(memory, Unhurried(largest=MEGABYTE // 8))
    assert whole(memory)
    assert all(len(memory.held[key]) <= MEGABYTE // 8 for key in memory.keys("batches"))
