"""What a start does about episodes that a crash left open: closes them, and says so.

A whole record in a file of segments counts, though the power failed before its line reached the
chain: it carries that line, signed while it was recorded. Anything else that no header counts is
removed, not adopted: signing it would vouch for whatever somebody put there. It is at most the 3 s
that a crash a moment earlier would have cost.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nodreel import host
from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.episode.folder import TEMPORARY, Folder
from nodreel.episode.ids import is_id
from nodreel.episode.journal import LOCAL, ChainFile, Signer
from nodreel.episode.segments import segment_name, uncounted, whole_until
from nodreel.episode.verify import Chain, follow, read_chain
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
            try:
                episode = root.open(name)
            except StoreError:
                continue  # a link or a plain file: no episode, and what it is called stops nobody
            with episode:
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
        chain, whole, tail, lines = _chain(episode, names)
    except EpisodeError:
        return False  # the reader will say what is wrong with it
    if lines:
        file = ChainFile(episode, signer, whole, tail)
        try:
            file.put(lines, durable=True)
        finally:
            file.close()
    _remove_uncounted(episode, names, chain)
    episode.sync()
    if chain.state != "open" or chain.start.public_key != signer.public_key.hex():
        return False
    file = ChainFile(episode, signer, whole + len(lines), chain.tail)
    try:
        file.add({"kind": "recovered", "episode": chain.start.episode, "seq": chain.next_seq})
    finally:
        file.close()
    return True


def _chain(episode: Folder, names: list[str]) -> tuple[Chain, int, str, bytes]:
    """Return the chain with what the files add to it: what to keep of it, and lines to add there.

    A power cut may have kept a line and lost one before it. Where the files have them all, whatever
    follows the last good line is written anew.
    """
    data = episode.read(CHAIN, MAX_CHAIN)
    chain = read_chain(data)
    sound = _sound(data)
    if len(sound) < chain.whole:
        again = read_chain(sound)
        place = again.whole, again.tail
        anew = _adopted(episode, names, again)
        if again.next_seq >= chain.next_seq and again.edits == chain.edits:
            return again, *place, anew
    place = chain.whole, chain.tail
    return chain, *place, _adopted(episode, names, chain) if chain.state == "open" else b""


def _sound(data: bytes) -> bytes:
    """Return the lines of a chain before the first that is wrong."""
    first, *lines = data.split(b"\n")
    chain = read_chain(first + b"\n")
    length = len(first) + 1
    for line in lines[:-1]:
        if follow(chain, line) is not None:
            break
        length += len(line) + 1
    return data[:length]


def _adopted(episode: Folder, names: list[str], chain: Chain) -> bytes:
    """Take into ``chain`` what whole records in the files add to it; returns their lines.

    Where two files go on from the same segment, the one that begins with the next is the one that
    was gone on with: the other's last write had failed.
    """
    numbers = sorted((int(n[:8]) for n in names if SEGMENT.fullmatch(n)), reverse=True)
    found = b""
    while True:
        before = len(found)
        for number in numbers:
            for line in uncounted(episode, chain, number):
                follow(chain, line)
                found += line + b"\n"
        if len(found) == before:
            return found


def _remove_uncounted(episode: Folder, names: list[str], chain: Chain) -> None:
    """Remove what the chain does not count: whole files, and what follows the last record."""
    for name in names:
        if not SEGMENT.fullmatch(name):
            continue
        whole = whole_until(chain, int(name[:8]))
        with suppress(StoreError):  # a folder of that name: no file of ours
            if whole == 0 and name >= segment_name(chain.next_seq):
                episode.unlink(name)
            elif chain.state == "open" and 0 < whole < episode.size(name):
                episode.cut(name, whole)
