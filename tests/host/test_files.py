from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import DiskFullError, StoreError
from nodreel.host import files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_what_was_put_is_read_and_private(place: Path) -> None:
    files.replace_private(place, b"one")
    files.replace_private(place, b"two")
    assert files.read_private(place, limit=3) == b"two"
    assert place.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in place.parent.iterdir()].count("file") == 1
    assert not list(place.parent.glob("*.tmp"))


def test_more_than_wanted_is_refused(place: Path) -> None:
    files.replace_private(place, b"four")
    with pytest.raises(StoreError, match="larger than 3"):
        files.read_private(place, limit=3)


def test_a_missing_file_is_missing(place: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.read_private(place, limit=1)
    assert not files.remove(place)


def test_links_fifos_and_open_files_are_refused(place: Path) -> None:
    target = place.with_name("target")
    files.replace_private(target, b"secret")
    place.symlink_to(target)
    for use in (
        lambda: files.read_private(place, limit=9),
        lambda: files.append_private(place, b"x"),
    ):
        with pytest.raises(StoreError, match="link"):
            use()
    assert target.read_bytes() == b"secret"
    place.unlink()
    os.mkfifo(place, 0o600)
    with pytest.raises(StoreError, match="regular"):
        files.read_private(place, limit=9)
    place.unlink()
    place.write_bytes(b"x")
    place.chmod(0o640)
    with pytest.raises(StoreError, match="open to other users"):
        files.read_private(place, limit=9)


def ended() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_a_leftover_of_a_crash_makes_room(place: Path) -> None:
    mine = place.with_name(f".file.{os.getpid()}.tmp")
    mine.symlink_to(place.with_name("victim"))
    of_the_dead = place.with_name(f".file.{ended()}.tmp")
    of_the_dead.write_bytes(b"half")
    others = [
        place.with_name(f".other.{ended()}.tmp"),
        place.with_name(f".file.{os.getppid()}.tmp"),
    ]
    for other in others:
        other.write_bytes(b"of somebody who is still at it, or of another file")
    files.replace_private(place, b"new")
    assert place.read_bytes() == b"new"
    assert not place.with_name("victim").exists()
    assert not of_the_dead.exists()
    assert all(other.exists() for other in others)


REPLACES = """
import sys
from pathlib import Path
from nodreel.host import files
for _ in range(60):
    files.replace_private(Path(sys.argv[1]), b"12345678")
    assert files.read_private(Path(sys.argv[1]), limit=8) == b"12345678"
"""


def test_programs_that_replace_the_same_file_at_once_do_not_meet(place: Path) -> None:
    command = [sys.executable, "-c", REPLACES, str(place)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    said = [process.communicate()[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0, 0], said
    assert not list(place.parent.glob(".*.tmp"))


def test_appending_adds_and_taking_back_leaves_no_half_line(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.append_private(place, b"one\n")
    files.append_private(place, b"two\n")
    assert place.read_bytes() == b"one\ntwo\n"
    real = os.write
    calls: list[int] = []

    def full(fd: int, data: bytes) -> int:
        calls.append(fd)
        if len(calls) == 1:
            return real(fd, bytes(data)[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskFullError):
        files.append_private(place, b"three\n")
    monkeypatch.undo()
    assert place.read_bytes() == b"one\ntwo\n"


def test_renaming_and_removing_are_for_good(place: Path) -> None:
    files.replace_private(place, b"x")
    files.rename(place, "other")
    assert files.remove(place.with_name("other"))
    assert [p.name for p in place.parent.iterdir()] == ["home"]
    with pytest.raises(FileNotFoundError):
        files.rename(place, "other")


def test_a_missing_folder_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.read_private(tmp_path / "no" / "file", limit=1)
    assert not files.remove(tmp_path / "no" / "file")


def test_every_write_is_synced_with_its_folder(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real_fsync, real_rename, real_unlink = os.fsync, os.rename, os.unlink

    def fsync(fd: int) -> None:
        done.append("fsync folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "fsync")
        real_fsync(fd)

    def rename(*args: str, **folders: int) -> None:
        done.append("rename")
        real_rename(*args, **folders)

    def unlink(*args: str, **folder: int) -> None:
        done.append("unlink")
        real_unlink(*args, **folder)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    monkeypatch.setattr(os, "unlink", unlink)
    files.replace_private(place, b"x")
    files.remove(place)
    files.append_private(place, b"x")
    assert done == [
        "fsync", "rename", "fsync folder", "unlink", "fsync folder", "fsync", "fsync folder",
    ]  # fmt: skip


def test_a_stamp_within_one_tick_of_a_change_is_like_no_other(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write_bytes(b"14 days")
    changed = place.stat().st_ctime_ns
    monkeypatch.setattr(files.time, "time_ns", lambda: changed + 4_000_000)
    assert files.stamp(str(place)) != files.stamp(str(place))
    monkeypatch.setattr(files.time, "time_ns", lambda: changed + 1_000_000_000)
    assert files.stamp(str(place)) == files.stamp(str(place))
