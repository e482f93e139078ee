from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pyrage
import pytest

from nodreel.episode.seal import (
    MAX_SEALED,
    Seal,
    new_identity,
    read_identities,
    recipient_of,
    unseal,
)
from nodreel.errors import EpisodeError, KeyMismatchError, StoreError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_identity(tmp_path / "key")
    return tmp_path / "key"


def test_every_recipient_can_open_it_and_nobody_else(tmp_path: Path, key: Path) -> None:
    other = new_identity(tmp_path / "other")
    sealed = Seal([recipient_of(read_identities(key)[0]), other]).close(b"secret")
    assert b"secret" not in sealed
    assert unseal(sealed, read_identities(key)) == b"secret"
    assert unseal(sealed, read_identities(tmp_path / "other")) == b"secret"
    new_identity(tmp_path / "third")
    for identities in (read_identities(tmp_path / "third"), ()):
        with pytest.raises(KeyMismatchError):
            unseal(sealed, identities)


def test_debians_age_opens_it_and_we_open_theirs(tmp_path: Path, key: Path) -> None:
    (identity,) = read_identities(key)
    (tmp_path / "ours").write_bytes(Seal([recipient_of(identity)]).close(b"to age"))
    done = subprocess.run(
        ["age", "-d", "-i", key, tmp_path / "ours"], capture_output=True, check=True
    )
    assert done.stdout == b"to age"
    theirs = subprocess.run(
        ["age", "-r", recipient_of(identity)], input=b"from age", capture_output=True, check=True
    ).stdout
    assert unseal(theirs, [identity]) == b"from age"
    subprocess.run(["age-keygen", "-o", tmp_path / "made"], capture_output=True, check=True)
    assert len(read_identities(tmp_path / "made")) == 1


def test_damage_is_not_mistaken_for_a_wrong_key(key: Path) -> None:
    identities = read_identities(key)
    sealed = Seal([recipient_of(identities[0])]).close(b"x" * 1000)
    for wrong in (
        sealed[:-1],
        sealed[:300],
        sealed[:-5] + b"12345",
        b"",
        b"age-encryption.org/v1\n",
    ):
        with pytest.raises(EpisodeError) as caught:
            unseal(wrong, identities)
        assert not isinstance(caught.value, KeyMismatchError)


def test_a_header_of_countless_recipients_is_not_tried(key: Path) -> None:
    stanza = b"-> X25519 " + b"A" * 43 + b"\n" + b"B" * 43 + b"\n"
    wrong = b"age-encryption.org/v1\n" + stanza * 100_000 + b"--- " + b"C" * 43 + b"\n"
    with pytest.raises(EpisodeError, match="sensible size"):
        unseal(wrong, read_identities(key))
    with pytest.raises(EpisodeError, match="sensible size"):
        unseal(b"age-encryption.org/v1\n---" + bytes(MAX_SEALED), read_identities(key))


@pytest.mark.parametrize("recipients", [[], ["age1nonsense"], ["ssh-ed25519 AAAA"], [""]])
def test_recipients_are_checked_before_anything_is_recorded(recipients: list[str]) -> None:
    with pytest.raises(StoreError):
        Seal(recipients)


def test_keys_come_from_a_file_or_as_text(key: Path, tmp_path: Path) -> None:
    (identity,) = read_identities(key)
    assert recipient_of(read_identities(str(identity))[0]) == recipient_of(identity)
    assert recipient_of(read_identities(str(key))[0]) == recipient_of(identity)
    assert read_identities(None) == ()
    both = tmp_path / "both"
    both.write_text(f"# old and new\n\n{identity}\n{pyrage.x25519.Identity.generate()}\n")
    assert len(read_identities(both)) == 2
    for text in ("", "# nothing\n", "age1xyz\n", "\xff"):
        both.write_bytes(text.encode("latin-1"))
        with pytest.raises(KeyMismatchError):
            read_identities(both)


def test_a_key_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Cannot write the key"):
        new_identity(tmp_path / "missing" / "key")
