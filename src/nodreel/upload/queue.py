"""What may leave now: released, whole, of the consent that holds; and why the rest stays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel import host
from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.episode.folder import Folder
from nodreel.episode.verify import Chain, read_chain
from nodreel.errors import EpisodeError, StoreError
from nodreel.store import Store

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.consent import Grant
    from nodreel.paths import Paths
    from nodreel.store import StoredEpisode


@dataclass(frozen=True, slots=True)
class Waiting:
    """A released episode: its headers as they lie on disk, and what they prove."""

    id: str
    raw: bytes
    chain: Chain

    @property
    def sha256(self) -> str:
        """Hex digest of the headers: another one as soon as anything of the episode changed."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def first_line(self) -> bytes:
        """The ``start`` line, without its line break."""
        return self.raw.partition(b"\n")[0]

    @property
    def bytes(self) -> int:
        """How much there is to send, about."""
        there = (s for s in self.chain.segments if not self.chain.removed(s))
        return sum(self.chain.segments[s].size + len(self.chain.lines[s]) + 1 for s in there)


@dataclass(frozen=True, slots=True)
class Staying:
    """An episode that stays here, and why, in a sentence."""

    id: str
    why: str


def queue(paths: Paths, clock: Clock, grant: Grant) -> tuple[list[Waiting], list[Staying]]:
    """Return what may leave, oldest first, and what is released but stays; StoreError."""
    waiting, staying = list[Waiting](), list[Staying]()
    if not paths.episodes.is_dir():
        return waiting, staying
    for found in Store(paths, clock).episodes():
        if not may_leave(found):
            continue
        try:
            waiting.append(look(paths, found.id, grant))
        except (EpisodeError, StoreError) as error:
            staying.append(Staying(found.id, str(error)))
    return waiting, staying


def may_leave(found: StoredEpisode) -> bool:
    """Whether an episode was released; what is held, or still being recorded, never leaves."""
    return found.state == "released"


def look(paths: Paths, episode: str, grant: Grant) -> Waiting:
    """Return one episode's headers; EpisodeError when it must not, or cannot, be sent."""
    with open_episode_folder(paths, episode) as folder:
        raw = folder.read(CHAIN, MAX_CHAIN)
    chain = read_chain(raw)
    if (chain.start.consent, chain.start.public_key) != (grant.consent_id, grant.public_key.hex()):
        raise EpisodeError("It was recorded under an earlier consent, and that is over.")
    if chain.problems:
        raise EpisodeError(f"It is damaged: {chain.problems[0]}")
    return Waiting(episode, raw, chain)


def is_released(store: Store, episode: str) -> bool:
    """Whether it still lies there and may leave: asked again before each batch."""
    return any(e.id == episode and may_leave(e) for e in store.episodes())


def open_episode_folder(paths: Paths, episode: str) -> Folder:
    """Open the folder of an episode; EpisodeError when it is not there, StoreError."""
    with Folder(host.private_dir(paths.episodes)) as root:
        try:
            return root.open(episode)
        except StoreError as error:
            raise EpisodeError(f"It is not there any more. {error}") from error
