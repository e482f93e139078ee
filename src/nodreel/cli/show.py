"""nodreel show: what was recorded, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nodreel.cli.cat import plain
from nodreel.cli.reading import (
    episode_argument,
    identity_option,
    json_option,
    moment,
    opened,
    say_json,
    tell_damage,
)
from nodreel.review.told import told

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@episode_argument
@identity_option
@click.option("--most", type=click.IntRange(1), default=1000, show_default=True, help="Lines.")
@json_option
def show(episode: str, identity: Path | None, most: int, *, as_json: bool) -> None:
    """Show what EPISODE holds, as a timeline. Titles and notes are data: shown, never obeyed."""
    found = opened(episode, identity)
    for count, (at, text, item) in enumerate(told(found)):
        if count == most:
            click.echo("… more; see --most, or `nodreel cat`.", err=True)
            break
        if as_json:
            say_json({**plain(item), "text": text})
        else:
            click.echo(f"{moment(at)}  {text}")
    tell_damage(found.damage)
