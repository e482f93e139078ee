"""What a start does about episodes that a crash left open: closes them, and says so.

A segment file without a header line is removed, not adopted: nothing says when it was recorded, we
cannot read it, and signing it would vouch for whatever somebody put there. It is at most the 3 s
that a crash a moment earlier would have cost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nodreel import host
from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.episode.folder import TEMPORARY, Folder
from nodreel.episode.ids import is_id
from nodreel.episode.journal import LOCAL, ChainFile, Signer, segment_name
from nodreel.episode.verify import Chain, read_chain
from nodreel.errors import EpisodeError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEGMENT: Final = re.compile(r"\d{8}\.seg", re.ASCII)


def recover(folder: Path, sign: Callable[[bytes], bytes], public_key: bytes) -> list[str]:
    """Close the open episodes of this key in ``folder``; returns their ids.

    Removes what no chain counts: temporary files, segments without a header, episodes that never
    began. Run it only while nobody writes. An episode of another key stays as it is, readable.
    Raises StoreError, DiskFullError; running it again goes on where it stopped.
    """
    closed = []
    with Folder(host.private_dir(folder)) as root:
        for name in filter(is_id, root.names()):
            with root.open(name) as episode:
                began = _recover_one(episode, Signer(sign, public_key))
            if began is None:
                root.remove(name)
                root.sync()
            elif began:
                closed.append(name)
    return closed


def _recover_one(episode: Folder, signer: Signer) -> bool | None:
    """Tidy one episode; True when it was closed, None when it had never begun."""
    names = episode.names()
    for name in names:
        if name.startswith(".") and name.endswith(TEMPORARY):
            episode.unlink(name)
    if CHAIN not in names:
        if not any(SEGMENT.fullmatch(name) for name in names):
            episode.unlink(LOCAL)
            return None
        return False  # somebody took the chain away: not ours to judge
    try:
        chain = read_chain(episode.read(CHAIN, MAX_CHAIN))
    except EpisodeError:
        return False  # the reader will say what is wrong with it
    _remove_uncounted(episode, names, chain)
    episode.sync()
    if chain.state != "open" or chain.start.public_key != signer.public_key.hex():
        return False
    file = ChainFile(episode, signer, chain.whole, chain.tail)
    try:
        file.add({"kind": "recovered", "episode": chain.start.episode, "seq": chain.next_seq})
    finally:
        file.close()
    return True


def _remove_uncounted(episode: Folder, names: list[str], chain: Chain) -> None:
    """Remove segment files from the first number on that the chain does not count."""
    for name in names:
        if SEGMENT.fullmatch(name) and name >= segment_name(chain.next_seq):
            try:
                episode.unlink(name)
            except StoreError:
                continue  # a folder of that name: no file of ours
