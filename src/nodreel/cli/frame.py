"""nodreel frame: the picture before a moment, as a PNG."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nodreel.cli.reading import (
    episode_argument,
    identity_option,
    json_option,
    opened,
    say_json,
    seconds,
    tell_damage,
)
from nodreel.errors import EpisodeError, StoreError, UnsupportedError
from nodreel.events import SECOND

if TYPE_CHECKING:
    from nodreel.episode import Picture


@click.command()
@episode_argument
@identity_option
@click.option("-t", "--at", type=click.FloatRange(0), required=True, help="Seconds from the start.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="The PNG to write.",
)  # fmt: skip
@json_option
def frame(episode: str, identity: Path | None, at: float, output: Path, *, as_json: bool) -> None:
    """Write the last picture of EPISODE that was complete before a moment."""
    found = opened(episode, identity)
    moment = round(at * SECOND)
    picture = found.frame_at(moment)
    if picture is None:
        tell_damage(found.damage)
        raise EpisodeError(
            f"There is no frame before {at:g} s.",
            advice="`nodreel show EPISODE` tells when there are frames.",
        )
    doubtful, straddled = found.doubtful(moment), found.straddles(moment)
    write_png(picture, output)
    if as_json:
        say_json({
            "t_s": seconds(picture.t), "done_s": seconds(picture.done), "file": str(output),
            "width": picture.width, "height": picture.height, "straddled": straddled,
            "doubtful": [[r.x, r.y, r.w, r.h] for r in doubtful],
        })  # fmt: skip
    else:
        click.echo(f"{output}: the screen as of {seconds(picture.done)} s.")
        if straddled:
            click.echo(
                f"(Something newer had begun to be drawn by then, or was being taken; "
                f"in {len(doubtful)} tiles only the next frame shows it.)"
            )
    tell_damage(found.damage)


def write_png(picture: Picture, output: Path) -> None:
    """Write a picture to a file; raises UnsupportedError without Pillow, StoreError."""
    try:
        from PIL import Image
    except ImportError as error:
        raise UnsupportedError(
            "Writing PNG needs Pillow, which is not installed.",
            advice="Install it with: pip install 'nodreel[read]'",
        ) from error
    wide_high = (picture.width, picture.height)
    try:
        Image.frombytes("RGB", wide_high, picture.pixels, "raw", "BGR").save(output, "PNG")
    except OSError as error:
        raise StoreError(f"Cannot write {output}: {error.strerror}.") from error
