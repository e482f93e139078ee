from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import StoreError
from nodreel.host.owned import read_owned

if TYPE_CHECKING:
    from pathlib import Path

ME = os.geteuid()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"text")
    path.chmod(0o644)
    return path


def test_the_right_owner_is_believed(place: Path) -> None:
    assert read_owned(place, limit=4, owners={ME}, folders={ME, 0}) == b"text"
    assert read_owned(place, limit=4, owners=None, folders=None) == b"text"


def test_the_wrong_owner_is_not(place: Path) -> None:
    with pytest.raises(StoreError, match="belongs to"):
        read_owned(place, limit=4, owners={ME + 1}, folders={ME, 0})
    with pytest.raises(StoreError, match=r"folder .* belongs to"):
        read_owned(place, limit=4, owners={ME}, folders={0})


def test_what_others_may_write_is_not_believed(place: Path) -> None:
    place.chmod(0o664)
    assert read_owned(place, limit=4, owners=None, folders=None)
    with pytest.raises(StoreError, match="changed by others"):
        read_owned(place, limit=4, owners={ME}, folders={ME, 0})
    place.chmod(0o646)
    with pytest.raises(StoreError, match="changed by others"):
        read_owned(place, limit=4, owners=None, folders=None)


def test_a_missing_file_is_missing(place: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_owned(place.with_name("no"), limit=4, owners=None, folders=None)
