"""nodreel verify: whether an episode is what was signed, and all of it."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@episode_argument
@identity_option
@json_option
def verify(episode: str, identity: Path | None, *, as_json: bool) -> None:
    """Check signatures, order and every byte of EPISODE; with --identity, what is inside, too."""
    found = opened(episode, identity, needs_key=False)
    damage = found.verify()
    segments = sum(len(part.numbers()) for part in found.parts)
    if as_json:
        say_json({
            "ok": not damage, "damage": [str(error) for error in damage], "segments": segments,
            "state": found.state, "looked_inside": identity is not None,
        })  # fmt: skip
        damage and click.get_current_context().exit(damage[0].exit_code)
    elif not damage:
        inside = "" if identity else " What is inside was not looked at: give --identity FILE."
        click.echo(f"All is as it was signed ({segments} segments, {found.state}).{inside}")
    tell_damage(damage)
