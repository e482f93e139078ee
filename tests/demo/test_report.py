from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.consent.terms import PHRASE
from tests.demo.recorder import reply
from tests.demo.report import coverage, for_people, shortcomings

if TYPE_CHECKING:
    from pathlib import Path

S = 1_000_000_000
COUNTS = {"keys": 10, "clicks": 4, "scrolls": 3, "moves": 2000}
GOOD: dict[str, Any] = {
    "straddled_clicks": 0,
    "longest_wait_for_sign_s": 0.4,
    "injected": COUNTS,
    "recorded": COUNTS | {"moves": 1999},
    "foreign_events": 0,
    "foreign_pixels": 0,
    "clicks_without_prior_frame": 0,
    "prior_frame_mismatches": 0,
    "unpaired": 0,
    "wrong_app": 0,
    "time_error_p99_ms": 1.2,
    "designated_pixels_kept": 0.998,
    "coverage_error_s": 0.02,
    "truth_disagreements": [],
    "clicks_seen": 4,
    "photos": 3,
    "dropped": {"not a designated app": 7},
    "coverage": {"recorded": 50.0},
    "episodes": ["/somewhere"],
    "identity": "/key",
}


def test_what_keeps_every_promise_has_no_shortcomings() -> None:
    assert shortcomings(GOOD) == []
    assert "All of this is as promised." in for_people(GOOD | {"shortcomings": []})


@pytest.mark.parametrize(
    "worse",
    [
        {"recorded": COUNTS | {"keys": 9}},
        {"recorded": COUNTS | {"moves": 1997}},
        {"injected": COUNTS | {"clicks": 0}, "recorded": COUNTS | {"clicks": 0}},
        {"foreign_events": 1},
        {"foreign_pixels": 1},
        {"clicks_without_prior_frame": 1},
        {"prior_frame_mismatches": 1},
        {"unpaired": 1},
        {"time_error_p99_ms": None},
        {"time_error_p99_ms": 2.1},
        {"designated_pixels_kept": None},
        {"designated_pixels_kept": 0.98},
        {"coverage_error_s": 0.2},
        {"truth_disagreements": ["the terminal did not get what was typed into it"]},
    ],
)
def test_what_breaks_one_is_named(worse: dict[str, Any]) -> None:
    assert len(shortcomings(GOOD | worse)) == 1


def spans(path: Path, *rows: tuple[float, float, str]) -> Path:
    lines = [json.dumps({"from": int(a * S), "to": int(b * S), "state": s}) for a, b, s in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_ledger_without_holes_sums_up(tmp_path: Path) -> None:
    log = spans(tmp_path / "c", (1, 3, "blocked"), (3, 9, "recorded"), (9, 10, "blocked"))
    assert coverage(log, 2 * S, 9 * S) == (0, {"blocked": 3.0, "recorded": 6.0})


def test_a_ledger_with_a_hole_or_an_early_end_does_not(tmp_path: Path) -> None:
    hole = spans(tmp_path / "a", (1, 3, "blocked"), (3.5, 9, "recorded"))
    assert coverage(hole, 2 * S, 9 * S)[0] == 0.5
    early = spans(tmp_path / "b", (1, 3, "blocked"), (3, 7, "recorded"))
    assert coverage(early, 2 * S, 9 * S)[0] == 2
    (tmp_path / "c").write_text("")
    assert coverage(tmp_path / "c", 2 * S, 9 * S)[0] == 7


def test_each_question_gets_its_answer() -> None:
    assert reply("...\nRecord keys: what you press? [yes/NO] ") == "yes"
    assert reply("Type exactly one of:\n  I agree to be recorded\n  no\n> ") == PHRASE
