"""nodreel cat: events as JSON lines, for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from nodreel.cli.reading import (
    episode_argument,
    identity_option,
    json_option,
    opened,
    say_json,
    tell_damage,
)
from nodreel.episode import Picture

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.episode.reader import Item


@click.command()
@episode_argument
@identity_option
@click.option("--frames", is_flag=True, help="Also a line for each frame (without its pixels).")
@json_option
def cat(episode: str, identity: Path | None, *, frames: bool, as_json: bool) -> None:
    """Print the events of EPISODE as JSON lines; t is in nanoseconds from its start."""
    del as_json  # there is no other form
    found = opened(episode, identity)
    for item in found if frames else found.events():
        say_json(plain(item))
    tell_damage(found.damage)


def plain(item: Item) -> dict[str, object]:
    """Return an event or picture as JSON; ``kind`` says which."""
    if isinstance(item, Picture):
        return {
            "kind": "frame", "t": item.t, "done": item.done, "epoch": item.epoch,
            "width": item.width, "height": item.height, "app": item.app,
            "kept": [[r.x, r.y, r.w, r.h] for r in item.kept],
        }  # fmt: skip
    return {"kind": type(item).__name__.lower(), **asdict(item)}
