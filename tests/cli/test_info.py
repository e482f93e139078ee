from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nodreel.cli.info import info
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from tests.cli.recorded import Recorded


def test_headers_are_readable_without_a_key(recorded: Recorded) -> None:
    result = recorded.run(info, recorded.episode.name)
    assert result.exit_code == 0
    assert "ui-research" in result.stdout
    assert "2026-09" in result.stdout
    said = json.loads(recorded.run(info, recorded.episode.name, "--json").stdout)
    assert said["segments"] == 2
    assert said["length_s"] == 0.06
    assert said["state"] == "end"
    assert said["deleted_s"] == []


def test_a_broken_chain_is_told_with_its_exit_code(recorded: Recorded) -> None:
    chain = recorded.episode / "chain.jsonl"
    lines = chain.read_bytes().splitlines(keepends=True)
    chain.write_bytes(lines[0] + lines[2] + lines[3])
    result = recorded.run(info, recorded.episode.name)
    assert result.exit_code == 3
    assert "line 2 leaves out segments 0 to 0" in result.stderr


def test_no_episode_is_an_error_of_ours(recorded: Recorded) -> None:
    assert isinstance(recorded.run(info, "/nonexistent").exception, EpisodeError)
