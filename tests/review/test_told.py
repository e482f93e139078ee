"""An episode as people read it; the command `nodreel show` and the pages show these lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.episode import open_episode
from nodreel.review.told import told
from nodreel.review.words import moment, size
from tests.cli.recorded import record

if TYPE_CHECKING:
    from pathlib import Path

COVERS = ("words",)


def test_runs_are_one_line_and_words_of_others_are_inert(tmp_path: Path) -> None:
    made = record(tmp_path)
    lines = [text for _, text, _ in told(open_episode(made.episode, made.identity))]
    assert sum("moves" in line for line in lines) == 1
    assert sum(line.startswith("key ") for line in lines) == 2
    assert not any("\x1b" in line or "\u202e" in line for line in lines)


def test_times_and_sizes() -> None:
    assert moment(3_723_004_000_000) == "1:02:03.004"
    assert size(1536) == "1.5 KiB"
    assert size(3 << 20) == "3.0 MiB"
