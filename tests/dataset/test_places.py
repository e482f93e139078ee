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
    (tmp_path / "a" / "b" / "d.0123abcd.part").write_bytes(b"half")
    assert dict(place.listing()) == {"b/c": 1}
    place.tidy()
    assert not (tmp_path / "a" / "b" / "d.0123abcd.part").exists()
    (tmp_path / "a" / "link").symlink_to(tmp_path)
    (tmp_path / "a" / "linked").symlink_to(tmp_path / "a" / "b" / "c")
    assert dict(place.listing()) == {"b/c": 1}


def test_what_somebody_else_calls_a_part_is_theirs(tmp_path: Path) -> None:
    place = LocalPlace(str(tmp_path))
    (tmp_path / "thesis.part").write_bytes(b"all")
    place.tidy()
    assert dict(place.listing()) == {"thesis.part": 3}


def test_what_was_made_for_a_build_that_came_to_nothing_goes(tmp_path: Path) -> None:
    with LocalPlace(str(tmp_path / "new")).alone(take_over=False):
        assert (tmp_path / "new").exists()
    assert not (tmp_path / "new").exists()


def test_who_lost_the_place_is_told(tmp_path: Path) -> None:
    place = LocalPlace(str(tmp_path / "new"))
    with place.alone(take_over=False) as check:
        (tmp_path / "new" / ".building").unlink()
        with pytest.raises(StoreError, match="Another build"):
            check()


def test_a_killed_build_in_a_store_is_taken_over_when_asked(tmp_path: Path) -> None:
    place = ObjectPlace(f"file://{tmp_path}", tmp_path)
    (tmp_path / "building").write_bytes(b"the word of a killed one")
    with pytest.raises(StoreError, match="Another build") as told, place.alone(take_over=False):
        pass
    assert "--take-over" in told.value.advice
    with place.alone(take_over=True) as check:
        check()
        (tmp_path / "building").write_bytes(b"the word of a third")
        with pytest.raises(StoreError, match="Another build"):
            check()
    assert (tmp_path / "building").read_bytes() == b"the word of a third"


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    place = LocalPlace(str(tmp_path / "file"))
    with pytest.raises(StoreError, match="Cannot look into"):
        list(place.listing())
    with file_of(b"x", tmp_path, "f") as file, pytest.raises(StoreError, match="Cannot write b"):
        place.put("b", file)
