from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.cli.export import export_
from nodreel.errors import UnsupportedError
from nodreel.export import parquet
from tests.export.material import material

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_an_episode_in_another_format(tmp_path: Path) -> None:
    recording = material(tmp_path, 1)
    words = [str(recording.studio.only()), str(tmp_path / "out"), "-i", str(recording.identity)]
    said = CliRunner().invoke(export_, [*words, "--to", "agentnet"])
    assert said.exit_code == 0
    assert "steps" in said.output
    assert "not sealed" in said.output
    assert "pictures" in said.stderr
    words[1] += "-json"
    said = CliRunner().invoke(export_, [*words, "--to", "agentnet", "--json"])
    assert json.loads(said.stdout)["holds"]["steps"] > 0


def test_a_format_without_its_library_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    recording = material(tmp_path, 1)
    words = [str(recording.studio.only()), str(tmp_path / "out"), "-i", str(recording.identity)]
    said = CliRunner().invoke(export_, [*words, "--to", "parquet"])
    assert isinstance(said.exception, UnsupportedError)
    assert "nodreel[export]" in said.exception.advice
    assert parquet.CANNOT
