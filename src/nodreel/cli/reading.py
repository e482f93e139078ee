"""What the commands that read episodes share: which episode, which key, how damage is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from nodreel.episode import open_episode
from nodreel.episode.ids import is_id
from nodreel.errors import EpisodeError, StoreError
from nodreel.events import SECOND
from nodreel.host.keyring import review_key
from nodreel.paths import default_paths
from nodreel.review.inert import inert
from nodreel.review.words import moment, size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.episode import Episode

__all__ = [
    "MOST_DAMAGE", "episode_argument", "identity_option", "json_option", "locate", "moment",
    "opened", "read_given", "say_json", "seconds", "size", "tell_damage",
]  # fmt: skip

MOST_DAMAGE: Final = 20  # lines; the rest is counted

episode_argument = click.argument("episode")
identity_option = click.option(
    "--identity", "-i", type=click.Path(path_type=Path), metavar="FILE",
    help="The research key. Without it, your review key from the keyring is tried.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def locate(episode: str) -> Path:
    """Return the folder of an id of the store, or of a path."""
    return default_paths().episodes / episode if is_id(episode) else Path(episode)


def opened(episode: str, identity: Path | None, *, needs_key: bool = True) -> Episode:
    """Open what a command names; raises EpisodeError, KeyMismatchError."""
    key = identity or (review_key() if needs_key else None)
    return open_episode(locate(episode), key)


def tell_damage(damage: Iterable[EpisodeError]) -> None:
    """Print what was damaged to standard error; end with its exit code when there was any."""
    found = list(damage)
    for error in found[:MOST_DAMAGE]:
        click.echo(f"damaged: {inert(str(error), 400)}", err=True)
    if len(found) > MOST_DAMAGE:
        click.echo(f"damaged: and {len(found) - MOST_DAMAGE} more", err=True)
    if found:
        click.get_current_context().exit(EpisodeError.exit_code)


def read_given(path: Path, limit: int) -> bytes:
    """Return a file that the person named; raises StoreError also for more than ``limit`` bytes."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise StoreError(f"Cannot read {path}: {error.strerror}.") from error
    if len(data) > limit:
        raise StoreError(f"{path} has more than {limit:,} bytes, so it is not what it should be.")
    return data


def say_json(value: object) -> None:
    """Print one line of JSON; ASCII only, so that nothing in it reaches the terminal."""
    click.echo(json.dumps(value, separators=(",", ":")))


def seconds(nanos: int) -> float:
    """Return nanoseconds as seconds, to the microsecond."""
    return round(nanos / SECOND, 6)
