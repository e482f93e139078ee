"""A folder of sealed episodes of made-up people, with the key that opens them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyrage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.dataset.people import Person


@dataclass
class Folder:
    home: Path
    secret: str = field(default_factory=lambda: str(pyrage.x25519.Identity.generate()))

    def __post_init__(self) -> None:
        self.episodes.mkdir(mode=0o700, parents=True)
        self.identity.write_text(f"# a key for tests\n{self.secret}\n")

    @property
    def episodes(self) -> Path:
        return self.home / "episodes"

    @property
    def identity(self) -> Path:
        return self.home / "research.key"

    @property
    def target(self) -> Path:
        return self.home / "dataset"

    @property
    def recipient(self) -> str:
        return str(pyrage.x25519.Identity.from_str(self.secret).to_public())

    def record(self, person: Person, count: int = 1, rounds: int = 2) -> list[str]:
        """Record some episodes of a person; returns their ids."""
        return [
            person.record(self.episodes, self.recipient, rounds, number) for number in range(count)
        ]

    def bury(self, person: Person, *episodes: str) -> None:
        """Put the person's tombstone where it belongs."""
        name, data = person.tombstone(*episodes)
        (self.episodes / name).write_bytes(data)
