"""Room on the disk is asked of the file system that holds the folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import StoreError
from nodreel.host import free_bytes

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_free_is_what_we_may_write(tmp_path: Path) -> None:
    asked = os.statvfs(tmp_path)
    block = asked.f_frsize
    assert abs(free_bytes(tmp_path) - asked.f_bavail * block) < 1 << 30


def test_a_missing_folder_is_an_error_not_zero(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="how much room"):
        free_bytes(tmp_path / "none")
