from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.bed.fixtures import bed, hands, windows

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bed", "hands", "windows"]


class Rig:
    """A disk whose power can be cut; root holds it (see ``rig``), we say what is to be done."""

    def __init__(self, place: Path) -> None:
        self.disk = place / "disk"
        self._ask = (place / "ask").open("w", buffering=1)
        self._told = (place / "told").open()

    def do(self, *words: str) -> None:
        self._ask.write(" ".join(words) + "\n")
        code, _, said = self._told.readline().partition(" ")
        assert code == "0", f"{words}: {said}"

    def close(self) -> None:
        self._ask.close()
        self._told.close()


@pytest.fixture
def rig() -> Iterator[Rig]:
    place = os.environ.get("NODREEL_POWER")
    assert place, "no disk to cut the power of: run scripts/test --lane power as root"
    made = Rig(Path(place))
    yield made
    made.close()
