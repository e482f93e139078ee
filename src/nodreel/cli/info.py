"""nodreel info: what an episode says of itself, without any key."""

from __future__ import annotations

import click

from nodreel.cli.reading import (
    episode_argument,
    json_option,
    moment,
    opened,
    say_json,
    seconds,
    size,
    tell_damage,
)
from nodreel.review.inert import inert


@click.command()
@episode_argument
@json_option
def info(episode: str, *, as_json: bool) -> None:
    """Show what EPISODE (an id, or a folder) says of itself; needs no key."""
    found = opened(episode, None, needs_key=False)
    header = found.header
    segments = [s for part in found.parts for s in part.chain.segments.values()]
    say: dict[str, object] = {
        "episode": header.episode, "episodes": len(found.parts), "state": found.state,
        "purpose": header.purpose, "apps": header.apps, "month": header.month,
        "consent": header.consent, "policy": header.policy, "signed_by": header.public_key,
        "length_s": seconds(found.length), "segments": len(segments),
        "bytes": sum(s.size for s in segments),
        "deleted_s": [[seconds(g.t), seconds(g.until)] for g in found.gaps],
        "frames_lost_to_deletion_s": [[seconds(g.t), seconds(g.until)] for g in found.screen_gaps],
    }  # fmt: skip
    if as_json:
        say_json(say)
    else:
        say |= {"length_s": moment(found.length), "bytes": size(sum(s.size for s in segments))}
        for name, value in say.items():
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            label = name.removesuffix("_s").replace("_", " ")
            click.echo(f"{label:24} {inert(text, 200)}")
    tell_damage(found.damage)
