"""Which episodes make which shard: a tree of bits, the same for the same set of episodes. Pure.

A shard holds the episodes whose ``position`` begins with the bits in its name. One that would grow
too big is two. So what is added or withdrawn touches the shards it lies in and no others, and what
has been built already is known by its name: that ends in a hash of all that went into it.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from nodreel.dataset.split import BITS, SPLITS, Shares, Split, position, split_of
from nodreel.policy import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_EPISODES: Final = 32  # in a shard: a few minutes of work are lost when a machine dies
MOST_BYTES: Final = 64 << 20  # of sealed recordings in a shard, unless one episode has more


@dataclass(frozen=True, slots=True)
class Found:
    """An episode as its first line tells, not yet checked.

    ``size`` is that of all its files in bytes, ``mark`` changes whenever they do.
    """

    episode: str
    consent: str
    public_key: str
    policy: str
    purpose: str
    month: str
    size: int
    mark: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides how rows come out of episodes; whatever changes them belongs in here."""

    versions: str  # of this package's rows, of actions
    frames: str = "webp"
    min_quality: float = 0.0
    scrub: str = ""  # its version and what it looks for, hashed; empty: nothing was scrubbed

    @property
    def words(self) -> bytes:
        """One spelling for the hash."""
        said = asdict(self) | {"min_quality": repr(self.min_quality)}
        return canonical(said)


@dataclass(frozen=True, slots=True)
class Shard:
    """One piece of work, and the files it becomes: ``<split>-<bits>-<hash>``."""

    name: str
    split: Split
    episodes: tuple[Found, ...]


def plan(found: Iterable[Found], key: bytes, shares: Shares, recipe: Recipe) -> list[Shard]:
    """Return the shards of a data set, in order of their names; each episode is in one."""
    placed: dict[Split, list[tuple[int, Found]]] = {split: [] for split in SPLITS}
    for one in found:
        where = placed[split_of(key, one.consent, shares)]
        where.append((position(key, one.consent, one.episode), one))
    shards = []
    for split, items in placed.items():
        items.sort(key=lambda item: (item[0], item[1].episode))
        for bits, leaf in _leaves(items, ""):
            name = f"{split}-{bits or 'all'}-{_mark(leaf, recipe)}"
            shards.append(Shard(name, split, tuple(leaf)))
    return sorted(shards, key=lambda shard: shard.name)


def _leaves(items: list[tuple[int, Found]], bits: str) -> Iterator[tuple[str, list[Found]]]:
    leaf = [one for _, one in items]
    fits = len(leaf) <= MOST_EPISODES and sum(one.size for one in leaf) <= MOST_BYTES
    if fits or len(leaf) == 1 or len(bits) == BITS:
        if leaf:
            yield bits, leaf
        return
    bit = BITS - 1 - len(bits)
    for digit in (0, 1):
        yield from _leaves([i for i in items if i[0] >> bit & 1 == digit], f"{bits}{digit}")


def _mark(leaf: Iterable[Found], recipe: Recipe) -> str:
    made_of = hashlib.sha256(recipe.words)
    for one in leaf:
        made_of.update(f"\n{one.episode} {one.mark}".encode())
    return made_of.hexdigest()[:16]
