"""The person's own file: a table of it, and nonsense is an empty one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.host.preferences import LARGEST, NAME, preferences

if TYPE_CHECKING:
    from pathlib import Path


def test_each_gets_its_table(tmp_path: Path) -> None:
    assert preferences(tmp_path, "sign") == {}
    (tmp_path / NAME).write_text("[sign]\nframe = true\n[budget]\ncpu_percent = 3\n")
    assert preferences(tmp_path, "sign") == {"frame": True}
    assert preferences(tmp_path, "other") == {}


@pytest.mark.parametrize(
    "junk", [b"sign = 3\n", b"\xff", b"= [", b"#" * (LARGEST + 1), b"a=" + b"[" * 9000]
)
def test_nonsense_is_empty(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / NAME).write_bytes(junk)
    assert preferences(tmp_path, "sign") == {}


def test_what_others_may_have_written_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("[sign]\nframe = true\n")
    (tmp_path / NAME).chmod(0o666)
    assert preferences(tmp_path, "sign") == {}
