"""nodreel dataset: many sealed episodes, one data set."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nodreel.cli.reading import json_option, read_given, say_json
from nodreel.cli.rules import rule_options, rules_of
from nodreel.clock import SystemClock
from nodreel.dataset.build import Order, build
from nodreel.dataset.rows import FRAMES
from nodreel.dataset.scrubbing import Scrubbing
from nodreel.dataset.split import Shares, split_key
from nodreel.episode.seal import MAX_IDENTITY
from nodreel.errors import KeyMismatchError, PolicyError, StoreError
from nodreel.events import SECOND
from nodreel.policy import combine
from nodreel.policy.load import LARGEST
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nodreel.clock import Clock
    from nodreel.dataset.made import Made
    from nodreel.dataset.plan import Shard
    from nodreel.policy import Policy

_PATH = click.Path(path_type=Path)


@click.group()
def dataset() -> None:
    """Make one data set of many episodes."""


@dataset.command("build")
@click.argument("source")
@click.argument("target")
@click.option("--identity", "-i", type=_PATH, required=True, metavar="FILE",
              help="The research key. With --ray it must lie there on each machine.")  # fmt: skip
@click.option("--policy", "policies", type=_PATH, multiple=True, metavar="FILE",
              help="A policy that was agreed to: for the card, and for how long one may keep"
              " recordings. May be given several times.")  # fmt: skip
@click.option("--purpose", "purposes", multiple=True, metavar="NAME",
              help="Take only what was agreed to for this purpose.")  # fmt: skip
@click.option("--shares", default="80,10,10", show_default=True, metavar="T,V,T",
              help="How many of a hundred consents train, validate and test.")  # fmt: skip
@click.option("--split-key", "key_file", type=_PATH, metavar="FILE",
              help="What decides the splits. Otherwise the first key in --identity.")  # fmt: skip
@click.option("--frames", type=click.Choice(FRAMES), default="webp", show_default=True,
              help="How pictures are stored, always without losses.")  # fmt: skip
@click.option("--min-quality", type=click.FloatRange(0, 1), default=0.0, show_default=True,
              help="Hold back episodes of which the score is lower.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 4096), default=os.cpu_count() or 1,
              help="How many processes do the work.")  # fmt: skip
@click.option("--ray", metavar="ADDRESS", help="Do it on this Ray cluster (host:port, or auto).")
@click.option("--scratch", type=_PATH, metavar="FOLDER",
              help="Where opened pictures lie for a while. Never a shared folder.")  # fmt: skip
@click.option("--retry", is_flag=True, help="Try episodes again that were held back.")
@click.option("--take-over", is_flag=True,
              help="Build although another build of this place in an object store did not say"
              " that it ended: it was killed.")  # fmt: skip
@click.option("--scrub", "scrubs", is_flag=True,
              help="Take out what is secret or names people, as `nodreel scrub` does, also in"
              " pictures: a second a picture. What follows says what to look for.")  # fmt: skip
@rule_options
@json_option
def build_(
    *, source: str, target: str, identity: Path, policies: Sequence[Path],
    purposes: Sequence[str], shares: str, key_file: Path | None, frames: str, min_quality: float,
    workers: int, ray: str | None, scratch: Path | None, retry: bool, take_over: bool,
    scrubs: bool, as_json: bool, **asked: Any,
) -> None:  # fmt: skip
    """Build a data set in TARGET from all episodes in SOURCE, or bring it up to date.

    Both are a folder, or s3://bucket/prefix with credentials in the environment. Run it again
    whenever you like: what is done stays, what is new is added, and of what was withdrawn no row
    is left. What could not be used stands in held.jsonl, each with its reason.
    """
    if not scrubs and (asked["words"] or asked["domains"]):
        raise click.UsageError("--words and --domain say what to look for: they want --scrub.")
    scrubbing = _scrubbing(**asked) if scrubs else None
    order = Order(
        source, target, identity, _key(key_file or identity), _policies(policies),
        tuple(purposes), _shares(shares), frames, min_quality, workers, ray, scratch, retry,
        scrubbing, take_over,
    )  # fmt: skip
    card = build(order, SystemClock(), Told(SystemClock()))
    if as_json:
        say_json(card)
        return
    for name, said in _splits(card).items():
        counts = ", ".join(
            f"{said[k]:,} {k}" for k in ("consents", "episodes", "actions", "frames")
        )
        click.echo(f"{name}: {counts}")
    seen = "" if scrubs else " Nothing was scrubbed from it."
    click.echo(
        f"{inert(target, 400)} is complete. It is not sealed.{seen} Read CARD.md before you use it."
    )


def _scrubbing(
    regions: tuple[str, ...], domains: tuple[str, ...], words: Path | None,
    languages: tuple[str, ...],
) -> Scrubbing:  # fmt: skip
    return Scrubbing(rules_of(regions, domains, words), languages)


def _splits(card: Mapping[str, object]) -> dict[str, dict[str, int]]:
    found = card["splits"]
    return found if isinstance(found, dict) else {}


class Told:
    """Says on standard error how it goes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.mono()
        self._todo = self._done = self._episodes = self._held = 0

    def looked(self, episodes: int) -> None:
        """Say how many were found."""
        click.echo(f"{episodes:,} episodes found", err=True)

    def planned(self, shards: Sequence[Shard], done: Sequence[Shard], stale: int) -> None:
        """Say what there is to do."""
        self._todo, self._began = len(shards) - len(done), self._clock.mono()
        if stale:
            click.echo(f"{stale:,} files removed that hold what may no longer be in it", err=True)
        told = f"{len(shards):,} shards to make"
        click.echo(f"{told}, {len(done):,} of them there already" if done else told, err=True)

    def made(self, made: Made) -> None:
        """Say how far it is, and how long it may take."""
        self._done += 1
        self._episodes += len(made.episodes)
        self._held += len(made.held)
        left = (self._clock.mono() - self._began) / SECOND / self._done * (self._todo - self._done)
        minutes = f", about {left / 60:.0f} min left" if left >= 60 else ""  # noqa: PLR2004
        held = f", {self._held:,} held back" if self._held else ""
        click.echo(
            f"{self._done:,} of {self._todo:,} shards, {self._episodes:,} episodes{held}{minutes}",
            err=True,
        )


def _key(path: Path) -> bytes:
    try:
        lines = [line.strip() for line in read_given(path, MAX_IDENTITY).decode().splitlines()]
    except (StoreError, UnicodeDecodeError) as error:
        raise KeyMismatchError(f"Cannot read the key file {path}: {error}") from error
    words = [line for line in lines if line and not line.startswith("#")]
    if not words:
        raise KeyMismatchError(f"There is no key in {path}.")
    return split_key(words[0])


def _shares(text: str) -> Shares:
    try:
        train, validation, test = (int(part) for part in text.split(","))
        return Shares(train, validation, test)
    except ValueError as error:
        raise StoreError(
            f"{inert(text, 40)} are not three numbers.", advice="Give them as 80,10,10."
        ) from error


def _policies(paths: Sequence[Path]) -> dict[str, Policy]:
    found = {}
    for path in paths:
        try:
            text = read_given(path, LARGEST).decode()
        except (StoreError, UnicodeDecodeError) as error:
            raise PolicyError(f"Cannot read the policy {path}: {error}") from error
        policy = combine([(path, text)]).policy
        found[policy.sha256] = policy
    return found
