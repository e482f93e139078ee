from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.consent.acknowledgement import LARGEST, acknowledge, read_acknowledgement
from nodreel.errors import EpisodeError
from nodreel.policy import canonical

KEEPER = Ed25519PrivateKey.from_private_bytes(b"i" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
PUBLIC = KEEPER.public_key().public_bytes_raw()
STONE, ANOTHER = "ab" * 16 + ".tombstone", "cd" * 16 + ".tombstone"


def said(objects: int = 3) -> bytes:
    return acknowledge(STONE, objects, PUBLIC, KEEPER.sign)


def test_it_answers_one_tombstone_by_the_key_that_was_agreed_on() -> None:
    found = read_acknowledgement(said(), tombstone=STONE, public_key=PUBLIC.hex())
    assert found.objects == 3


def test_it_answers_no_other_tombstone() -> None:
    with pytest.raises(EpisodeError, match="something else"):
        read_acknowledgement(said(), tombstone=ANOTHER, public_key=PUBLIC.hex())


def test_nobody_else_can_say_so() -> None:
    public = OTHER.public_key().public_bytes_raw()
    forged = acknowledge(STONE, 3, public, OTHER.sign)
    with pytest.raises(EpisodeError, match="not signed by the key that your terms name"):
        read_acknowledgement(forged, tombstone=STONE, public_key=PUBLIC.hex())
    claimed = acknowledge(STONE, 3, PUBLIC, OTHER.sign)
    with pytest.raises(EpisodeError, match="not signed"):
        read_acknowledgement(claimed, tombstone=STONE, public_key=PUBLIC.hex())


def test_each_changed_byte_is_noticed() -> None:
    data = said()
    for place in range(len(data)):
        bent = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(EpisodeError):
            read_acknowledgement(bent, tombstone=STONE, public_key=PUBLIC.hex())


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[" * 5000, b"\xff", bytes(LARGEST * 2),
     json.dumps(json.loads(said())).encode(),
     canonical(json.loads(said()) | {"v": 2})],
)  # fmt: skip
def test_bytes_of_strangers_are_refused(data: bytes) -> None:
    with pytest.raises(EpisodeError):
        read_acknowledgement(data, tombstone=STONE, public_key=PUBLIC.hex())
