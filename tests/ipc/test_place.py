"""The socket replaces a left-over of ours, and nothing else."""

from __future__ import annotations

import os
import socket
import stat
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import StoreError
from nodreel.ipc import place
from nodreel.ipc.peer import Peer

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths


def names(paths: Paths) -> list[str]:
    return sorted(entry.name for entry in paths.runtime.iterdir())


def test_only_we_may_use_it(paths: Paths) -> None:
    listener = place.listen(paths.socket)
    found = paths.socket.lstat()
    assert stat.S_ISSOCK(found.st_mode)
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert names(paths) == ["control.sock"]
    place.remove(paths.socket, listener)
    assert names(paths) == []


def test_a_left_over_socket_is_replaced(paths: Paths) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(paths.socket))
    before = paths.socket.lstat().st_ino
    listener = place.listen(paths.socket)
    assert paths.socket.lstat().st_ino != before
    place.remove(paths.socket, listener)


def plant_file(path: Path) -> None:
    path.write_text("precious")


def plant_fifo(path: Path) -> None:
    os.mkfifo(path)


def plant_folder(path: Path) -> None:
    path.mkdir()


def plant_link(path: Path) -> None:
    victim = path.with_name("victim.sock")
    with socket.socket(socket.AF_UNIX) as theirs:
        theirs.bind(str(victim))
    path.symlink_to(victim)


@pytest.mark.parametrize("plant", [plant_file, plant_fifo, plant_folder, plant_link])
def test_anything_else_in_its_place_is_left_alone(
    paths: Paths, plant: object, request: pytest.FixtureRequest
) -> None:
    assert callable(plant)
    plant(paths.socket)
    before = (paths.socket.lstat().st_ino, names(paths))
    with pytest.raises(StoreError, match="in the way"):
        place.listen(paths.socket)
    assert (paths.socket.lstat().st_ino, names(paths)) == before


@pytest.mark.parametrize("mode", [0o701, 0o750, 0o770, 0o777])
def test_an_open_folder_is_refused(paths: Paths, mode: int) -> None:
    paths.runtime.chmod(mode)
    with pytest.raises(StoreError, match="not yours alone"):
        place.listen(paths.socket)
    assert not paths.socket.exists()


def test_a_foreign_folder_or_socket_is_refused(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as theirs:
        theirs.bind(str(paths.socket))
    monkeypatch.setattr(place, "ourselves", lambda: Peer(os.getpid(), os.getuid() + 1))
    with pytest.raises(StoreError, match="not yours alone"):
        place.listen(paths.socket)
    with pytest.raises(StoreError, match="in the way"):
        place._check_left_over(paths.socket)


def test_a_linked_folder_is_refused(paths: Paths, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(paths.runtime)
    with pytest.raises(StoreError, match="not yours alone"):
        place.listen(link / "control.sock")


def test_a_missing_folder_is_named(paths: Paths) -> None:
    with pytest.raises(StoreError, match="No such file"):
        place.listen(paths.runtime / "none" / "control.sock")
