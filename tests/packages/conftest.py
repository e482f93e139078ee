from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


class Machine:
    """A machine of its own (see ``machine``): root installs there, a person works there."""

    def __init__(self, place: Path) -> None:
        self.give = place / "give"
        self._said = place / "said"
        self._ask = (place / "ask").open("w", buffering=1)
        self._told = (place / "told").open()

    def run(self, who: str, command: str = "-") -> tuple[int, str]:
        """Do one thing there; returns its exit code and what it printed."""
        assert "\n" not in command
        self._ask.write(f"{who} {command}\n")
        code = int(self._told.readline())
        return code, self._said.read_text(errors="replace")

    def root(self, command: str) -> str:
        code, said = self.run("root", command)
        assert code == 0, f"{command}: {code}\n{said}"
        return said

    def person(self, command: str) -> str:
        code, said = self.run("person", command)
        assert code == 0, f"{command}: {code}\n{said}"
        return said

    def login(self) -> None:
        code, said = self.run("login")
        assert code == 0, said

    def changed(self) -> set[str]:
        """What differs there from this machine, homes aside."""
        return set(self.run("changed")[1].splitlines())

    def close(self) -> None:
        self._ask.write("end -\n")
        self._ask.close()
        self._told.close()


@pytest.fixture(scope="session")
def packages() -> Path:
    place = os.environ.get("NODREEL_PACKAGES")
    assert place, "no packages were made: run scripts/test --lane packages as root"
    return Path(place)


@pytest.fixture(scope="session")
def machine(packages: Path) -> Iterator[Machine]:
    made = Machine(packages)
    yield made
    made.close()
