from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.testing import CliRunner

from nodreel.cli.reading import locate, moment, opened, seconds, size, tell_damage
from nodreel.errors import EpisodeError
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.recorded import Recorded


def test_an_episode_is_named_by_its_id_or_its_folder(recorded: Recorded) -> None:
    assert locate(recorded.episode.name) == recorded.episode
    assert locate(str(recorded.episode)) == recorded.episode
    assert default_paths().episodes == recorded.episode.parent


def test_with_a_key_it_opens(recorded: Recorded) -> None:
    found = opened(recorded.episode.name, recorded.identity)
    assert len(list(found.frames())) == 1


def test_without_a_keyring_headers_are_readable(recorded: Recorded) -> None:
    assert opened(recorded.episode.name, None).header.purpose == "ui-research"


def test_damage_is_told_and_is_the_exit_code(tmp_path: Path) -> None:
    @click.command()
    def command() -> None:
        tell_damage(EpisodeError(f"\x1b number {n}") for n in range(25))

    result = CliRunner().invoke(command)
    assert result.exit_code == 3
    assert "damaged: · number 0" in result.stderr
    assert "and 5 more" in result.stderr


def test_figures_read_well() -> None:
    assert moment(3_723_004_000_000) == "1:02:03.004"
    assert seconds(1_500_000_400) == 1.5
    assert (size(2048), size(3 << 20)) == ("2.0 KiB", "3.0 MiB")
