"""nodreel list: the episodes that lie on this machine."""

from __future__ import annotations

import click

from nodreel.cli.reading import json_option, moment, say_json, seconds, size
from nodreel.clock import SystemClock, iso
from nodreel.host import is_interactive
from nodreel.paths import default_paths
from nodreel.review.inert import inert
from nodreel.store import Store, StoredEpisode


@click.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """Show the episodes that lie on this machine, and which of them may leave it."""
    store = Store(default_paths(), SystemClock())
    found = store.episodes()
    if as_json:
        say_json([_plain(episode) for episode in found])
        return
    for episode in found:
        started = iso(episode.started) if episode.started is not None else "?"
        apps = inert(", ".join(episode.apps), 40)
        columns = (started, moment(episode.length), f"{size(episode.bytes):>10}", apps)
        click.echo(f"{episode.id}  {episode.state:9}  " + "  ".join(columns))
    if not found:
        click.echo("Nothing is stored here.")
    elif is_interactive():
        store.offer_review()
        click.echo("Look into one with `nodreel show ID`, delete with `nodreel delete`.")


def _plain(episode: StoredEpisode) -> dict[str, object]:
    return {
        "id": episode.id, "state": episode.state,
        "started": None if episode.started is None else iso(episode.started),
        "length_s": seconds(episode.length), "bytes": episode.bytes,
        "segments": episode.segments, "apps": list(episode.apps),
        "review_offered": episode.hold is not None and episode.hold.offered,
    }  # fmt: skip
