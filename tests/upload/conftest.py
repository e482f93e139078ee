from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.paths import Paths
from tests.upload.machine import Machine
from tests.upload.memory import MemoryStore
from tests.upload.server import FakeS3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INBOX = Ed25519PrivateKey.from_private_bytes(b"inbox" + bytes(27))


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "run", tmp_path / "config", tmp_path / "etc")


@pytest.fixture
def machine(paths: Paths) -> Machine:
    return Machine(paths, INBOX.public_key().public_bytes_raw().hex())


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def server() -> Iterator[FakeS3]:
    with FakeS3() as running:
        yield running
