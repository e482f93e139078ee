"""With a guard taken out the campaign must find what that guard kept out: or it proves nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.canary.mutants import ROOT, Mutant, leaks, mutants, play

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.canary


@pytest.mark.parametrize(
    "mutant", mutants(), ids=lambda mutant: f"{mutant.guard}: {', '.join(mutant.channels)}"
)
def test_without_the_guard_canaries_are_found(mutant: Mutant, tmp_path: Path) -> None:
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    mutant.apply(tmp_path)
    found = leaks(play(mutant.channels, source))
    assert {channel: found.get(channel, 0) > 0 for channel in mutant.channels} == dict.fromkeys(
        mutant.channels, True
    ), found
