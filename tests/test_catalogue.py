"""The catalogue of faults and attacks: each row is tried, or says what will bring its test."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nodreel"
ROWS: list[dict[str, Any]] = tomllib.loads((ROOT / "tests" / "catalogue.toml").read_text())["row"]
FEWEST = 45  # rows that are tried


def why_wrong(row: dict[str, Any], source: Path) -> str | None:
    """Say what is wrong with a row, given the parts that exist below ``source``."""
    if "tests" not in row:
        if "later" not in row:
            return "it has neither a test nor a reason to wait"
        folder = row.get("folder")
        if folder is not None and (source / folder).exists():
            return f"src/nodreel/{folder} exists, and the row still waits for it"
        return None
    missing = [test for test in row["tests"] if not exists(test)]
    return f"there is no {', '.join(missing)}" if missing else None


def exists(test: str) -> bool:
    """Whether a test of that id is written down (in a class, too)."""
    file, *names = test.split("::")
    return names[-1] in written(file)


@cache
def written(file: str) -> frozenset[str]:
    """Return the names of the tests in a file; none when there is no such file."""
    text = (ROOT / file).read_text() if (ROOT / file).is_file() else ""
    return frozenset(re.findall(r"^ *def (test_\w+)\(", text, re.MULTILINE))


def test_there_are_sixty_rows() -> None:
    assert [row["number"] for row in ROWS] == list(range(1, 61))
    assert len({row["case"] for row in ROWS}) == 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["number"]))
def test_each_row_is_tried_or_says_what_it_waits_for(row: dict[str, Any]) -> None:
    assert set(row) <= {"number", "case", "tests", "later", "folder"}
    assert why_wrong(row, SOURCE) is None, row["case"]


def test_enough_rows_are_tried() -> None:
    assert sum("tests" in row for row in ROWS) >= FEWEST


def test_a_row_that_waits_for_what_is_there_is_wrong(tmp_path: Path) -> None:
    row = {"number": 57, "case": "x", "later": "issue 8", "folder": "upload"}
    assert why_wrong(row, tmp_path) is None
    (tmp_path / "upload").mkdir()
    assert "still waits" in (why_wrong(row, tmp_path) or "")
    assert "there is no" in (why_wrong(row | {"tests": ["tests/x.py::test_y"]}, tmp_path) or "")
    assert "neither" in (why_wrong({"number": 1, "case": "x"}, tmp_path) or "")
