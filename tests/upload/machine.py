"""A person's machine for tests: a real yes, real episodes under it, and a policy that sends."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodreel.consent import withdraw
from nodreel.episode import EpisodeAbout, EpisodeWriter
from nodreel.events import MILLISECOND, TILE, Frame, Key, KeyClass, Nanos, Rect, Tile
from nodreel.policy import load_policy
from nodreel.store import Store
from nodreel.upload.batch import read_manifest, unpack
from nodreel.upload.permit import Permit, permit
from nodreel.upload.run import Uploader
from nodreel.upload.sent import SENT, SentLedger
from tests.consent.clocks import TurnedClock
from tests.consent.yes import agree
from tests.policy.samples import TOML

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.consent import Grant
    from nodreel.paths import Paths
    from nodreel.upload.objects import ObjectStore
    from nodreel.upload.run import Outcome
    from tests.upload.memory import MemoryStore

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class SealNever:
    seal_s: float = 10.0
    episode_minutes: int = 60
    episode_mb: int = 1024


class Unhurried:
    """A gauge without a clock; remembers what was moved."""

    def __init__(self, largest: int = 32 * MEGABYTE, daily: int = 1 << 40) -> None:
        self.largest, self.daily, self.sum = largest, daily, 0

    def may(self, size: int) -> bool:
        return self.sum + size <= self.daily

    def moved(self, size: int) -> None:
        self.sum += size


@dataclass
class Machine:
    paths: Paths
    inbox_key: str
    to: str = "s3://recordings/ui"
    more: str = ""
    clock: TurnedClock = field(default_factory=TurnedClock)
    _grant: Grant | None = None

    def write_policy(self, text: str = "") -> None:
        self.paths.config.mkdir(parents=True, exist_ok=True)
        upload = f'\n[upload]\nto = "{self.to}"\ninbox_key = "{self.inbox_key}"\n{self.more}'
        self.paths.policy.write_text(text or TOML + upload)

    @property
    def grant(self) -> Grant:
        if self._grant is None:
            self.write_policy()
            self._grant = agree(self.paths, self.clock, load_policy(self.paths).policy)
        return self._grant

    def permit(self) -> Permit:
        return permit(self.paths, self.clock)

    @property
    def store(self) -> Store:
        return Store(self.paths, self.clock)

    @property
    def ledger(self) -> SentLedger:
        return SentLedger(self.paths.data / SENT)

    def record(
        self, segments: int = 3, *, release: bool = True, filler: int = 0, pictures: bool = False
    ) -> str:
        """Record an episode of so many segments; ``filler`` adds that many keys to each.

        ``pictures``: each has one that nothing can make smaller, of 12 KiB.
        """
        grant = self.grant
        before = {e.id for e in self.store.episodes()}
        writer = EpisodeWriter(
            self.paths.episodes,
            EpisodeAbout(grant.consent_id, grant.policy_sha256, "train", ("mousepad",)),
            recipients=[grant.policy.recipients[0].key],
            sign=grant.sign, public_key=grant.public_key, clock=self.clock, limits=SealNever(),
        )  # fmt: skip
        for number in range(segments):
            if pictures:
                writer.add(_noise(Nanos(self.clock.mono() + number * 100 * MILLISECOND)))
            for press in range(filler + 1):
                t = Nanos(self.clock.mono() + (number * 100 + press) * MILLISECOND)
                writer.add(Key(t, True, KeyClass.CHARACTER, 38, 97, layout="us", app="mousepad"))
            writer.seal()
        writer.close("test")
        writer.leave()
        (name,) = {e.id for e in self.store.episodes()} - before
        if release:
            self.store.release_early(name)
        return name

    def held(self) -> list[str]:
        return [e.id for e in self.store.episodes() if e.state == "held"]

    def here(self) -> set[str]:
        return {e.id for e in self.store.episodes()}

    def send(
        self, objects: ObjectStore, gauge: Unhurried | None = None,
        check: Callable[[], Permit] | None = None,
    ) -> Outcome:  # fmt: skip
        return Uploader(
            self.paths, self.clock, objects=objects, gauge=gauge or Unhurried(),
            check=check or self.permit, told=lambda *_: None,
        ).run()  # fmt: skip

    def withdraw(self) -> None:
        withdraw(
            self.paths, self.clock, stored="delete",
            dispose=lambda stored: None if stored != "delete" else _drop(self.store),
        )  # fmt: skip
        self._grant = None


def arrived(memory: MemoryStore) -> list[tuple[str, int]]:
    """(episode, segment) of all that lies in the store, checked."""
    return sorted(
        (batch.start.episode, header.seq)
        for key in memory.keys("batches")
        for batch in [unpack(memory.held[key])]
        for header, _, _ in batch.segments
    )


def whole(memory: MemoryStore) -> dict[str, list[int]]:
    """Episodes that have a manifest, with the segments it leads to."""
    found = {}
    for key in memory.keys("manifests"):
        manifest = read_manifest(memory.held[key])
        manifest.read_chain()
        batches = [unpack(memory.held[f"batches/{b.sha256}"]) for b in manifest.batches]
        found[manifest.episode] = sorted(h.seq for b in batches for h, _, _ in b.segments)
    return found


def _noise(t: Nanos) -> Frame:
    tile = Tile(0, 0, random.randbytes(TILE * TILE * 3))
    return Frame(
        t, Nanos(t + MILLISECOND), 1, TILE, TILE, (Rect(0, 0, TILE, TILE),), (tile,), full=True,
        app="mousepad", after=Nanos(0), since=t,
    )  # fmt: skip


def _drop(store: Store) -> None:
    store.delete_all()
