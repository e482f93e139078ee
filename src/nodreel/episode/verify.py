"""Reading a chain of headers as hostile: what it proves, and each thing that is wrong, in order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from nodreel.episode.chain import (
    CHAIN,
    FIRST,
    MAX_CHAIN,
    EditedHeader,
    Header,
    LastHeader,
    SegmentHeader,
    StartHeader,
    check_signature,
    line_hash,
    parse,
)
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_LINES: Final = 100_000
MAX_PROBLEMS: Final = 1000

State = Literal["open", "end", "recovered"]
Runs = tuple[int, "Sequence[int]", "Sequence[int]"]
"""What so many edits removed: the first and the last number of each run, in order."""


@dataclass(slots=True)
class Chain:
    """What the headers of one episode prove.

    ``problems`` name what is wrong, first things first; headers that are wrong in themselves are
    left out of ``segments``. ``whole`` is the size of all complete lines in bytes, ``tail`` the
    hash that a next line would follow; ``lines`` are those of ``segments`` as they are spelt,
    ``keys`` the numbers of its key segments, in order.
    """

    start: StartHeader
    segments: dict[int, SegmentHeader] = field(default_factory=dict)
    lines: dict[int, bytes] = field(default_factory=dict)
    keys: list[int] = field(default_factory=list)
    edits: list[EditedHeader] = field(default_factory=list)
    state: State = "open"
    problems: list[EpisodeError] = field(default_factory=list)
    next_seq: int = 0
    whole: int = 0
    tail: str = FIRST
    _runs: Runs = field(default=(0, (), ()), repr=False, compare=False)

    def removed(self, seq: int) -> bool:
        """Whether the person deleted that segment, by a signed header."""
        if self._runs[0] != len(self.edits):
            pairs = (pair for edit in self.edits for pair in edit.removed)
            self._runs = len(self.edits), *_merged(pairs)
        _, firsts, lasts = self._runs
        found = bisect_right(firsts, seq) - 1
        return found >= 0 and seq <= lasts[found]

    def key_of(self, seq: int) -> int | None:
        """Return the key segment that the frames of segment ``seq`` lean on."""
        found = bisect_left(self.keys, seq)
        return self.keys[found - 1] if found else None


def read_chain(data: bytes, *, public_key: str | None = None) -> Chain:
    """Walk the lines of ``chain.jsonl``; raises EpisodeError only when nothing can be trusted.

    ``public_key`` (hex) is the signing key the caller expects, None accepts the one of the start.
    """
    if len(data) > MAX_CHAIN or data.count(b"\n") > MAX_LINES:
        raise EpisodeError(f"{CHAIN} is too big to be a chain of headers.")
    lines = data.split(b"\n")
    start = _start(lines[0], public_key)
    chain = _walk(start, lines, each_signed=False)
    if chain.problems or not _vouched(chain, lines):
        chain = _walk(start, lines, each_signed=True)
    return chain


def _walk(start: StartHeader, lines: list[bytes], *, each_signed: bool) -> Chain:
    whole = sum(len(line) + 1 for line in lines[:-1])
    chain = Chain(start, tail=line_hash(lines[0]), whole=whole)
    for number, line in enumerate(lines[1:-1], start=2):
        if (problem := follow(chain, line, signed=each_signed)) is not None:
            _note(chain, f"{CHAIN} line {number} {problem}.")
    if lines[-1] or len(lines) == 1:
        _note(chain, f"{CHAIN} ends in the middle of a line.")
    return chain


def _vouched(chain: Chain, lines: list[bytes]) -> bool:
    """Whether the last line of a chain without a problem is signed.

    It names the hash of the line before it, that one of the line before, down to the start: who
    signed the last line has signed them all, byte for byte, and so has an hour's chain one
    signature to look at instead of a thousand.
    """
    try:
        check_signature(lines[-2], chain.start.public_key)
    except EpisodeError:
        return False
    return True


def _start(line: bytes, public_key: str | None) -> StartHeader:
    try:
        header = parse(line)
        if isinstance(header, StartHeader):
            check_signature(line, header.public_key)
    except EpisodeError as error:
        raise EpisodeError(f"{CHAIN} line 1 {error}.") from error
    if not isinstance(header, StartHeader) or (header.prev, header.seq) != (FIRST, 0):
        raise EpisodeError(f"{CHAIN} line 1 is not the start of an episode.")
    if public_key is not None and header.public_key != public_key:
        raise EpisodeError(f"{CHAIN} line 1 is signed by another key than the one expected.")
    return header


def follow(chain: Chain, line: bytes, *, signed: bool = True) -> str | None:
    """Take one line in; returns what is wrong with it, as the rest of a sentence.

    Without ``signed`` its signature is left for the caller to vouch for.
    """
    try:
        return _follow(chain, line, signed=signed)
    finally:
        chain.tail = line_hash(line)


def _follow(chain: Chain, line: bytes, *, signed: bool) -> str | None:
    try:
        header = parse(line)
        if signed:
            check_signature(line, chain.start.public_key)
    except EpisodeError as error:
        return str(error)
    if header.episode != chain.start.episode:
        return "belongs to another episode"
    problem = _place(chain, header)
    if isinstance(header, SegmentHeader) and chain.segments.get(header.seq) is header:
        chain.lines[header.seq] = line
    if problem is None and header.prev != chain.tail:
        problem = "does not follow the line before it: a line was changed, moved or taken out"
    return problem


def _place(chain: Chain, header: Header) -> str | None:
    """Put a sound header where it belongs; returns what is wrong with its place."""
    match header:
        case StartHeader():
            return "starts the episode a second time"
        case EditedHeader():
            chain.edits.append(header)
            return None if header.seq == chain.next_seq else "was edited at another length"
        case LastHeader():
            if chain.state != "open":
                return "ends the episode a second time"
            chain.state = header.kind
            return None if header.seq == chain.next_seq else "ends at another length"
        case SegmentHeader():
            return _place_segment(chain, header)


def _place_segment(chain: Chain, header: SegmentHeader) -> str | None:
    if (header.consent, header.policy) != (chain.start.consent, chain.start.policy):
        return "is of another consent or policy than its episode"
    if header.seq < chain.next_seq:
        return f"repeats segment {header.seq}, or is out of order"
    if header.first > header.last:
        return f"says that segment {header.seq} ends before it begins"
    problem = None
    if header.seq > chain.next_seq:
        problem = f"leaves out segments {chain.next_seq} to {header.seq - 1}"
    elif chain.state != "open":
        problem = "adds a segment after the end"
    chain.segments[header.seq] = header
    if header.kind == "key":
        chain.keys.append(header.seq)  # in order, since no number is taken twice
    chain.next_seq = header.seq + 1
    return problem


def _note(chain: Chain, message: str) -> None:
    if len(chain.problems) < MAX_PROBLEMS:
        chain.problems.append(EpisodeError(message))


def _merged(pairs: Iterable[list[int]]) -> tuple[list[int], list[int]]:
    """Return the first and the last number of each run that the pairs cover, in order."""
    firsts, lasts = list[int](), list[int]()
    for low, high in sorted(pair for pair in pairs if pair[0] <= pair[1]):
        if lasts and low <= lasts[-1]:
            lasts[-1] = max(lasts[-1], high)
        else:
            firsts.append(low)
            lasts.append(high)
    return firsts, lasts
