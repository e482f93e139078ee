"""What each place must do: the folder here, object stores in the lane (``places_contract``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.dataset.objects import ObjectPlace
from nodreel.dataset.places import LocalPlace, Place, file_of, place_of
from nodreel.errors import StoreError
from tests.dataset.places_contract import PlaceContract

if TYPE_CHECKING:
    from pathlib import Path

COVERS = ("objects",)


class TestFolder(PlaceContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return LocalPlace(str(tmp_path / "new" / "place"))


class TestObjects(PlaceContract):
    """The library itself, with files below; a real object store comes in the lane."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        (tmp_path / "bucket").mkdir()
        return ObjectPlace(f"file://{tmp_path}/bucket", tmp_path)


def test_the_address_says_which_place_it_is(tmp_path: Path) -> None:
    assert isinstance(place_of(str(tmp_path)), LocalPlace)
    assert isinstance(place_of("s3:elsewhere"), LocalPlace)
    assert isinstance(place_of(f"file://{tmp_path}"), ObjectPlace)
    assert isinstance(place_of("s3://bucket/prefix"), ObjectPlace)


def test_what_is_made_is_ours_alone_and_half_a_file_is_none(tmp_path: Path) -> None:
    place = LocalPlace(str(tmp_path / "a"))
    with file_of(b"x", tmp_path, "f") as file:
        place.put("b/c", file)
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0
    (tmp_path / "a" / "b" / "d.part").write_bytes(b"half")
    assert dict(place.listing()) == {"b/c": 1}
    place.tidy()
    assert not (tmp_path / "a" / "b" / "d.part").exists()
    (tmp_path / "a" / "link").symlink_to(tmp_path)
    assert dict(place.listing()) == {"b/c": 1}


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    place = LocalPlace(str(tmp_path / "file"))
    with pytest.raises(StoreError, match="Cannot look into"):
        list(place.listing())
    with file_of(b"x", tmp_path, "f") as file, pytest.raises(StoreError, match="Cannot write b"):
        place.put("b", file)
