from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.consent.binding import binding, make_binding, salt_path
from nodreel.errors import GrantError
from nodreel.host.machine import machine_id

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths


def test_it_stays_the_same_and_names_nobody(paths: Paths) -> None:
    with pytest.raises(GrantError):
        binding(paths)
    made = make_binding(paths)
    assert made == make_binding(paths) == binding(paths)
    assert len(made) == 64
    assert machine_id() not in made


def test_two_installations_cannot_be_compared(paths: Paths, tmp_path: Path) -> None:
    from nodreel.paths import Paths as Places

    other = Places(tmp_path / "other", tmp_path, tmp_path, tmp_path)
    assert make_binding(paths) != make_binding(other)


def test_a_damaged_salt_binds_nothing_and_is_made_anew_only_by_a_ceremony(paths: Paths) -> None:
    before = make_binding(paths)
    salt_path(paths).write_bytes(b"short")
    with pytest.raises(GrantError, match="damaged"):
        binding(paths)
    assert make_binding(paths) != before
