"""nodreel export: a recording in the format of another program."""

from __future__ import annotations

from pathlib import Path

import click

from nodreel.cli.reading import (
    episode_argument,
    identity_option,
    json_option,
    opened,
    say_json,
    tell_damage,
)
from nodreel.export.formats import FORMATS, export
from nodreel.export.source import read_source
from nodreel.review.inert import inert

_EVERY = 25  # pictures between two lines of progress where standard error is no terminal


@click.command("export")
@episode_argument
@click.argument("destination", type=click.Path(path_type=Path))
@click.option(
    "--to", "name", type=click.Choice(sorted(FORMATS)), required=True,
    help=" ".join(f"{f.name}: {f.about}" for f in FORMATS.values()),
)  # fmt: skip
@identity_option
@json_option
def export_(
    episode: str, destination: Path, name: str, identity: Path | None, *, as_json: bool
) -> None:
    """Write EPISODE to the new folder DESTINATION in another format.

    What a format cannot hold stands in CARD.md and card.json beside the data. The result is not
    sealed: whoever can read the folder can read the recording.
    """
    found = opened(episode, identity)
    source = read_source(found)
    counts = export(source, name, destination, _tell)
    if as_json:
        say_json({"format": name, "folder": str(destination), "holds": counts,
                  "cannot_hold": list(FORMATS[name].cannot)})  # fmt: skip
    else:
        said = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items())
        click.echo(f"{inert(str(destination), 400)}: {said}.")
        click.echo("It is not sealed. What this format cannot hold stands in CARD.md.")
    tell_damage(found.damage)


def _tell(done: int, total: int) -> None:
    if done == total or done % _EVERY == 0:
        click.echo(f"{done} of {total} pictures", err=True)
