from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.consent.ids import new_id
from nodreel.consent.tombstone import LARGEST, SUFFIX, make_tombstone, read_tombstone
from nodreel.errors import EpisodeError
from nodreel.policy import canonical

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
ONE, TWO = new_id(), new_id()


def signed(*episodes: str) -> bytes:
    return make_tombstone("CONSENT", PUBLIC, KEY.sign, episodes)[1]


def test_a_tombstone_of_a_consent_covers_each_episode_of_it() -> None:
    found = read_tombstone(signed())
    assert found.covers("CONSENT", PUBLIC.hex(), ONE)
    assert not found.covers("ANOTHER", PUBLIC.hex(), ONE)


def test_a_tombstone_of_episodes_covers_those() -> None:
    found = read_tombstone(signed(ONE))
    assert found.covers("CONSENT", PUBLIC.hex(), ONE)
    assert not found.covers("CONSENT", PUBLIC.hex(), TWO)


def test_another_key_covers_nothing_and_is_noticed() -> None:
    found = read_tombstone(signed())
    other = "ab" * 32
    assert not found.covers("CONSENT", other, ONE)
    assert found.disputes("CONSENT", other)
    assert not found.disputes("CONSENT", PUBLIC.hex())
    assert not found.disputes("ANOTHER", other)


def test_it_has_one_name_however_often_it_is_made() -> None:
    name, data = make_tombstone("CONSENT", PUBLIC, KEY.sign, [TWO, ONE])
    assert make_tombstone("CONSENT", PUBLIC, KEY.sign, [ONE, TWO]) == (name, data)
    assert name.endswith(SUFFIX)
    assert len(name) == 32 + len(SUFFIX)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("consent", "ANOTHER"), ("consent", ""), ("episodes", []), ("episodes", ["../x"]),
        ("public_key", "ab" * 32), ("sig", "00" * 64), ("v", 2), ("kind", "grant"),
        ("more", 1), ("v", True),
    ],
)  # fmt: skip
def test_whatever_is_changed_is_no_tombstone(field: str, value: object) -> None:
    said: dict[str, Any] = json.loads(signed(ONE))
    with pytest.raises(EpisodeError):
        read_tombstone(canonical(said | {field: value}))


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"null", b"\xff", b"[" * 5000, b" " + signed(), signed() + b"\n",
     b'"' + b"a" * LARGEST + b'"'],
)  # fmt: skip
def test_whatever_else_lies_there_is_no_tombstone(data: bytes) -> None:
    with pytest.raises(EpisodeError):
        read_tombstone(data)


def test_a_header_of_an_episode_is_no_tombstone() -> None:
    said = json.loads(signed(ONE))
    said["sig"] = KEY.sign(
        b"nodreel/episode-header/1\n" + canonical({k: v for k, v in said.items() if k != "sig"})
    ).hex()
    with pytest.raises(EpisodeError, match="not signed"):
        read_tombstone(canonical(said))
