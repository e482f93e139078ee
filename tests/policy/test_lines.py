from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.policy.lines import line_of
from tests.policy.samples import TOML

TEXT = '''\
# a comment = 1
version = 1
text = """
[apps]
version = 2
"""
kinds = [
  "a = b",
  "c",
]
"quoted key" = 1
a.b . c = 3

[limits]   # comment
 max = 5
[[apps]]
id = "x"
[apps.deep]
q = 1
[[ apps ]]
id = "y"
inline = [{ name = "z" }]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("version",), 2),
        (("text",), 3),
        (("kinds", 1), 7),
        (("quoted key",), 11),
        (("a", "b", "c"), 12),
        (("limits",), 14),
        (("limits", "max"), 15),
        (("apps", 0), 16),
        (("apps", 0, "id"), 17),
        (("apps", 0, "deep", "q"), 19),
        (("apps", 1), 20),
        (("apps", 1, "id"), 21),
        (("apps", 1, "inline", 0, "name"), 22),
        (("apps", 1, "absent"), 20),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_each_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, path) == line


@given(st.integers(min_value=0, max_value=len(TOML.splitlines())))
def test_lines_above_move_the_answer_by_their_number(count: int) -> None:
    moved = "# x\n" * count + TOML
    assert line_of(moved, ("limits", "device_days")) == (
        line_of(TOML, ("limits", "device_days")) + count
    )


@given(st.text())
def test_no_text_upsets_it(text: str) -> None:
    assert line_of(text, ("a", 0, "b")) >= 1
