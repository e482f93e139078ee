"""A system that nodreel does not know is refused, never half served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.errors import UnsupportedError
from nodreel.host import elsewhere

if TYPE_CHECKING:
    from pathlib import Path


def test_everything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError):
        elsewhere.refuse_root()
    with pytest.raises(UnsupportedError):
        elsewhere.harden()
    with pytest.raises(UnsupportedError):
        elsewhere.private_dir(tmp_path / "x")
    assert not (tmp_path / "x").exists()
