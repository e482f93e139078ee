from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.findings import ALL, WHERE, Finding, found, read, sentence

if TYPE_CHECKING:
    from pathlib import Path

HERE = "tests/test_findings.py::test_rounds_add_up_and_the_worst_counts"


@pytest.mark.parametrize("round_", [1])
def test_rounds_add_up_and_the_worst_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, round_: int
) -> None:
    place = tmp_path / "found.jsonl"
    monkeypatch.setenv(WHERE, str(place))
    found("C13", "kills", 20, lost_at_most_s=round_)
    found("C13", "kills", 30, lost_at_most_s=2.34567)
    found("C9", "flipped bits", 8, violations=1, lost="that segment", test="tests/x.py::test_y")
    found(ALL, "mutants", 3, test="tests/z.py::test_z")
    assert read([place, tmp_path / "of-no-run.jsonl"]) == [
        Finding(ALL, "tests/z.py::test_z", "mutants", 3),
        Finding("C9", "tests/x.py::test_y", "flipped bits", 8, 1, None, "that segment"),
        Finding("C13", HERE, "kills", 50, 0, 2.346),
    ]


def test_without_a_place_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(WHERE, raising=False)
    monkeypatch.chdir(tmp_path)
    found("C1", "nothing", 0)
    assert [entry.name for entry in tmp_path.iterdir()] == ["home"]


def test_a_finding_is_a_sentence() -> None:
    assert sentence(Finding("C9", "tests/x.py::test_y", "kills", 1234, 0, 0.5)) == (
        "C9: 1,234 kills, 0 violations, at most 0.5 s lost (tests/x.py::test_y)"
    )
