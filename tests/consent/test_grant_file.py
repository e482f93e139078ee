from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent import grant_file
from nodreel.consent.grant_file import identity, peek, read_file
from nodreel.errors import GrantError, NoConsentError
from tests.consent.yes import agree

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock


def test_a_file_is_told_from_its_copy(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    before = identity(paths.grant)
    assert identity(paths.grant) == before
    paths.grant.write_bytes(paths.grant.read_bytes())
    assert identity(paths.grant) != before


def test_peeking_tells_what_was_agreed_to_however_long_ago(
    paths: Paths, clock: TurnedClock
) -> None:
    grant = agree(paths, clock)
    paths.signing_key.unlink()
    assert peek(paths).consent_id == grant.consent_id
    paths.grant.write_bytes(b"{}")
    with pytest.raises(GrantError):
        peek(paths)
    paths.grant.unlink()
    with pytest.raises(NoConsentError):
        read_file(paths)


def test_a_key_that_is_there_twice_is_damage(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    whole = paths.grant.read_bytes()
    paths.grant.write_bytes(whole.replace(b"{", b'{"version":2,', 1))
    with pytest.raises(GrantError, match="is damaged"):
        read_file(paths)


def test_a_consent_that_is_replaced_while_it_is_read_is_not_believed(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(paths, clock)
    whole = paths.grant.read_bytes()

    def read_and_replace(path: Path, limit: int) -> bytes:
        found = grant_file_read(path, limit=limit)
        other = path.with_name("other")
        other.write_bytes(whole)
        other.replace(path)
        return found

    grant_file_read = grant_file.read_private
    monkeypatch.setattr(grant_file, "read_private", read_and_replace)
    with pytest.raises(GrantError, match="changed while it was read"):
        read_file(paths)
