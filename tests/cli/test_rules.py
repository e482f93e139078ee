from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.cli.rules import rules_of
from nodreel.errors import StoreError
from nodreel.redact.finders import MOST_WORDS

if TYPE_CHECKING:
    from pathlib import Path


def listed(folder: Path, data: bytes) -> tuple[str, ...]:
    file = folder / "words"
    file.write_bytes(data)
    return rules_of(("DE",), (), file).words


def test_all_words_of_a_list_are_looked_for(tmp_path: Path) -> None:
    many = "\n".join(f"name {n}" for n in range(5000))
    assert len(listed(tmp_path, many.encode())) == 5000
    assert listed(tmp_path, "\ufeffAnna\r\n\r\n Köln \nAnna\n".encode()) == ("Anna", "Köln")
    assert rules_of(("DE",), ("a.example",), None).words == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("\n".join(map(str, range(MOST_WORDS + 1))).encode(), "cannot be looked for"),
        (b"x\n" * (3 << 20), "more than"),
        ("Köln".encode("latin-1"), "no UTF-8"),
    ],
)
def test_a_list_that_cannot_be_looked_for_whole_is_refused(
    tmp_path: Path, data: bytes, said: str
) -> None:
    with pytest.raises(StoreError, match=said):
        listed(tmp_path, data)
