from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from nodreel.errors import PolicyError
from nodreel.policy import SecretPattern, combine
from nodreel.policy.patterns import compiled
from tests.policy.samples import TOML

GOOD = ["EMP-[0-9]{6}", r"(?i)staff\s+no\.? \d+", r"\bK\d{4}\b", r"\p{L}+-\d", "x", "ü+", "^a"]
NO_RE2 = ["(a", "[", r"\1", "(?=a)b", "(?<=a)b", "(?!a)b", "(?<!a)b", "a{1001}", "a**", "(?P<x",
          "((a{100}){100}){100}", "*", r"\C{999}x{999}[^a]{999}(\pL{99}\pN{9}){9}"]  # fmt: skip
EMPTY = ["x*", "", "(?:)", "^", "$", r"\b", r"\B", "a|", "(x|y)?", r"[0-9]*", r"(?m)^", r"(?m)$",
         r"\A", r"\z", r"a|\b", "x{0}"]  # fmt: skip


def shape(pattern: str) -> SecretPattern:
    return SecretPattern(name="mine", pattern=pattern)


@pytest.mark.parametrize("pattern", GOOD)
def test_re2_expressions_are_taken(pattern: str) -> None:
    assert shape(pattern).pattern == pattern


def test_what_is_compiled_finds() -> None:
    found = compiled("EMP-[0-9]{6}").search("of EMP-123456, he")
    assert found is not None
    assert found.span() == (3, 13)


@pytest.mark.parametrize("pattern", NO_RE2)
def test_what_re2_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match="no RE2 expression"):
        shape(pattern)


@pytest.mark.parametrize("pattern", EMPTY)
def test_what_matches_nothing_at_all_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match=r"matches nothing|at least 1"):
        shape(pattern)


@pytest.mark.parametrize("pattern", ["x" * 201, "a\nb", "a\x00", " x", "x ", "a\u202eb"])
def test_patterns_are_short_and_visible(pattern: str) -> None:
    with pytest.raises(ValidationError):
        shape(pattern)


def test_a_bad_pattern_is_named_with_its_line_and_a_remedy(
    capfd: pytest.CaptureFixture[str],
) -> None:
    text = TOML.replace("EMP-[0-9]{6}", "(?=EMP)x", 1)
    line = text[: text.index("(?=EMP)")].count("\n") + 1
    with pytest.raises(PolicyError, match=rf"line {line}: `secrets\[1\].pattern` is no RE2") as bad:
        combine([(Path("/etc/x.toml"), text)])
    assert "no lookaround" in bad.value.advice
    assert capfd.readouterr() == ("", "")


def test_memory_is_bounded() -> None:
    with pytest.raises(ValueError, match="too large"):
        compiled(r"(\pL{60}\pN{60}\pP{60}){3}")
