"""nodreel keys: the researcher's key pair (see docs/keys.md for rotation and loss)."""

from __future__ import annotations

from pathlib import Path

import click

from nodreel.cli.reading import json_option, say_json
from nodreel.episode.seal import new_identity, read_identities, recipient_of

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def keys() -> None:
    """Make and show the key that opens recordings. For researchers; recording needs none."""


@keys.command()
@_FILE
@json_option
def new(file: Path, *, as_json: bool) -> None:
    """Write a new secret key to FILE (readable by you alone) and print its public half."""
    public = new_identity(file)
    if as_json:
        say_json({"file": str(file), "recipient": public})
        return
    click.echo(public)
    click.echo(
        f"The secret half is in {file}. Keep two copies; without it nothing opens.", err=True
    )
    click.echo("The line above goes into the policy, as a recipient's key.", err=True)


@keys.command()
@_FILE
@json_option
def show(file: Path, *, as_json: bool) -> None:
    """Print the public half of each secret key in FILE."""
    public = [recipient_of(identity) for identity in read_identities(file)]
    if as_json:
        say_json({"file": str(file), "recipients": public})
        return
    for line in public:
        click.echo(line)
