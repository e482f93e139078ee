"""What every object store that nodreel uses has to do, real servers included (lane stores)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.errors import UploadError

if TYPE_CHECKING:
    from nodreel.upload.objects import ObjectStore

DATA = bytes(range(256)) * 40


class Contract:
    """Subclasses have a fixture ``objects``: an empty store."""

    def test_what_was_put_is_given_back(self, objects: ObjectStore) -> None:
        objects.put("batches/a", DATA)
        assert objects.get("batches/a") == DATA
        assert objects.get("batches/a", len(DATA)) == DATA

    def test_what_is_not_there_is_none(self, objects: ObjectStore) -> None:
        assert objects.get("batches/b") is None
        assert objects.begin("batches/b", 10) is None

    def test_putting_again_replaces(self, objects: ObjectStore) -> None:
        objects.put("batches/a", b"old")
        objects.put("batches/a", DATA)
        assert objects.get("batches/a") == DATA
        assert list(objects.names("batches")) == [("batches/a", len(DATA))]

    def test_more_than_the_limit_is_refused(self, objects: ObjectStore) -> None:
        objects.put("batches/a", DATA)
        with pytest.raises(UploadError, match="more than"):
            objects.get("batches/a", len(DATA) - 1)

    def test_its_size(self, objects: ObjectStore) -> None:
        assert objects.size("batches/a") is None
        objects.put("batches/a", DATA)
        assert objects.size("batches/a") == len(DATA)

    def test_the_beginning(self, objects: ObjectStore) -> None:
        objects.put("batches/a", DATA)
        assert objects.begin("batches/a", 100) == DATA[:100]
        assert objects.begin("batches/a", len(DATA) + 100) == DATA
        objects.put("batches/b", b"")
        assert objects.begin("batches/b", 100) == b""

    def test_names_are_those_of_one_folder(self, objects: ObjectStore) -> None:
        for key in ("batches/a", "batches/b", "batches-not/c", "manifests/a"):
            objects.put(key, b"xy")
        assert sorted(objects.names("batches")) == [("batches/a", 2), ("batches/b", 2)]
        assert list(objects.names("answers")) == []

    def test_what_was_deleted_is_gone_and_may_be_deleted_again(self, objects: ObjectStore) -> None:
        objects.put("batches/a", DATA)
        objects.put("batches/b", DATA)
        objects.delete("batches/a")
        objects.delete("batches/a")
        assert objects.get("batches/a") is None
        assert [key for key, _ in objects.names("batches")] == ["batches/b"]

    def test_many_names_are_listed_whole(self, objects: ObjectStore) -> None:
        wanted = {f"tombstones/{number:04d}" for number in range(40)}
        for key in wanted:
            objects.put(key, b"x")
        assert {key for key, _ in objects.names("tombstones")} == wanted
