"""Who may run nodreel, what may be read out of it, and which folders it trusts."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import RootRefusedError, StoreError
from nodreel.host import linux, private_dir, refuse_root

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("ids", [(0, 0, 0), (1000, 0, 0), (0, 1000, 1000), (1000, 1000, 0)])
def test_root_is_refused_in_any_of_its_guises(
    ids: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getresuid", lambda: ids)
    with pytest.raises(RootRefusedError, match="root"):
        refuse_root()


def test_a_person_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getresuid", lambda: (1000, 1000, 1000))
    refuse_root()


def test_nothing_in_the_environment_lets_root_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getresuid", lambda: (0, 0, 0))
    for name in ("NODREEL_ALLOW_ROOT", "NODREEL_FORCE", "SUDO_USER", "SUDO_UID"):
        monkeypatch.setenv(name, "1")
    with pytest.raises(RootRefusedError):
        refuse_root()


HARDENED = """
import os, resource
from nodreel.host import harden
before = resource.getrlimit(resource.RLIMIT_CORE)
harden()
own = os.stat("/proc/self/environ").st_uid
print(os.getuid(), own, resource.getrlimit(resource.RLIMIT_CORE), oct(os.umask(0)))
"""


def test_a_hardened_process_cannot_be_dumped() -> None:
    """The kernel gives /proc/PID of an undumpable process to root, so that no peer reads it."""
    done = subprocess.run(
        [sys.executable, "-c", HARDENED], capture_output=True, text=True, check=True
    )
    me, owner, *limits, umask = done.stdout.replace("(", "").replace(")", "").split()
    assert me == str(os.getuid())
    assert owner == "0"
    assert limits == ["0,", "0"]
    assert umask == "0o77"


def test_a_private_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    made = private_dir(tmp_path / "a" / "b" / "c")
    for folder in (made, made.parent, made.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_private_folder_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = private_dir(tmp_path / "open")
    finally:
        os.umask(before)
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_good_folder_is_left_as_it_is(tmp_path: Path) -> None:
    folder = private_dir(tmp_path / "mine")
    (folder / "kept").write_text("still here")
    assert private_dir(folder) == folder
    assert (folder / "kept").read_text() == "still here"


@pytest.mark.parametrize("mode", [0o701, 0o710, 0o720, 0o750, 0o755, 0o777])
def test_a_folder_that_others_may_enter_is_refused_not_repaired(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "wide"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(StoreError, match=f"{mode:04o}") as caught:
        private_dir(folder)
    assert f"chmod 700 '{folder}'" in caught.value.advice
    assert stat.S_IMODE(folder.stat().st_mode) == mode


def test_a_link_to_a_good_folder_is_refused(tmp_path: Path) -> None:
    real = private_dir(tmp_path / "real")
    link = tmp_path / "link"
    link.symlink_to(real)
    with pytest.raises(StoreError, match="is a link"):
        private_dir(link)


def test_a_dangling_link_is_refused_and_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "victim")
    with pytest.raises(StoreError, match="is a link"):
        private_dir(link)
    assert not (tmp_path / "victim").exists()


def test_a_fifo_or_a_file_is_refused_without_hanging(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "file").touch()
    for name in ("fifo", "file"):
        with pytest.raises(StoreError, match="Not a directory"):
            private_dir(tmp_path / name)


def test_a_foreign_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = private_dir(tmp_path / "theirs")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    # Not through private_dir: its parents are foreign now too, and looked at first.
    with pytest.raises(StoreError, match=f"belongs to user id {os.getuid()}"):
        linux._check(folder)


def test_a_foreign_parent_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = private_dir(tmp_path / "theirs")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(StoreError, match="which holds"):
        private_dir(folder)


def test_a_parent_that_everybody_may_change_is_refused(tmp_path: Path) -> None:
    folder = private_dir(tmp_path / "square" / "mine")
    folder.parent.chmod(0o777)
    with pytest.raises(StoreError, match="Everybody may write"):
        private_dir(folder)
    folder.parent.chmod(0o1777)
    private_dir(folder)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    shut = private_dir(tmp_path / "shut")
    shut.chmod(0o500)
    with pytest.raises(StoreError, match=r"inside.*Permission denied"):
        private_dir(shut / "inside")


_FREED = """
import threading
from nodreel.host import give_memory_back

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

give_memory_back()
pictures = [bytearray(b"x") * 3_000_000]
pictures.clear()  # from here on the C library would keep such blocks
before = resident()

def work():
    held = [(bytearray(b"x") * 3_000_000, bytes(100)) for _ in range(20)]
    kept.append([small for _, small in held])

kept = []
for _ in range(2):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
print(resident() - before)
"""


_HOLES = """
import gc
from nodreel.host import give_memory_back, trim_memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

give_memory_back()
before = resident()
tiles = [bytes(12_288) for _ in range(2000)]
tiles[:-1] = [None] * 1999  # one at the end holds all the holes before it
full = resident()
trim_memory()
print(full - before, resident() - before)
"""


def test_holes_in_the_heap_go_back_to_the_system() -> None:
    run = [sys.executable, "-c", _HOLES]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    held, left = map(int, done.stdout.split())
    assert held > 20_000_000, "otherwise there was nothing to give back"
    assert left < 3_000_000


def test_what_is_freed_goes_back_to_the_system() -> None:
    run = [sys.executable, "-c", _FREED]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 3_000_000
