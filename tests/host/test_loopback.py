"""Whose a connection over the loopback is, asked of the real kernel."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from nodreel.host import loopback

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_connection_is_of_who_made_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as link:
            mine = link.getsockname()[1]
            assert loopback.owner_of(mine, port) == os.geteuid()
            assert loopback.owner_of(port, mine) in {os.geteuid(), 0, None}, "its other end"
        assert loopback.owner_of(1, port) is None


def test_what_cannot_be_read_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "_TABLE", tmp_path / "none")
    assert loopback.owner_of(1, 2) is None
    (tmp_path / "torn").write_text("head\n  0: 0100007F:0001 0100007F:0002\n")
    monkeypatch.setattr(loopback, "_TABLE", tmp_path / "torn")
    assert loopback.owner_of(1, 2) is None
