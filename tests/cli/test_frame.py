from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from nodreel.cli.frame import frame
from nodreel.errors import EpisodeError, StoreError, UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.recorded import Recorded


def test_the_picture_before_a_moment_is_written(recorded: Recorded, tmp_path: Path) -> None:
    from PIL import Image

    out = tmp_path / "out.png"
    asked = ["-i", recorded.identity, "-t", "0.05", "-o", out]
    result = recorded.run(frame, recorded.episode.name, *asked, "--json")
    said = json.loads(result.stdout)
    assert (said["t_s"], said["done_s"], said["straddled"]) == (0, 0.002, False)
    assert said["doubtful"] == []
    with Image.open(out) as image:
        assert image.size == (300, 200)
        assert image.convert("RGB").tobytes("raw", "BGR") == recorded.pixels
    assert "the screen as of 0.002 s" in recorded.run(frame, recorded.episode.name, *asked).stdout


def test_no_frame_is_said_with_advice(recorded: Recorded, tmp_path: Path) -> None:
    asked = ["-i", recorded.identity, "-t", "0.002", "-o", tmp_path / "out.png"]
    result = recorded.run(frame, recorded.episode.name, *asked)
    assert isinstance(result.exception, EpisodeError)
    assert "no frame before 0.002 s" in str(result.exception)


def test_what_cannot_be_written_is_said(
    recorded: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["-i", recorded.identity, "-t", "1", "-o", tmp_path / "no" / "out.png"]
    assert isinstance(recorded.run(frame, recorded.episode.name, *asked).exception, StoreError)
    monkeypatch.setitem(sys.modules, "PIL", None)
    result = recorded.run(frame, recorded.episode.name, *asked)
    assert isinstance(result.exception, UnsupportedError)
    assert "nodreel[read]" in result.exception.advice
