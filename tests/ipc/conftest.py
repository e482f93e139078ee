"""A control socket in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.paths import Paths

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    return Paths(tmp_path / "data", run, tmp_path / "config", tmp_path / "managed")
