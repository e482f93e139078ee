"""nodreel note: the person's own words on what they are doing."""

from __future__ import annotations

import click

from nodreel.cli.answers import answer, json_option
from nodreel.ipc.client import call
from nodreel.ipc.wire import AddNote
from nodreel.paths import default_paths

LONGEST = 500
PATIENCE_S = 10.0


@click.command()
@click.argument("text", nargs=-1, required=True)
@json_option
def note(text: tuple[str, ...], *, as_json: bool) -> None:
    """Say in your own words what you are doing; it is stored like an event, and yours to delete."""
    words = " ".join(text).strip()
    if not 0 < len(words) <= LONGEST:
        raise click.UsageError(f"A note has 1 to {LONGEST} characters; this one has {len(words)}.")
    answer(call(default_paths(), AddNote(text=words), timeout=PATIENCE_S), as_json=as_json)
