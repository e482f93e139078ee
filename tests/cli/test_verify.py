from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nodreel.cli.verify import verify

if TYPE_CHECKING:
    from tests.cli.recorded import Recorded


def test_a_sound_episode_is_said_to_be_sound(recorded: Recorded) -> None:
    result = recorded.run(verify, recorded.episode.name)
    assert result.exit_code == 0
    assert "All is as it was signed (1 segments, end)." in result.stdout
    assert "was not looked at" in result.stdout
    result = recorded.run(verify, recorded.episode.name, "-i", recorded.identity)
    assert "was not looked at" not in result.stdout


def test_a_changed_byte_is_named(recorded: Recorded) -> None:
    segment = recorded.episode / "00000001.seg"
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)
    result = recorded.run(verify, recorded.episode.name)
    assert result.exit_code == 3
    assert "segment 1: The file is not the one that was signed" in result.stderr
    result = recorded.run(verify, recorded.episode.name, "--json")
    assert result.exit_code == 3
    assert len(json.loads(result.stdout)["damage"]) == 1
