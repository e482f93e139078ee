from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.paths import Paths
from tests.consent.clocks import TurnedClock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "run", tmp_path / "config", tmp_path / "etc")


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()
