from __future__ import annotations

import re

from nodreel.consent.ids import PATTERN, new_id, spell


def test_ids_are_random_and_well_formed() -> None:
    some = {new_id() for _ in range(1000)}
    assert len(some) == 1000
    assert all(re.fullmatch(PATTERN, one) for one in some)


def test_ids_hold_128_bits_and_no_time() -> None:
    assert spell(b"\0" * 16) == "0" * 26
    assert spell(b"\xff" * 16) == "7" + "Z" * 25
    # A ULID made twice within a second begins alike; these do not.
    assert len({new_id()[:5] for _ in range(100)}) > 90
