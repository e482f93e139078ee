"""Where the person put the sign outlives it; what makes no sense is as if it was never moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.host import private_dir
from nodreel.sign.place import Place

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_kept(tmp_path: Path) -> None:
    place = Place(tmp_path / "state")
    assert place.share is None
    place.keep((0.25, 1.0))
    assert place.share == Place(tmp_path / "state").share == (0.25, 1.0)


def test_without_a_folder_it_is_not() -> None:
    place = Place(None)
    place.keep((0, 0))
    assert place.share == (0, 0)
    assert Place(None).share is None


def test_a_folder_that_cannot_be_used_hinders_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    place = Place(tmp_path / "state")
    place.keep((0.5, 0.5))
    assert place.share == (0.5, 0.5)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[0.5]", "[0.5, 2]", "[0.5, -1]", '["a", "b"]', "[NaN, 0]", "[" * 300, "[1e999, 0]"],
)
def test_what_makes_no_sense_is_nothing(tmp_path: Path, text: str) -> None:
    file = private_dir(tmp_path / "state") / "sign.json"
    file.write_text(text)
    file.chmod(0o600)
    assert Place(tmp_path / "state").share is None
