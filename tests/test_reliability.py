from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

from tests.findings import Finding
from tests.reliability import page

ROOT = Path(__file__).parents[1]
WRITTEN = ROOT / "docs" / "reliability.md"


def test_the_page_says_what_was_found_and_what_is_left(tmp_path: Path) -> None:
    file = tmp_path / "faults.jsonl"
    found = Finding("C9", "tests/x/test_y.py::test_it_holds", "kills", 1234, 0, 0.5)
    file.write_text(json.dumps(asdict(found)) + "\n")
    told = page([file], "2026-11-28", "2 cores")
    assert "| C9 | kills | 1,234 | 0 | 0.5 s | `x/test_y.py` it holds |" in told
    for word in ("`faults`", "Root", "disk that lies", "malware of the same user", "5.2 s", "6 s"):
        assert word in told


def test_the_written_page_names_tests_that_exist_and_no_violation() -> None:
    """It is from a run; a test that was renamed since makes it stale."""
    rows = re.findall(
        r"^\| (C\d+) \| .* \| ([\d,]+) \| (\d+) \| [^|]* \| `([^`]+)` ([^|]+) \|$",
        WRITTEN.read_text(), re.MULTILINE,
    )  # fmt: skip
    assert len(rows) >= 10
    for _, cases, violations, file, words in rows:
        name = f"test_{words.strip().replace(' ', '_')}"
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(), name
        assert int(violations) == 0
        assert int(cases.replace(",", "")) > 0
