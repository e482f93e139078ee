"""A desktop of its own for each file of tests, and a journey for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.agent.journey import Journey
from tests.bed.fixtures import bed, hands, windows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bed.bed import Bed

__all__ = ["bed", "hands", "windows"]


@pytest.fixture
def journey(bed: Bed, tmp_path: Path) -> Iterator[Journey]:
    """One person's nodreel; nothing of it is running yet."""
    with Journey(bed, tmp_path / "n") as made:
        yield made
