from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nodreel.cli.cat import cat
from nodreel.errors import KeyMismatchError
from tests.cli.recorded import EVIL

if TYPE_CHECKING:
    from tests.cli.recorded import Recorded


def test_events_are_json_lines(recorded: Recorded) -> None:
    result = recorded.run(cat, recorded.episode.name, "-i", recorded.identity)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["kind"] for line in lines] == [
        "focus", "key", "key", "move", "move", "button", "note",
    ]  # fmt: skip
    assert lines[1]["t"] == 10_000_000
    assert lines[0]["title"] == EVIL
    assert result.stdout.isascii()
    assert "\x1b" not in result.stdout


def test_frames_are_told_without_their_pixels(recorded: Recorded) -> None:
    result = recorded.run(cat, recorded.episode.name, "-i", recorded.identity, "--frames", "--json")
    first = json.loads(result.stdout.splitlines()[0])
    assert (first["kind"], first["done"], first["kept"]) == ("frame", 2_000_000, [[0, 0, 64, 64]])


def test_a_wrong_key_has_its_own_exit_code(recorded: Recorded) -> None:
    result = recorded.run(cat, recorded.episode.name)
    assert isinstance(result.exception, KeyMismatchError)


def test_what_is_damaged_is_told_after_the_rest(recorded: Recorded) -> None:
    (recorded.episode / "00000001.seg").write_bytes(b"")
    result = recorded.run(cat, recorded.episode.name, "-i", recorded.identity)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "damaged: Episode" in result.stderr
