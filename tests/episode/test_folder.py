from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from nodreel.episode.folder import Folder, write_all
from nodreel.errors import DiskFullError, EpisodeError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir(mode=0o700)
    return tmp_path / "place"


@pytest.fixture
def folder(place: Path) -> Iterator[Folder]:
    with Folder(place) as opened:
        yield opened


def test_a_commit_is_whole_private_and_leaves_nothing_beside(folder: Folder, place: Path) -> None:
    folder.commit("a", b"x" * 100_000)
    assert (place / "a").read_bytes() == b"x" * 100_000
    assert (place / "a").stat().st_mode & 0o777 == 0o600
    assert folder.names() == ["a"]
    assert folder.read("a", 200_000) == b"x" * 100_000


def test_nothing_is_written_over(folder: Folder, place: Path) -> None:
    victim = place.parent / "victim"
    victim.write_text("mine")
    (place / "link").symlink_to(victim)
    (place / "there").write_text("old")
    for name in ("link", "there"):
        with pytest.raises(StoreError, match="already there"):
            folder.commit(name, b"new")
    assert victim.read_text() == "mine"
    assert (place / "there").read_text() == "old"
    assert folder.names() == ["link", "there"]


def test_replacing_keeps_old_or_new(
    folder: Folder, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.replace("a", b"old")
    syncs = iter([None, OSError(5, "Input/output error")])

    def fsync(fd: int) -> None:
        if (error := next(syncs)) is not None:
            raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(StoreError):
            folder.replace("a", b"new")  # in place, but whether it lasts nobody knows
    assert (place / "a").read_bytes() == b"new"
    folder.replace("a", b"newer")
    assert folder.names() == ["a"]


def test_a_failed_fsync_is_tried_with_a_new_file(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, synced = [], []
    real_open, real_sync = os.open, os.fsync

    def open_(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        opened.append(path)
        return real_open(path, flags, mode, dir_fd=dir_fd)

    def fsync(fd: int) -> None:
        synced.append(fd)
        if len(synced) == 1:
            raise OSError(5, "Input/output error")
        real_sync(fd)

    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "fsync", fsync)
    folder.commit("a", b"data")
    assert len(opened) == len(set(opened)) == 2
    assert folder.names() == ["a"]


@pytest.mark.parametrize("fails_at", [1, 2])
def test_when_it_fails_for_good_nothing_is_left(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    count = 0

    def fsync(fd: int) -> None:
        nonlocal count
        count += 1
        if count >= fails_at:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StoreError, match="Input/output error"):
        folder.commit("a", b"data")
    assert folder.names() == []


def test_a_full_disk_is_its_own_error_and_not_tried_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def write(fd: int, data: bytes) -> int:
        tries.append(fd)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(DiskFullError):
        folder.commit("a", b"data")
    assert len(tries) == 1
    assert folder.names() == []


def test_short_writes_are_gone_on_with(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data[:7])))
    folder.commit("a", bytes(range(100)))
    assert folder.read("a", 1000) == bytes(range(100))
    reading, writing = os.pipe()
    write_all(writing, b"long enough for several")
    assert os.read(reading, 100) == b"long enough for several"
    os.close(reading)
    os.close(writing)


def test_only_plain_files_of_the_right_size_are_read(folder: Folder, place: Path) -> None:
    (place / "big").write_bytes(bytes(100))
    (place / "link").symlink_to(place / "big")
    (place / "sub").mkdir()
    os.mkfifo(place / "fifo")
    for name in ("link", "sub", "fifo", "missing"):
        with pytest.raises(EpisodeError):
            folder.read(name, 1000)
    with pytest.raises(EpisodeError, match="at most 99"):
        folder.read("big", 99)
    with pytest.raises(EpisodeError, match="not 50"):
        folder.read("big", 1000, 50)
    assert [folder.size(n) for n in ("big", "link", "sub", "missing")] == [100, 0, 0, 0]


def test_only_a_plain_file_of_its_own_is_added_to(folder: Folder, place: Path) -> None:
    (place / "a").write_bytes(b"1")
    os.close(folder.open_append("a"))
    os.link(place / "a", place / "b")
    (place / "link").symlink_to(place / "a")
    for name in ("a", "b", "link", "missing"):
        with pytest.raises(StoreError):
            folder.open_append(name)


def test_room_is_given_back_only_where_it_is_ours(folder: Folder, place: Path) -> None:
    for name in ("mine", "shared"):
        (place / name).write_text("text")
    os.link(place / "shared", place.parent / "other")
    (place / "link").symlink_to(place.parent / "other")
    os.mkfifo(place / "fifo")
    for name in ("mine", "shared", "link", "fifo", "missing"):
        folder.empty(name)
    assert (place / "mine").read_text() == ""
    assert (place / "shared").read_text() == "text"


def test_names_come_and_go(folder: Folder, place: Path) -> None:
    folder.commit("a", b"1")
    folder.rename("a", "b")
    folder.sync()
    assert folder.names() == ["b"]
    folder.unlink("b")
    folder.unlink("b")
    assert folder.names() == []
    with pytest.raises(StoreError):
        folder.rename("b", "c")
    (place / "sub").mkdir()
    with pytest.raises(StoreError):
        folder.unlink("sub")


def test_a_folder_is_made_private_and_once(folder: Folder, place: Path) -> None:
    folder.make("sub").close()
    assert (place / "sub").stat().st_mode & 0o777 == 0o700
    with pytest.raises(StoreError):
        folder.make("sub")
    (place / "sub" / "file").write_text("")
    folder.remove("sub")
    assert (place / "sub").exists()  # not empty


def test_links_and_missing_folders_are_not_opened(folder: Folder, place: Path) -> None:
    (place.parent / "link").symlink_to(place)
    (place / "inner").symlink_to(place.parent)
    for path in (place.parent / "link", place.parent / "missing"):
        with pytest.raises(StoreError):
            Folder(path)
    with pytest.raises(StoreError):
        folder.open("inner")


def test_a_folder_that_is_closed_twice_closes_once(place: Path) -> None:
    folder = Folder(place)
    folder.close()
    folder.close()
    with pytest.raises(StoreError):
        folder.names()  # and not those of the current folder
