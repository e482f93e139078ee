"""The agent's first moments: a sign is made ready where there is a yes, and only there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from nodreel.agent import early, run
from nodreel.errors import RootRefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.agent.signkeeper import SignKeeper


class Kept:
    """A keeper that only notes what it was told to do."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def prepare(self) -> None:
        self.did.append("prepare")

    def stop(self) -> None:
        self.did.append("stop")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    made = Kept()
    monkeypatch.setenv("NODREEL_HOME", str(tmp_path))
    monkeypatch.setattr(early, "SignKeeper", lambda _: made)
    monkeypatch.setattr(early, "harden", lambda: None)  # what runs the tests stays as it is

    def main(sign: SignKeeper) -> int:
        assert sign is made  # type: ignore[comparison-overlap]
        made.did.append("run")
        return 7

    monkeypatch.setattr(run, "main", main)
    return made


def test_without_a_yes_no_sign_is_started(kept: Kept) -> None:
    assert early.main() == 7
    assert kept.did == ["run", "stop"]


def test_with_a_yes_the_sign_gets_ready_beside_the_agent(kept: Kept, tmp_path: Path) -> None:
    grant = tmp_path / "data" / "v1" / "consent" / "grant.json"
    grant.parent.mkdir(parents=True)
    grant.touch()
    assert early.main() == 7
    assert kept.did == ["prepare", "run", "stop"]


def test_for_root_nothing_is_started(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_with_a_yes_the_sign_gets_ready_beside_the_agent(kept, tmp_path)
    kept.did.clear()
    monkeypatch.setattr(os, "getresuid", lambda: (1000, 1000, 0))
    early.main()
    assert kept.did == ["run", "stop"]
    with pytest.raises(RootRefusedError):
        early.refuse_root()
