"""CONSENT.md and its tests: as many clauses as tests, and no number on one side only."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
CLAUSES = re.findall(
    r"^## (C\d+)\. (.+)$", (HERE.parents[1] / "CONSENT.md").read_text(), re.MULTILINE
)


def test_clauses_are_numbered_without_gaps() -> None:
    assert [number for number, _ in CLAUSES] == [f"C{n}" for n in range(1, 14)]


def test_every_clause_has_a_test_and_every_test_a_clause() -> None:
    tests = {f"C{int(p.stem.removeprefix('test_c'))}" for p in HERE.glob("test_c[0-9]*.py")}
    assert tests == {number for number, _ in CLAUSES}


def test_each_test_quotes_its_clause() -> None:
    for number, title in CLAUSES:
        file = HERE / f"test_c{int(number[1:]):02}.py"
        tree = ast.parse(file.read_text())
        assert (ast.get_docstring(tree) or "").startswith(f"{number}. {title}"), file.name
        assert any(isinstance(n, ast.FunctionDef) and n.name.startswith("test_") for n in tree.body)
