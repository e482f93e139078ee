"""Deleting here what was sent and read back: only if it still is what was sent.

It takes another name first, under which nobody cuts in it; then its headers are compared, and only
then does it get the name under which it goes. A crash before that leaves it to be taken back.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.episode.ids import is_id
from nodreel.errors import EpisodeError, StoreError
from nodreel.store.erase import SENT, finish_episode, waits
from nodreel.store.shelf import glance

if TYPE_CHECKING:
    from nodreel.clock import WallNanos
    from nodreel.episode.folder import Folder
    from nodreel.store.erase import Tombstones

LEAVING: Final = ".leaving"


def forget(
    root: Folder, name: str, chain_sha256: str, tombstones: Tombstones, now: WallNanos
) -> None:
    """Delete an episode that was released and has these headers, nothing of which is being cut.

    Raises StoreError, EpisodeError: then it is still there, if under another name until the next
    look.
    """
    with root.open(name) as episode:
        if glance(name, episode).state != "released":
            raise StoreError(f"Episode {name} was not released.")
        root.rename(name, name + LEAVING)
        root.sync()
        if not _is(episode, chain_sha256):
            take_back(root)
            raise StoreError(f"Episode {name} is not what was sent.")
    root.rename(name + LEAVING, name + SENT)
    root.sync()
    finish_episode(root, name + SENT, tombstones, now)
    if name + SENT in root.names():
        raise StoreError(
            f"Episode {name} was sent, and not all of it can be deleted here.",
            advice="It is tried again; see whether the disk can be written.",
        )


def _is(episode: Folder, chain_sha256: str) -> bool:
    """Whether it has these headers, and nothing of it is being cut."""
    try:
        found = hashlib.sha256(episode.read(CHAIN, MAX_CHAIN)).hexdigest()
        return found == chain_sha256 and not waits(episode)
    except (EpisodeError, StoreError):
        return False


def take_back(root: Folder) -> None:
    """Give what was not compared yet its name again; what cannot be renamed is tried again."""
    for name in root.names():
        if name.endswith(LEAVING) and is_id(name.removesuffix(LEAVING)):
            with suppress(StoreError):
                root.rename(name, name.removesuffix(LEAVING))
                root.sync()
