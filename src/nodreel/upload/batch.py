"""Batches: what is sent in one piece, and what a stranger can check of it without any key.

A batch is lines and age files, all of one episode: the episode's signed ``start`` line, then for
each segment its signed header line and its age file of ``size`` bytes, as in a file of segments.
So each batch says by itself whose consent it is under, and is whole or is not. It is packed the
same way each time, so its hash, which is its name, is the same however often it is sent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nodreel.episode.chain import (
    MAX_CHAIN,
    MAX_LINE,
    SegmentHeader,
    StartHeader,
    check_signature,
    parse,
)
from nodreel.episode.segments import read_segment
from nodreel.episode.verify import read_chain
from nodreel.errors import EpisodeError
from nodreel.policy import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.episode.folder import Folder
    from nodreel.episode.verify import Chain

LARGEST: Final = 32 << 20  # bytes of a batch, unless one segment alone is larger
MOST_BATCHES: Final = 100_000
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Id = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch holds: (header, its line without line break, age file) for each segment."""

    start: StartHeader
    segments: tuple[tuple[SegmentHeader, bytes, bytes], ...]


class Listed(BaseModel):
    """A batch by name and size."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sha256: Hash
    size: Annotated[int, Field(ge=1, le=1 << 40)]


class Manifest(BaseModel):
    """Sent last: an episode is there once this is. ``chain`` is its ``chain.jsonl``, as signed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    v: Literal[1] = 1
    kind: Literal["manifest"] = "manifest"
    episode: Id
    batches: Annotated[tuple[Listed, ...], Field(max_length=MOST_BATCHES)]
    chain: Annotated[str, Field(max_length=MAX_CHAIN)]

    @property
    def data(self) -> bytes:
        """The bytes that are sent."""
        return canonical(self.model_dump(mode="json"))

    def read_chain(self) -> Chain:
        """Return what the headers prove; EpisodeError when one is wrong or of another episode."""
        chain = read_chain(self.chain.encode())
        if chain.problems:
            raise chain.problems[0]
        if chain.start.episode != self.episode or chain.state == "open":
            raise EpisodeError("The manifest is not of the episode it names, or that is not over.")
        return chain


def plan(chain: Chain, most: int = LARGEST) -> list[list[int]]:
    """Return which segments go into which batch, in order; none of those that were deleted."""
    batches: list[list[int]] = []
    size = most
    for seq, header in sorted(chain.segments.items()):
        if chain.removed(seq):
            continue
        room = len(chain.lines[seq]) + 1 + header.size
        if size + room > most:
            batches.append([])
            size = MAX_LINE
        batches[-1].append(seq)
        size += room
    return batches


def pack(episode: Folder, chain: Chain, first_line: bytes, seqs: Sequence[int]) -> bytes:
    """Return one batch, each segment checked against its header; EpisodeError when one is not."""
    parts = [first_line, b"\n"]
    for seq in seqs:
        line = chain.lines[seq]
        parts += [line, b"\n", read_segment(episode, chain.segments[seq], line)]
    return b"".join(parts)


def read_start(data: bytes) -> StartHeader:
    """Return the episode's signed first header from the beginning of a batch; EpisodeError."""
    line, found, _ = data[: MAX_LINE + 1].partition(b"\n")
    header = parse(line)
    if not found or not isinstance(header, StartHeader):
        raise EpisodeError("This is no batch: it does not begin with an episode's first header.")
    check_signature(line, header.public_key)
    return header


def unpack(data: bytes) -> Batch:
    """Return what a batch holds, each signature and hash checked; EpisodeError when one is not."""
    start = read_start(data)
    at = data.index(b"\n") + 1
    found = []
    while at < len(data):
        end = data.find(b"\n", at, at + MAX_LINE + 1)
        if end < 0:
            raise EpisodeError("The batch ends in the middle of a header.")
        line = data[at:end]
        header = parse(line)
        check_signature(line, start.public_key)
        if not isinstance(header, SegmentHeader) or header.episode != start.episode:
            raise EpisodeError("The batch holds something else than segments of its episode.")
        sealed = data[end + 1 : end + 1 + header.size]
        if hashlib.sha256(sealed).hexdigest() != header.sha256:
            raise EpisodeError(f"Segment {header.seq} is not the one that was signed.")
        found.append((header, line, sealed))
        at = end + 1 + header.size
    return Batch(start, tuple(found))


def read_manifest(data: bytes) -> Manifest:
    """Return what a manifest says, not yet what its headers prove; EpisodeError."""
    try:
        found = Manifest.model_validate_json(data)
    except (ValidationError, ValueError, RecursionError) as error:
        raise EpisodeError("This is no manifest of version 1.") from error
    if found.data != data or len({b.sha256 for b in found.batches}) != len(found.batches):
        raise EpisodeError("The manifest is not spelled as nodreel spells it.")
    return found
