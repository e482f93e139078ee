"""Every guard that a channel names has a mutant that still fits the source."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.canary.campaign import PARTS
from tests.canary.channels import CHANNELS, LATE
from tests.canary.mutants import ROOT, UNGUARDED, Mutant, leaks, mutants

if TYPE_CHECKING:
    from pathlib import Path


def named(mutant: Mutant) -> str:
    return f"{mutant.guard}: {', '.join(mutant.channels)}"


def test_every_guard_has_a_mutant() -> None:
    guards = {channel.guard for channel in CHANNELS.values()}
    assert guards - {mutant.guard for mutant in mutants()} == UNGUARDED


def test_every_channel_is_played() -> None:
    played = {channel for part in PARTS for channel in part.channels} | {"synthetic", LATE}
    assert played >= CHANNELS.keys()


@pytest.mark.parametrize("mutant", mutants(), ids=named)
def test_the_mutant_fits(mutant: Mutant, tmp_path: Path) -> None:
    for channel in mutant.channels:
        assert CHANNELS[channel].guard == mutant.guard
    for edit in mutant.edits:
        copy = tmp_path / edit["file"]
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / edit["file"], copy)
    mutant.apply(tmp_path)
    for edit in mutant.edits:
        if edit["file"].endswith(".py"):
            compile((tmp_path / edit["file"]).read_text(), edit["file"], "exec")


def test_an_edit_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\nx = 1\n")
    for find in ("x = 1", "y"):
        edit = {"file": "a.py", "find": find, "replace": ""}
        with pytest.raises(ValueError, match=r"times in"):
            Mutant("", (), (edit,)).apply(tmp_path)


def test_leaks_are_counted_by_channel() -> None:
    rows = [{"channel": "overlap", "leaks": 2}, {"channel": "mail", "leaks": 0}]
    assert leaks({"channels": rows}) == {"overlap": 2, "mail": 0}
