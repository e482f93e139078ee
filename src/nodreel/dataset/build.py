"""A data set, from what lies at a place to the card: what is left out first, what is made last.

The order is what keeps promises. Rows of people who withdrew go before anything new is made, and
so does the word that the data set is complete; that word is written last. Whenever it is killed,
another run finds what is done by its name, and goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from nodreel import action
from nodreel.dataset import rows
from nodreel.dataset.engine import Work, public_halves, run
from nodreel.dataset.finish import (
    EPISODES,
    HELD,
    Finish,
    finish,
    read_manifest,
    say_unfinished,
)
from nodreel.dataset.made import LARGEST, SHARDS, TABLES, Made, note_name, read_made, table_name
from nodreel.dataset.places import place_of
from nodreel.dataset.plan import Recipe, Shard, plan
from nodreel.dataset.sieve import day_of, sift
from nodreel.dataset.split import DEFAULT, Shares, key_name
from nodreel.dataset.survey import Survey, survey
from nodreel.errors import EpisodeError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.dataset.places import Place
    from nodreel.dataset.scrubbing import Scrubbing
    from nodreel.policy import Policy

_OURS: Final = (*(f"{table}/split=" for table in TABLES), f"{SHARDS}/")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. ``key`` decides the splits; ``policies`` are the agreed ones, by hash."""

    source: str
    target: str
    identity: Path
    key: bytes
    policies: Mapping[str, Policy]
    purposes: tuple[str, ...] = ()
    shares: Shares = DEFAULT
    frames: str = "webp"
    min_quality: float = 0.0
    workers: int = 1
    ray: str | None = None
    scratch: Path | None = None
    retry: bool = False
    scrubbing: Scrubbing | None = None
    take_over: bool = False

    @property
    def recipe(self) -> Recipe:
        """What decides how rows come out of episodes."""
        versions = f"rows {rows.VERSION}, actions {action.VERSION}"
        scrub = "" if self.scrubbing is None else self.scrubbing.name(self.key)
        return Recipe(versions, self.frames, self.min_quality, scrub)


class Listener(Protocol):
    """Hears how it goes."""

    def looked(self, episodes: int) -> None:
        """Hear how many episodes were found so far."""
        ...

    def planned(self, shards: Sequence[Shard], done: Sequence[Shard], stale: int) -> None:
        """Hear what is to be made, what of it is done, and how many files were removed."""
        ...

    def made(self, made: Made) -> None:
        """Hear that one more shard is there."""
        ...


def build(order: Order, clock: Clock, listener: Listener) -> dict[str, object]:
    """Build a data set, or bring one up to date; return its card.

    Raises StoreError, EpisodeError, PolicyError, UnsupportedError: what was made until then stays,
    and the next run goes on with it.
    """
    target = place_of(order.target, order.scratch)
    with target.alone(take_over=order.take_over) as check:
        return _build(order, target, clock, listener, check)


def _build(
    order: Order, target: Place, clock: Clock, listener: Listener, check: Callable[[], None]
) -> dict[str, object]:
    keys = public_halves(order.identity)
    source = place_of(order.source, order.scratch)
    seen = survey(source, listener.looked)
    _refuse_nothing(seen, order.source)
    sifted = sift(seen, order.policies, order.purposes, day_of(clock.wall()))
    shards = plan(sifted.kept, order.key, order.shares, order.recipe)
    there = dict(target.listing())
    _refuse_foreign(target, there, order)
    end = Finish(order.recipe, order.shares, key_name(order.key), sifted, order.policies, seen)
    say_unfinished(target, end, order.scratch)
    target.tidy()
    for written in (EPISODES, HELD):  # rows of the withdrawn may be in them, too; they come anew
        target.delete(written)
    stale = _remove_stale(target, there, shards)
    done = [shard for shard in shards if _is_done(target, shard, there, retry=order.retry)]
    listener.planned(shards, done, stale)
    finished = {shard.name for shard in done}
    todo = [shard for shard in shards if shard.name not in finished]
    work = Work(
        order.source, order.target, str(order.identity.absolute()), order.recipe,
        None if order.scratch is None else str(order.scratch), keys, order.scrubbing,
    )  # fmt: skip
    for made in run(work, todo, order.workers, order.ray):
        listener.made(made)
    return finish(target, shards, end, order.scratch, check)


def _refuse_nothing(seen: Survey, name: str) -> None:
    if not seen.found and not seen.tombstones:
        raise StoreError(
            f"There are no episodes in {name}.",
            advice="Name the folder, or s3://bucket/prefix, in which the episodes' folders lie.",
        )


def _refuse_foreign(target: Place, there: Mapping[str, int], order: Order) -> None:
    """Insist that what lies there is nothing, or a data set that was split by the same key."""
    if not there:
        return
    told = read_manifest(target, there)
    if told is None:
        raise StoreError(
            f"{target.name} is not empty, and is no data set.", advice="Name a new place."
        )
    shares = [order.shares.train, order.shares.validation, order.shares.test]
    if (told.get("split_key"), told.get("shares")) != (key_name(order.key), shares):
        raise StoreError(
            f"{target.name} was split by another key, or in other shares.",
            advice="Give the same --identity or --split-key and --shares, or name a new place:"
            " whom a model has learnt from must never be who it is tested on.",
        )


def _remove_stale(target: Place, there: Mapping[str, int], shards: Sequence[Shard]) -> int:
    """Delete the tables of shards that are not to be: some may hold rows of the withdrawn."""
    wanted = {
        name
        for shard in shards
        for name in (note_name(shard.name), *(table_name(t, shard.name) for t in TABLES))
    }
    stale = [n for n in there if n.startswith(_OURS) and n not in wanted]
    for name in sorted(stale, key=lambda n: not n.startswith(f"{SHARDS}/")):  # no note, no shard
        target.delete(name)
    return len(stale)


def _is_done(target: Place, shard: Shard, there: Mapping[str, int], *, retry: bool) -> bool:
    note = note_name(shard.name)
    if note not in there:
        return False
    try:
        made = read_made(target.read(note, 0, LARGEST))
    except EpisodeError:
        return False
    whole = all(there.get(file.name) == file.size for file in made.files)
    return made.name == shard.name and whole and not (retry and made.held)
