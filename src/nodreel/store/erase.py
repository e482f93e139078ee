"""Deleting, so that a crash at any moment leaves it done or to be finished, never undone.

A file of segments that all go: rename to ``.gone`` (needs no room, and readers stop seeing them),
fsync, give back the room, sign an ``edited`` header, leave a tombstone, unlink. Some segments of a
file: rename to ``.cut``, put zeros over the beginning of each (an age file without its header opens
to nobody), fsync, over the rest, then the same, and the old name again. Before either, it is noted
which segments are to go; where there is no room for that, a crash may leave some of them there.
Whole episodes: rename the folder, then the same without a header. What a crash left as ``.gone`` or
``.cut``, or noted, is finished at the next start. An episode that was sent goes the same way as
``.sent``, and leaves no tombstone: nobody asked for the copies to be deleted.
A name that is not ours is never touched, and nothing behind a link.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel import host
from nodreel.episode.chain import CHAIN, MAX_CHAIN, check_signature, sign_line
from nodreel.episode.folder import TEMPORARY, Folder
from nodreel.episode.ids import is_id
from nodreel.episode.journal import LOCAL, ChainFile, Signer
from nodreel.episode.recover import SEGMENT
from nodreel.episode.segments import by_file, cut_name, is_blank, segment_name, span
from nodreel.episode.verify import Chain, read_chain
from nodreel.errors import EpisodeError, StoreError
from nodreel.store.hold import HOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from nodreel.clock import WallNanos

GONE: Final = ".gone"
SENT: Final = ".sent"
_GONE_SEGMENT: Final = re.compile(r"\d{8}\.gone", re.ASCII)
_CUT_SEGMENT: Final = re.compile(r"\d{8}\.cut", re.ASCII)
_NOTE_LIMIT: Final = 1 << 20
_HEAD: Final = 512  # bytes of an age file that hold the beginning of its header
NOTED: Final = "deleting.json"  # the numbers of the segments that are being deleted
_OURS: Final = {CHAIN, LOCAL, HOLD, NOTED}


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted: whole episodes by id, and how many segments of others."""

    episodes: tuple[str, ...] = ()
    segments: int = 0
    unsigned: bool = False

    def __add__(self, other: Deleted) -> Deleted:
        return Deleted(
            self.episodes + other.episodes,
            self.segments + other.segments,
            self.unsigned or other.unsigned,
        )

    def __str__(self) -> str:
        if not self.episodes and not self.segments:
            return "There was nothing to delete."
        parts = []
        if self.segments:
            parts.append(_count(self.segments, "segment"))
        if self.episodes:
            parts.append(_count(len(self.episodes), "whole episode"))
        text = f"Deleted {' and '.join(parts)}, for good."
        if self.unsigned:
            text += " (Whole episodes, because the key that could sign a cut is gone.)"
        return text


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


class Tombstones:
    """One small file for each episode that lost something, for whoever must delete copies."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lay(self, episode: str, removed: list[list[int]] | None, now: WallNanos) -> None:
        """Note what was deleted (None: all of it); raises StoreError, DiskFullError."""
        note = {"episode": episode, "removed": "all" if removed is None else removed, "wall": now}
        with Folder(host.private_dir(self._path)) as folder:
            folder.replace(f"{episode}.json", json.dumps(note).encode())


def can_sign(chain: Chain, sign: Callable[[bytes], bytes] | None) -> bool:
    """Whether ``sign`` is the key of that episode."""
    if sign is None:
        return False
    probe = sign_line({"episode": chain.start.episode, "kind": "probe"}, chain.tail, sign)
    try:
        check_signature(probe, chain.start.public_key)
    except EpisodeError:
        return False
    return True


def erase_segments(
    episode: Folder, seqs: Iterable[int], sign: Callable[[bytes], bytes],
    tombstones: Tombstones, now: WallNanos,
) -> int:  # fmt: skip
    """Delete segments by number; returns how many. Raises StoreError, DiskFullError.

    Those that share a file which has other names go with all that is in it: nothing is written
    into somebody else's file, and the name is ours to take.
    """
    chain = read_chain(episode.read(CHAIN, MAX_CHAIN))
    wanted = set(seqs) | _noted(episode)
    with suppress(StoreError):  # without room it is done all the same; a crash may cut that short
        episode.replace(NOTED, json.dumps(sorted(wanted)).encode())
    _take(episode, chain, wanted)
    return finish_segments(episode, sign, tombstones, now)


def _take(episode: Folder, chain: Chain, wanted: set[int]) -> None:
    """Take away the names of whole files, and the beginnings of other segments; may be repeated."""
    some = []
    for number, there in by_file(chain).items():
        left = [seq for seq in there if seq not in wanted and not chain.removed(seq)]
        name = segment_name(number)
        if not wanted.intersection(there):
            continue
        if episode.size(cut_name(number)):
            some.append(number)
        if left == there or not episode.size(name):
            continue
        if left and episode.alone(name):
            episode.rename(name, cut_name(number))
            some.append(number)
        else:
            episode.rename(name, f"{number:08d}{GONE}")
    episode.sync()
    for number in some:
        there = [s for s in by_file(chain)[number] if s in wanted]
        heads = [(at, min(size, _HEAD)) for at, size in (span(chain, seq) for seq in there)]
        episode.blank(cut_name(number), heads)


def finish_segments(
    episode: Folder, sign: Callable[[bytes], bytes] | None, tombstones: Tombstones, now: WallNanos
) -> int:
    """Finish what a deletion began; without the episode's key the names wait, emptied."""
    if not waits(episode):
        return 0
    _gone(episode)  # first: whatever else fails
    chain = read_chain(episode.read(CHAIN, MAX_CHAIN))
    _take(episode, chain, _noted(episode))
    gone = _gone(episode)
    cut = [name for name in episode.names() if _CUT_SEGMENT.fullmatch(name)]
    files = by_file(chain)
    seqs = [seq for name in gone for seq in files.get(int(name[:8]), ())]
    for name in cut:
        spans = {seq: span(chain, seq) for seq in files.get(int(name[:8]), ())}
        blank = [seq for seq, (at, _) in spans.items() if is_blank(episode, name, at)]
        episode.blank(name, [spans[seq] for seq in blank])
        seqs += blank
    seqs = [seq for seq in seqs if not chain.removed(seq)]
    if sign is None or not can_sign(chain, sign):
        return 0
    if seqs:
        removed = _runs(seqs)
        _sign_removed(episode, chain, sign, removed)
        earlier = [pair for edit in chain.edits for pair in edit.removed]
        tombstones.lay(chain.start.episode, [*earlier, *removed], now)
    for name in gone:
        episode.unlink(name)
    for name in cut:
        episode.rename(name, segment_name(int(name[:8])))
    episode.unlink(NOTED)
    episode.sync()
    return len(seqs)


def _gone(episode: Folder) -> list[str]:
    """Return the names of whole files that go, after emptying them."""
    gone = [name for name in episode.names() if _GONE_SEGMENT.fullmatch(name)]
    for name in gone:
        episode.empty(name)
    return gone


def _noted(episode: Folder) -> set[int]:
    """Return which segments are to be deleted; none where the note is missing or makes no sense."""
    try:
        found = json.loads(episode.read(NOTED, _NOTE_LIMIT))
    except (EpisodeError, ValueError, RecursionError):
        return set()
    return {seq for seq in found if type(seq) is int} if isinstance(found, list) else set()


def _sign_removed(
    episode: Folder, chain: Chain, sign: Callable[[bytes], bytes], removed: list[list[int]]
) -> None:
    signer = Signer(sign, bytes.fromhex(chain.start.public_key))
    file = ChainFile(episode, signer, chain.whole, chain.tail)
    try:
        file.add({
            "kind": "edited", "episode": chain.start.episode, "seq": chain.next_seq,
            "removed": removed,
        })  # fmt: skip
    finally:
        file.close()


def erase_episode(root: Folder, name: str, tombstones: Tombstones, now: WallNanos) -> None:
    """Delete a whole episode; a link of that name is removed, what it points to is left alone."""
    try:
        root.rename(name, name + GONE)
    except StoreError:
        if name in root.names():
            raise
        return
    root.sync()
    finish_episode(root, name + GONE, tombstones, now)


def finish_episode(root: Folder, gone: str, tombstones: Tombstones, now: WallNanos) -> None:
    """Finish the deletion of a whole episode. Until its tombstone can be laid, it waits emptied."""
    try:
        episode = root.open(gone)
    except StoreError:
        root.unlink(gone)  # a link or a file: only its name was ours to take
        root.sync()
        return
    with episode:
        ours = [name for name in episode.names() if _is_ours(name)]
        for name in ours:
            episode.empty(name)
        try:
            if gone.endswith(GONE):
                tombstones.lay(gone.removesuffix(GONE), None, now)
        except StoreError:
            return  # nothing is left but names; the next start finishes
        for name in ours:
            with suppress(StoreError):
                episode.unlink(name)
        episode.sync()
    root.remove(gone)
    root.sync()


def is_gone(name: str) -> bool:
    """Whether that folder is an episode whose deletion began."""
    return name.endswith((GONE, SENT)) and is_id(name[: -len(GONE)])


def waits(episode: Folder) -> bool:
    """Whether the deletion of segments of it began and is not finished."""
    return any(
        n == NOTED or _GONE_SEGMENT.fullmatch(n) or _CUT_SEGMENT.fullmatch(n)
        for n in episode.names()
    )


def _is_ours(name: str) -> bool:
    segment = any(kind.fullmatch(name) for kind in (SEGMENT, _GONE_SEGMENT, _CUT_SEGMENT))
    return segment or name in _OURS or _is_temporary(name)


def _is_temporary(name: str) -> bool:
    return name.startswith(".") and name.endswith(TEMPORARY)


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Return sorted numbers as [first, last] pairs."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs
