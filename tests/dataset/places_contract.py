"""What every place does alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.dataset.places import Place, file_of
from nodreel.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


class PlaceContract:
    def put(self, place: Place, scratch: Path, **files: bytes) -> None:
        for name, data in files.items():
            with file_of(data, scratch, name) as file:
                place.put(name.replace("_", "/"), file)

    def test_nothing_is_there_at_first(self, place: Place) -> None:
        assert list(place.listing()) == []

    def test_what_is_put_is_listed_and_read(self, place: Place, tmp_path: Path) -> None:
        self.put(place, tmp_path, a_one=b"0123456789", a_two=b"22", b=b"3")
        assert dict(place.listing()) == {"a/one": 10, "a/two": 2, "b": 1}
        names = [name.rpartition("/")[0] for name, _ in place.listing()]
        assert names.count("a") == 2
        assert abs(names.index("a") - (len(names) - 1 - names[::-1].index("a"))) == 1
        assert place.read("a/one", 0, 10) == b"0123456789"
        assert place.read("a/one", 3, 4) == b"3456"

    def test_what_is_put_again_is_replaced(self, place: Place, tmp_path: Path) -> None:
        self.put(place, tmp_path, a=b"long before")
        self.put(place, tmp_path, a=b"new")
        assert place.read("a", 0, 3) == b"new"
        assert dict(place.listing()) == {"a": 3}

    def test_what_is_deleted_is_gone_and_may_be_deleted_again(
        self, place: Place, tmp_path: Path
    ) -> None:
        self.put(place, tmp_path, a_one=b"1", a_two=b"2")
        for _ in range(2):
            place.delete("a/one")
        assert dict(place.listing()) == {"a/two": 1}
        with pytest.raises(StoreError, match="a/one"):
            place.read("a/one", 0, 1)

    def test_one_builds_at_a_time_and_leaves_nothing(self, place: Place, tmp_path: Path) -> None:
        self.put(place, tmp_path, a=b"1")
        for _ in range(2):
            with place.alone(take_over=False) as check:
                check()
                with (
                    pytest.raises(StoreError, match="Another build"),
                    place.alone(take_over=False),
                ):
                    pass
                check()
                assert dict(place.listing()) == {"a": 1}
        assert dict(place.listing()) == {"a": 1}

    def test_a_folder_is_lent_with_its_files(self, place: Place, tmp_path: Path) -> None:
        self.put(place, tmp_path, a_one=b"1", a_two=b"22", ab_three=b"3")
        with place.folder("a") as lent:
            assert lent.name == "a"
            assert {p.name: p.read_bytes() for p in lent.iterdir()} == {"one": b"1", "two": b"22"}
        assert dict(place.listing()) == {"a/one": 1, "a/two": 2, "ab/three": 1}
