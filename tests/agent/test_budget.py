"""What the person lets nodreel use: read from their own file, and nonsense is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.agent.budget import LEAST, MOST, read_budget
from nodreel.agent.governor import Budget

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "percent"),
    [("[budget]\ncpu_percent = 3\n", 3.0), ("[budget]\ncpu_percent = 2.5\n", 2.5),
     ("[budget]\ncpu_percent = 0\n", LEAST), ("[budget]\ncpu_percent = 1e9\n", MOST)],
)  # fmt: skip
def test_it_is_read_within_bounds(tmp_path: Path, text: str, percent: float) -> None:
    (tmp_path / "preferences.toml").write_text(text)
    assert read_budget(tmp_path) == Budget(percent)


@pytest.mark.parametrize(
    "junk",
    [b"", b"[budget]\n", b"budget = 3\n", b"[budget]\ncpu_percent = true\n", b"\xff\xfe", b"= [",
     b"[budget]\ncpu_percent = 'much'\n", b"[budget]\ncpu_percent = nan\n", b"#" * 20_000],
)  # fmt: skip
def test_nonsense_is_the_usual(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "preferences.toml").write_bytes(junk)
    assert read_budget(tmp_path) == Budget()


def test_without_a_file_it_is_the_usual(tmp_path: Path) -> None:
    assert read_budget(tmp_path / "nowhere") == Budget()


def test_of_somebody_elses_making_it_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "preferences.toml"
    file.write_text("[budget]\ncpu_percent = 3\n")
    file.chmod(0o666)
    assert read_budget(tmp_path) == Budget()
