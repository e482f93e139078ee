from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.dataset.made import Made, file_of_table, note_name, read_made, table_name
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "train-01-0123456789abcdef"
SAID: dict[str, Any] = {
    "name": NAME, "split": "train", "files": [], "episodes": [{"episode": "X", "score": 0.5}],
    "held": {"Y": "torn"}, "kinds": {"click": 2},
}  # fmt: skip


def test_what_is_written_is_read() -> None:
    made = Made.model_validate(SAID)
    assert read_made(made.text) == made
    assert read_made(made.text).text == made.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "../../x"), ("name", "train-2-0123456789abcdef"), ("split", "all"), ("v", 2),
     ("kinds", {"click": -1}), ("more", 1)],
)  # fmt: skip
def test_whatever_else_lies_there_is_no_note(field: str, value: object) -> None:
    with pytest.raises(EpisodeError):
        read_made(json.dumps(SAID | {field: value}).encode())


def test_names_lie_in_folders_of_their_split() -> None:
    assert table_name("actions", NAME) == f"actions/split=train/{NAME}.parquet"
    assert note_name(NAME) == f"shards/{NAME}.json"


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(b"rows")
    found = file_of_table("actions/x", path, 3)
    assert (found.size, found.rows) == (4, 3)
    assert found.sha256 == hashlib.sha256(b"rows").hexdigest()
