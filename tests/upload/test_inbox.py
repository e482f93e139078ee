from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.episode.chain import FIRST, sign_line
from nodreel.errors import StoreError
from nodreel.upload import inbox, objects
from nodreel.upload.inbox import Arrivals, Known, read_known, verify
from nodreel.upload.objects import content_key
from tests.upload.machine import Unhurried

if TYPE_CHECKING:
    from tests.upload.machine import Machine
    from tests.upload.memory import MemoryStore


def arrive(machine: Machine, memory: MemoryStore, segments: int = 3) -> str:
    episode = machine.record(segments)
    machine.send(memory, Unhurried(largest=1))
    return episode


def look(memory: MemoryStore, known: Known | None = None) -> Arrivals:
    return verify(memory, known or Known())


def test_what_arrived_whole_is_whole(machine: Machine, memory: MemoryStore) -> None:
    episode = arrive(machine, memory)
    counted: list[int] = []
    found = verify(memory, Known(), counted.append)
    assert found.whole == [episode]
    assert found.segments == 3
    assert found.quarantined == {}
    assert counted == [1, 2, 3]


def test_it_needs_no_key_that_opens_a_recording(machine: Machine, memory: MemoryStore) -> None:
    import pyrage

    arrive(machine, memory)
    public = machine.grant.policy.recipients[0].key
    assert pyrage.x25519.Recipient.from_str(public)  # its secret half is nowhere in the tests
    assert look(memory).whole


def test_damage_is_set_aside_with_its_reason_and_nothing_is_thrown_away(
    machine: Machine, memory: MemoryStore
) -> None:
    episode = arrive(machine, memory)
    bad = memory.keys("batches")[0]
    memory.held[bad] = memory.held[bad][:-1] + b"x"
    kept = memory.held[bad]
    found = look(memory)
    assert list(found.quarantined) == [bad]
    assert found.whole == []
    assert found.incomplete == {episode: 1}
    assert bad not in memory.held
    assert memory.held[f"quarantine/{bad}"] == kept
    assert json.loads(memory.held[f"quarantine/{bad}.why"])["why"]
    assert look(memory).quarantined == {}, "what is set aside is not looked at again"


def test_what_is_forged_under_its_right_name_is_set_aside(
    machine: Machine, memory: MemoryStore
) -> None:
    arrive(machine, memory)
    data = memory.held[memory.keys("batches")[0]]
    forged = data[:-1] + b"x"
    memory.held[content_key("batches", forged)] = forged
    memory.held[content_key("batches", b"anything")] = b"anything"
    memory.held[content_key("manifests", b"{}")] = b"{}"
    found = look(memory)
    assert len(found.quarantined) == 3
    assert len(found.whole) == 1


@pytest.mark.parametrize("stranger", ["consent", "key", "policy"])
def test_who_is_not_known_is_set_aside(
    machine: Machine, memory: MemoryStore, stranger: str
) -> None:
    arrive(machine, memory)
    consent, key = machine.grant.consent_id, machine.grant.public_key.hex()
    known = {
        "consent": Known({"7" * 26: None}),
        "key": Known({consent: "ab" * 32}),
        "policy": Known({consent: key}, {"cd" * 32}),
    }[stranger]
    assert look(memory, known).whole == []
    assert len(memory.keys("quarantine")) == 8  # three batches, a manifest, a reason each


def test_who_is_known_is_not(machine: Machine, memory: MemoryStore) -> None:
    episode = arrive(machine, memory)
    more = f"\n{'7' * 26}\n"
    text = f"# list\n{machine.grant.consent_id}  {machine.grant.public_key.hex()}  # one\n{more}"
    known = Known(read_known(text), {machine.grant.policy_sha256})
    assert look(memory, known).whole == [episode]


@pytest.mark.parametrize(
    "line", ["X", "7" * 25, "8" + "7" * 25, "7" * 26 + " " + "g" * 64, "7" * 26 + " " + "ab" * 31,
             "7" * 26 + " " + "ab" * 32 + " x", "7" * 26 + "\n" + "7" * 26 + " " + "ab" * 32],
)  # fmt: skip
def test_a_list_with_something_else_in_it_is_refused(line: str) -> None:
    with pytest.raises(StoreError, match=r"Line \d of the list"):
        read_known(f"# list\n{line}\n")


def test_what_is_too_large_is_told_and_neither_read_nor_moved(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive(machine, memory)
    monkeypatch.setattr(objects, "MOST", 1 << 20)
    monkeypatch.setattr(inbox, "MOST", 1 << 20)
    big = bytes((1 << 20) + 1)
    memory.held[content_key("batches", big)] = big
    memory.held[content_key("manifests", big)] = big
    found = look(memory)
    assert len(found.whole) == 1
    assert sorted(found.quarantined) == sorted(
        content_key(f, big) for f in ("batches", "manifests")
    )
    assert all("lies where it was" in why for why in found.quarantined.values())
    assert memory.held[content_key("batches", big)] == big
    assert memory.keys("quarantine") == []


def test_what_grows_while_it_is_looked_at_stops_nothing(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size that a listing gave is the sender's word."""
    arrive(machine, memory)
    key = memory.keys("batches")[0]
    monkeypatch.setattr(objects, "MOST", 1 << 20)
    monkeypatch.setattr(inbox, "MOST", 1 << 20)

    def grow(verb: str, asked: str) -> None:
        if (verb, asked) == ("get", key):
            memory.held[key] = bytes(2 << 20)

    memory.fault = grow
    found = look(memory)
    assert list(found.quarantined) == [key]
    assert "more than" in found.quarantined[key]
    assert found.segments == 2


def test_nothing_is_deleted_before_its_copy_is_given_back(
    machine: Machine, memory: MemoryStore
) -> None:
    arrive(machine, memory)
    bad = memory.keys("batches")[0]
    memory.held[bad] = kept = memory.held[bad][:-1] + b"x"
    memory.spoil = lambda key, data: data[:-1] if key.startswith("quarantine/") else data
    assert "lies where it was" in look(memory).quarantined[bad]
    assert memory.held[bad] == kept
    memory.spoil = lambda _, data: data
    look(memory)
    assert bad not in memory.held
    assert memory.held[f"quarantine/{bad}"] == kept


def test_a_policy_that_is_not_known_teaches_no_key(machine: Machine, memory: MemoryStore) -> None:
    """A stranger's key would else be the first of that consent, and the person's own a stranger."""
    first = forge(machine.grant.consent_id)
    memory.held[content_key("batches", first)] = first
    arrive(machine, memory)
    found = look(memory, Known(None, {machine.grant.policy_sha256}))
    assert list(found.quarantined.values()) == ["Its policy is not known."]
    assert len(found.whole) == 1


def forge(consent: str) -> bytes:
    """The first header of an episode that somebody else signed for a consent."""
    other = Ed25519PrivateKey.generate()
    start = {
        "kind": "start", "episode": "7" * 26, "seq": 0, "consent": consent,
        "policy": "ab" * 32, "purpose": "train", "apps": [], "month": "2026-11",
        "public_key": other.public_key().public_bytes_raw().hex(),
    }  # fmt: skip
    return sign_line(start, FIRST, other.sign)


def test_two_keys_for_one_consent_are_not_both_believed(
    machine: Machine, memory: MemoryStore
) -> None:
    arrive(machine, memory)
    forged = forge(machine.grant.consent_id)
    memory.held[content_key("batches", forged)] = forged
    found = look(memory, Known({machine.grant.consent_id: machine.grant.public_key.hex()}))
    assert list(found.quarantined.values()) == ["Another key speaks for this consent."]
    assert len(found.whole) == 1
