from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent.grant_file import identity, peek, read_file
from nodreel.errors import GrantError, NoConsentError
from tests.consent.yes import agree

if TYPE_CHECKING:
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
