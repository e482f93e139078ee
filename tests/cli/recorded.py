"""A recorded episode in the store that the commands look into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.events import Focus, Note
from nodreel.paths import default_paths
from tests.episode.studio import Screen, Studio, at, click, key, move

if TYPE_CHECKING:
    from pathlib import Path

    import click as click_
    from click.testing import Result

EVIL = "\x1b[31m\u202eevil\x07\n<script>"


@dataclass
class Recorded:
    studio: Studio
    episode: Path
    identity: Path
    pixels: bytes

    def run(self, command: click_.Command, *args: object, **more: str) -> Result:
        return CliRunner().invoke(command, [str(a) for a in args], **more)  # type: ignore[arg-type]


def record(folder: Path) -> Recorded:
    paths = default_paths()
    paths.data.mkdir(parents=True, mode=0o700)
    for parent in (paths.data, *paths.data.parents[:2]):
        parent.chmod(0o700)
    studio, screen = Studio(paths.episodes), Screen()
    episode = studio.record([
        screen.frame(0, full=True), Focus(at(5), "editor", EVIL), key(10), key(20, press=False),
        move(30), move(40), click(50), Note(at(60), EVIL),
    ])  # fmt: skip
    identity = folder / "research.key"
    identity.write_text(studio.identity)
    return Recorded(studio, episode, identity, screen.pixels())
