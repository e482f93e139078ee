"""One episode on disk while it grows: commits sealed segments and adds their headers to the chain.

A segment counts once it and its header line are durable in the file of segments: one fsync (see
``segments``). Then the line is added to the chain, which a power cut may take back; ``recover``
adds it again. Nothing advances (number, hash, length) before that.
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
from nodreel.episode.folder import Folder, refuse_deleted, write_all
from nodreel.episode.segments import SegmentFile
from nodreel.errors import DiskFullError, StoreError
from nodreel.host.files import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.clock import Clock
    from nodreel.events import Nanos

FILE_SIZE: Final = 16 << 20  # bytes after which a file of segments is followed by another
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


class ChainFile:
    """``chain.jsonl`` opened for adding; a line that could not be stored is taken back."""

    def __init__(self, folder: Folder, signer: Signer, length: int, tail: str) -> None:
        self._signer = signer
        self._length = length
        self._tail = tail
        self._torn = True  # a crash may have left part of a line
        self._file = folder.open_append(CHAIN)
        self._path = folder.path / CHAIN

    @property
    def tail(self) -> str:
        """Hash of the last line."""
        return self._tail

    def add(self, values: dict[str, object]) -> None:
        """Sign and store one header; raises StoreError, DiskFullError: the chain is unchanged."""
        self.put(sign_line(values, self._tail, self._signer.sign), durable=True)

    def put(self, lines: bytes, *, durable: bool) -> None:
        """Store signed lines; raises StoreError, DiskFullError: the chain is unchanged.

        ``durable=False`` is for lines that lie durably elsewhere.
        """
        try:
            if self._torn:
                os.ftruncate(self._file, self._length)
            self._torn = True  # until the line is whole
            write_all(self._file, lines)
            if durable:
                os.fsync(self._file)
            refuse_deleted(self._file)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, self._length)
            raise trouble(self._path, error) from error
        self._torn = False
        self._length += len(lines)
        self._tail = line_hash(lines[:-1].rpartition(b"\n")[2])

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Journal:
    """The episode being recorded. Made with its first segment: no events, no folder."""

    def __init__(
        self, root: Folder, episode: str, *, about: EpisodeAbout, signer: Signer, clock: Clock,
        start: Nanos, file_size: int = FILE_SIZE,
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
        self._signer = signer
        self._file: SegmentFile | None = None
        self._file_size = file_size
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

    def store(self, segments: Sequence[Sealed]) -> int:
        """Commit segments and their headers at once, as many as the file takes; returns how many.

        Raises StoreError with the episode unchanged.
        """
        try:
            return self._store(segments)
        except DiskFullError:
            raise
        except StoreError:  # a single failed fsync is no reason to stop
            return self._store(segments)

    def _store(self, segments: Sequence[Sealed]) -> int:
        if self._file is not None and not (self._file.sound and self._file.size < self._file_size):
            self._file.close()
            self._file = None
        file = self._file = self._file or SegmentFile(self._folder, self.next_seq)
        before, lines, record = file.size, b"", b""
        tail = self._chain.tail
        seq = self.next_seq
        for segment in segments:
            if record and before + len(record) >= self._file_size:
                break
            place = {"file": file.number, "at": before + len(record)}
            line = sign_line(self._header(seq, segment) | place, tail, self._signer.sign)
            lines, record, tail = lines + line, record + line + segment.data, line_hash(line)
            seq += 1
        file.add(record)
        try:
            self._chain.put(lines, durable=False)
        except StoreError:
            file.take_back(before)
            raise
        stored, self.next_seq = seq - self.next_seq, seq
        self.bytes += len(record)
        return stored

    def _header(self, seq: int, segment: Sealed) -> dict[str, object]:
        return {
            "kind": segment.kind, "episode": self._episode, "seq": seq,
            "consent": self._about.consent_id, "policy": self._about.policy_sha256,
            "sha256": hashlib.sha256(segment.data).hexdigest(), "size": len(segment.data),
            "first": segment.first, "last": segment.last,
        }  # fmt: skip

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
        if self._file is not None:
            self._file.close()
        self._chain.close()
        self._folder.close()
