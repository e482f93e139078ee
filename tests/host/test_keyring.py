"""The review key: in a real keyring that is open, or nowhere; never a dialog, never a file."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import secretstorage

from nodreel.events import SECOND, Nanos
from nodreel.host.keyring import delete_review_key, keyring_works, review_key, store_review_key

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "AGE-SECRET-KEY-1CANARYCANARYCANARY"

PLAINTEXT = """
from pathlib import Path
from keyring.backend import KeyringBackend

class Plain(KeyringBackend):
    priority = 99
    def get_password(self, service, username):
        return "taken from a plain file"
    def set_password(self, service, username, password):
        Path(__file__).with_name("plain.txt").write_text(password)
    def delete_password(self, service, username):
        pass
"""


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run a session bus of its own, with nothing on it that could be started by name."""
    place = tempfile.mkdtemp(prefix="bus-")  # the kernel has no room for a deep path
    address = f"unix:path={place}/bus"
    config = tmp_path / "bus.conf"
    config.write_text(
        f"<busconfig><type>session</type><listen>{address}</listen>"
        '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
        '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'
    )
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline().startswith("unix:")
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
            folder = tmp_path / name
            folder.mkdir(mode=0o700)
            monkeypatch.setenv(name, str(folder))
        monkeypatch.delenv("DISPLAY", raising=False)
        try:
            yield address
        finally:
            daemon.terminate()
            daemon.wait()
            shutil.rmtree(place)


@pytest.fixture
def keyring(bus: str) -> Iterator[None]:
    """Run a real gnome-keyring with its collection open."""
    command = ["gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(b"a password")
        daemon.stdin.close()
        try:
            wait_for_service()
            yield
        finally:
            daemon.terminate()


def wait_for_service() -> None:
    """Return once a secret service owns its name on the bus."""
    pause = threading.Event()
    for _ in range(500):
        with closing(secretstorage.dbus_init()) as connection:
            if secretstorage.check_service_availability(connection):
                return
        pause.wait(0.02)
    pytest.fail("gnome-keyring did not come up")


def lock_collection() -> None:
    with closing(secretstorage.dbus_init()) as connection:
        secretstorage.get_default_collection(connection).lock()


@pytest.mark.usefixtures("keyring")
def test_the_key_comes_back_until_it_is_deleted(tmp_path: Path) -> None:
    assert keyring_works()
    assert review_key() is None
    assert store_review_key(KEY)
    assert review_key() == KEY
    assert store_review_key(KEY + "2")
    assert review_key() == KEY + "2"
    assert delete_review_key()
    assert review_key() is None
    assert delete_review_key()


@pytest.mark.usefixtures("keyring")
def test_a_locked_keyring_is_no_keyring_and_asks_nothing() -> None:
    assert store_review_key(KEY)
    lock_collection()
    assert not keyring_works()
    assert review_key() is None
    assert not store_review_key(KEY)
    assert not delete_review_key()


@pytest.mark.usefixtures("bus")
def test_without_a_keyring_no_file_appears(tmp_path: Path) -> None:
    assert not store_review_key(KEY)
    assert review_key() is None
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file


def test_without_a_bus_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert not store_review_key(KEY)
    assert review_key() is None


def test_a_keyring_that_never_answers_costs_its_patience_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = children()
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind("\0nodreel-test-deaf")
        deaf.listen()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:abstract=nodreel-test-deaf")
        assert review_key(patience=Nanos(SECOND)) is None
    assert children() <= before


@pytest.mark.usefixtures("bus")
def test_a_configured_plaintext_keyring_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plainring.py").write_text(PLAINTEXT)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "plainring.Plain")
    assert not store_review_key(KEY)
    assert review_key() is None
    assert not (tmp_path / "plain.txt").exists()


def children() -> set[int]:
    """Pids of our living children."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    for pid in map(int, listed):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
    assert signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


@pytest.mark.parametrize(
    "does", ["kill -9 $$", "exit 0 <&- & sleep 60", "exit 3", "sleep 60", "printf '\\377'"]
)
def test_a_child_that_dies_hangs_or_babbles_gives_no_key(
    does: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever becomes of the child, it costs its patience, and the agent hears None."""
    child = tmp_path / "child"
    child.write_text(f"#!/bin/bash\n{does}\n")
    child.chmod(0o755)
    monkeypatch.setattr("nodreel.host.keyring.sys.executable", str(child))
    before = children()
    assert review_key(patience=Nanos(SECOND // 4)) is None
    assert not store_review_key(KEY, patience=Nanos(SECOND // 4)) or does.startswith("printf")
    assert children() <= before
