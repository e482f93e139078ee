"""One episode on disk while it grows: commits sealed segments and adds their headers to the chain.

A segment counts once its header line is on disk; until then a crash leaves a file that ``recover``
removes. Nothing advances (number, hash, length) before the line is durable.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from nodreel.clock import iso
from nodreel.episode.chain import CHAIN, FIRST, line_hash, sign_line
from nodreel.episode.folder import Folder, write_all
from nodreel.errors import StoreError
from nodreel.host.files import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.clock import Clock
    from nodreel.events import Nanos

LOCAL: Final = "local.json"  # wall times; stays on this machine, never uploaded

Kind = Literal["events", "key"]


@dataclass(frozen=True, slots=True)
class EpisodeAbout:
    """Under which consent and policy an episode is recorded, for what, and which apps."""

    consent_id: str
    policy_sha256: str
    purpose: str
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """The consent's signing key, as far as an episode needs it."""

    sign: Callable[[bytes], bytes]
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A segment ready to be stored; ``first`` and ``last`` are offsets in the episode."""

    kind: Kind
    data: bytes
    first: int
    last: int


def segment_name(seq: int) -> str:
    """Return the file name of a segment."""
    return f"{seq:08d}.seg"


class ChainFile:
    """``chain.jsonl`` opened for adding; a line that could not be stored is taken back."""

    def __init__(self, folder: Folder, signer: Signer, length: int, tail: str) -> None:
        self._signer = signer
        self._length = length
        self._tail = tail
        self._torn = True  # a crash may have left part of a line
        self._file = folder.open_append(CHAIN)
        self._path = folder.path / CHAIN

    def add(self, values: dict[str, object]) -> None:
        """Sign and store one header; raises StoreError, DiskFullError: the chain is unchanged."""
        line = sign_line(values, self._tail, self._signer.sign)
        try:
            if self._torn:
                os.ftruncate(self._file, self._length)
            self._torn = True  # until the line is durable
            write_all(self._file, line)
            os.fsync(self._file)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, self._length)
            raise trouble(self._path, error) from error
        self._torn = False
        self._length += len(line)
        self._tail = line_hash(line)

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Journal:
    """The episode being recorded. Made with its first segment: no events, no folder."""

    def __init__(
        self, root: Folder, episode: str, *, about: EpisodeAbout, signer: Signer, clock: Clock,
        start: Nanos,
    ) -> None:  # fmt: skip
        self._about = about
        self._episode = episode
        self._clock = clock
        wall = clock.wall() - (clock.mono() - start)
        self._local: dict[str, object] = {"wall": wall, "mono": start}
        line = sign_line(self._start(about, signer, iso(clock.wall())[:7]), FIRST, signer.sign)
        self._folder = root.make(episode)
        try:
            self._folder.commit(LOCAL, json.dumps(self._local).encode())
            self._folder.commit(CHAIN, line)
            self._chain = ChainFile(self._folder, signer, len(line), line_hash(line))
        except StoreError:
            self._abandon(root)
            raise
        self.next_seq = 0
        self.bytes = 0

    def _start(self, about: EpisodeAbout, signer: Signer, month: str) -> dict[str, object]:
        return {
            "kind": "start", "episode": self._episode, "seq": 0, "consent": about.consent_id,
            "policy": about.policy_sha256, "purpose": about.purpose[:256],
            "apps": [app[:64] for app in about.apps[:256]], "month": month,
            "public_key": signer.public_key.hex(),
        }  # fmt: skip

    def _abandon(self, root: Folder) -> None:
        """Leave nothing of an episode that could not begin."""
        with suppress(StoreError):
            self._folder.unlink(CHAIN)
            self._folder.unlink(LOCAL)
        self._folder.close()
        root.remove(self._episode)

    def store(self, segment: Sealed) -> None:
        """Commit one segment and its header; raises StoreError with the episode unchanged."""
        name = segment_name(self.next_seq)
        self._folder.commit(name, segment.data)
        try:
            self._chain.add({
                "kind": segment.kind, "episode": self._episode, "seq": self.next_seq,
                "consent": self._about.consent_id, "policy": self._about.policy_sha256,
                "sha256": hashlib.sha256(segment.data).hexdigest(), "size": len(segment.data),
                "first": segment.first, "last": segment.last,
            })  # fmt: skip
        except StoreError:
            with suppress(StoreError):
                self._folder.unlink(name)
            raise
        self.next_seq += 1
        self.bytes += len(segment.data)

    def end(self, reason: str) -> None:
        """Close the episode with its last line; why and when goes into the local file only."""
        self._chain.add({"kind": "end", "episode": self._episode, "seq": self.next_seq})
        with suppress(StoreError):  # a full disk costs the list its end time, nothing else
            told: Sequence[tuple[str, object]] = (
                ("ended", self._clock.wall()), ("reason", reason[:200]),
            )  # fmt: skip
            self._folder.replace(LOCAL, json.dumps(self._local | dict(told)).encode())
        self.close()

    def close(self) -> None:
        """Let go of the files; may be called twice."""
        self._chain.close()
        self._folder.close()
