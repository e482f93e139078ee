"""The kernel says who is at the other end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from nodreel.ipc.peer import AF_UNIX, ourselves, peer_of

if TYPE_CHECKING:
    from pathlib import Path

CALL = """
import socket, sys
with socket.socket(socket.AF_UNIX) as s:
    s.connect(sys.argv[1])
    s.recv(1)
"""


def test_we_are_who_we_are() -> None:
    assert ourselves().pid == os.getpid()
    assert ourselves().uid == os.getuid()


def test_another_process_is_named_by_the_kernel(tmp_path: Path) -> None:
    with socket.socket(AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        command = [sys.executable, "-c", CALL, str(tmp_path / "s")]
        with subprocess.Popen(command) as other:
            connection, _ = listener.accept()
            with connection:
                assert peer_of(connection).pid == other.pid
                assert peer_of(connection).uid == os.getuid()


def test_the_number_is_that_of_unix_sockets() -> None:
    assert socket.AF_UNIX == AF_UNIX
