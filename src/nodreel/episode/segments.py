"""A file of segments: one after the other, each behind its own header line.

What always holds:
- ``00000007.seg`` begins with segment 7; more may follow it. A record is the segment's header line,
  as it stands in the chain, then its age file. The header says in which ``file`` and ``at`` which
  byte its record begins; both belong to what is signed.
- A record is written and fsynced as one. Then the segment counts, though its line in the chain may
  not have reached the disk: ``recover`` takes it from here. So one fsync makes a segment durable.
- What follows the last whole record was never confirmed to anybody and is cut off.
- A deleted segment is zeros where its age file was. While that is being done the file is called
  ``.cut``, which readers read, too.
Episodes of before have one segment in each file, without a line; their headers name no file.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from nodreel.episode.chain import MAX_LINE, SegmentHeader, check_signature, parse
from nodreel.episode.folder import refuse_deleted, write_all
from nodreel.episode.seal import MAX_SEALED
from nodreel.errors import EpisodeError, StoreError
from nodreel.host.files import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.episode.folder import Folder
    from nodreel.episode.verify import Chain

CUT: Final = ".cut"
_MAGIC: Final = b"age-encryption.org/"


def segment_name(seq: int) -> str:
    """Return the name of the file that begins with a segment."""
    return f"{seq:08d}.seg"


def cut_name(seq: int) -> str:
    """Return what that file is called while segments are being deleted from it."""
    return f"{seq:08d}{CUT}"


class SegmentFile:
    """A new file, open for adding. After an error it must not be used again unless ``sound``."""

    def __init__(self, folder: Folder, seq: int) -> None:
        self.number, self.size, self.sound = seq, 0, True
        self._folder, self._name = folder, segment_name(seq)
        self._file = folder.create(self._name)

    def add(self, record: bytes) -> None:
        """Make a record durable; raises StoreError, DiskFullError: then the file is as it was."""
        try:
            write_all(self._file, record)
        except OSError as error:
            self.take_back(self.size)
            raise trouble(self._folder.path / self._name, error) from error
        try:
            os.fsync(self._file)
            if self.size == 0:
                self._folder.sync()
            refuse_deleted(self._file)
        except (OSError, StoreError) as error:
            self.take_back(self.size)
            self.sound = False  # what a failed fsync left nobody knows
            if isinstance(error, StoreError):
                raise
            raise trouble(self._folder.path / self._name, error) from error
        self.size += len(record)

    def take_back(self, size: int) -> None:
        """Cut off what came after the first ``size`` bytes; a file without any goes."""
        self.size = size
        try:
            os.ftruncate(self._file, size)
        except OSError:
            self.sound = False
        if size == 0:
            self.sound = False
            with suppress(StoreError):
                self._folder.unlink(self._name)

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def read_segment(folder: Folder, header: SegmentHeader, line: bytes) -> bytes:
    """Return the age file that a header vouches for; raises EpisodeError."""
    if header.file is None:
        data = folder.read(segment_name(header.seq), MAX_SEALED, header.size)
        found = head = b""
    else:
        name = segment_name(header.file)
        if not folder.size(name) and folder.size(cut_name(header.file)):
            name = cut_name(header.file)
        head = line + b"\n"
        size = len(head) + header.size
        if size > MAX_SEALED + MAX_LINE:
            raise EpisodeError("It is not an age file of a sensible size.")
        record = folder.read_part(name, header.at, size)
        found, data = record[: len(head)], record[len(head) :]
    if found != head or hashlib.sha256(data).hexdigest() != header.sha256:
        raise EpisodeError("The file is not the one that was signed: damaged or replaced.")
    return data


def by_file(chain: Chain) -> dict[int, list[int]]:
    """Return which segments were written to which file, both by number."""
    files: dict[int, list[int]] = {}
    for seq, header in sorted(chain.segments.items()):
        files.setdefault(seq if header.file is None else header.file, []).append(seq)
    return files


def span(chain: Chain, seq: int) -> tuple[int, int]:
    """Return where a segment's age file begins in its file, and its size."""
    header = chain.segments[seq]
    return (0 if header.file is None else header.at + len(chain.lines[seq]) + 1), header.size


def whole_until(chain: Chain, number: int) -> int:
    """Return up to which byte the chain counts what lies in a file that may be shared."""
    ends = [
        sum(span(chain, seq)) for seq, h in chain.segments.items() if number in {h.file, _own(h)}
    ]
    return max(ends, default=0)


def _own(header: SegmentHeader) -> int | None:
    return header.seq if header.file is None else None


def is_blank(folder: Folder, name: str, at: int) -> bool:
    """Whether the beginning of an age file is gone from there."""
    return folder.read_part(name, at, len(_MAGIC)) != _MAGIC


def uncounted(folder: Folder, chain: Chain, number: int) -> Iterator[bytes]:
    """Yield the lines of whole records in a file that follow the chain, which takes them in.

    The caller adds each to the chain (``follow``) before it asks for the next.
    """
    name, at = segment_name(number), whole_until(chain, number)
    while (size := folder.size(name)) > at:
        try:
            line = folder.read_part(name, at, min(MAX_LINE, size - at)).partition(b"\n")[0]
            header = parse(line)
            check_signature(line, chain.start.public_key)
            if not isinstance(header, SegmentHeader) or not _next(chain, header, number, at):
                return
            read_segment(folder, header, line)
        except EpisodeError:
            return
        yield line
        at += len(line) + 1 + header.size


def _next(chain: Chain, header: SegmentHeader, number: int, at: int) -> bool:
    return (header.episode, header.seq, header.prev) == (
        chain.start.episode, chain.next_seq, chain.tail,
    ) and (header.file, header.at) == (number, at)  # fmt: skip
