from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.episode.chain import FIRST, MAX_CHAIN, canonical, line_hash, sign_line
from nodreel.episode.verify import MAX_PROBLEMS, follow, read_chain
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.episode.chain import EditedHeader, SegmentHeader

EPISODE = "A" * 26


@dataclass
class Lines:
    """A chain made line by line, right or wrong."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    lines: list[bytes] = field(default_factory=list)

    @property
    def public_key(self) -> str:
        return self.key.public_key().public_bytes_raw().hex()

    def add(self, values: dict[str, object], key: Ed25519PrivateKey | None = None) -> Lines:
        prev = line_hash(self.lines[-1]) if self.lines else FIRST
        values = {"episode": EPISODE, **values}
        self.lines.append(sign_line(values, prev, (key or self.key).sign))
        return self

    def start(self, **more: object) -> Lines:
        return self.add({
            "kind": "start", "seq": 0, "consent": "C", "policy": "0" * 64, "purpose": "p",
            "apps": [], "month": "2026-09", "public_key": self.public_key, **more,
        })  # fmt: skip

    def segment(self, seq: int, **more: object) -> Lines:
        return self.add({
            "kind": "events", "seq": seq, "consent": "C", "policy": "0" * 64, "sha256": "0" * 64,
            "size": 5, "first": seq, "last": seq, **more,
        })  # fmt: skip

    def data(self) -> bytes:
        return b"".join(self.lines)

    def problems(self) -> list[str]:
        return [str(p) for p in read_chain(self.data()).problems]


def good() -> Lines:
    return (
        Lines().start().segment(0, kind="key").segment(1).segment(2).add({"kind": "end", "seq": 3})
    )


def test_a_sound_chain_has_no_problem() -> None:
    chain = read_chain(good().data())
    assert chain.problems == []
    assert (chain.state, chain.next_seq, sorted(chain.segments)) == ("end", 3, [0, 1, 2])
    assert (chain.key_of(2), chain.key_of(1), chain.key_of(0)) == (0, 0, None)


def test_a_line_taken_out_is_named() -> None:
    lines = good()
    del lines.lines[2]
    assert lines.problems()[0] == "chain.jsonl line 3 leaves out segments 1 to 1."
    lines = good()
    del lines.lines[4]
    chain = read_chain(lines.data())
    assert (chain.state, chain.problems) == ("open", [])  # whether that is right, the reader says


def test_lines_out_of_order_twice_or_foreign_are_named() -> None:
    lines = good()
    lines.lines[2], lines.lines[3] = lines.lines[3], lines.lines[2]
    assert "line 3 leaves out segments 1 to 1" in lines.problems()[0]
    assert "line 4 repeats segment 1, or is out of order" in lines.problems()[1]
    lines = good()
    lines.lines.insert(3, lines.lines[2])
    assert "line 4 repeats segment 1" in lines.problems()[0]
    lines = Lines().start().segment(0, episode="B" * 26)
    assert "belongs to another episode" in lines.problems()[0]


def test_a_changed_line_is_named_and_the_rest_is_still_read() -> None:
    lines = good()
    lines.lines[2] = lines.lines[2].replace(b'"size":5', b'"size":6')
    chain = read_chain(lines.data())
    assert str(chain.problems[0]) == (
        "chain.jsonl line 3 is not signed by the key of this episode."
    )
    assert sorted(chain.segments) == [0, 2]


def test_a_changed_line_in_the_middle_costs_only_itself() -> None:
    """The last line is signed, but what it vouches for is not what stands there."""
    lines = good()
    values = json.loads(lines.lines[2]) | {"size": 6}
    lines.lines[2] = canonical(values) + b"\n"
    chain = read_chain(lines.data())
    assert sorted(chain.segments) == [0, 2]
    assert chain.problems


def test_a_line_put_in_place_of_another_breaks_the_chain() -> None:
    lines = good()
    other = Lines(key=lines.key).start(month="2026-10")  # same key, other words
    lines.lines[0] = other.lines[0]
    assert "line 2 does not follow the line before it" in lines.problems()[0]


def test_what_was_made_with_another_key_is_not_believed() -> None:
    lines = Lines().start().segment(0)
    lines.add(
        {
            "kind": "events", "seq": 1, "consent": "C", "policy": "0" * 64, "sha256": "1" * 64,
            "size": 5, "first": 1, "last": 1,
        },
        Ed25519PrivateKey.generate(),
    )  # fmt: skip
    chain = read_chain(lines.data())
    assert sorted(chain.segments) == [0]
    assert "is not signed" in str(chain.problems[0])


def test_a_gap_needs_a_signed_edit() -> None:
    lines = good().add({"kind": "edited", "seq": 3, "removed": [[1, 1]]})
    chain = read_chain(lines.data())
    assert chain.problems == []
    assert [n for n in range(4) if chain.removed(n)] == [1]
    lines = good().add(
        {"kind": "edited", "seq": 3, "removed": [[1, 1]]}, Ed25519PrivateKey.generate()
    )
    chain = read_chain(lines.data())
    assert not chain.removed(1)
    assert "is not signed" in str(chain.problems[0])


class Counted(dict[int, "SegmentHeader"]):
    """Says how often it was asked."""

    asked = 0

    def get(self, key: int, default: SegmentHeader | None = None) -> SegmentHeader | None:  # type: ignore[override]
        self.asked += 1
        return super().get(key, default)


class Walked(list["EditedHeader"]):
    """Says how often somebody went through it."""

    walks = 0

    def __iter__(self) -> Iterator[EditedHeader]:
        self.walks += 1
        return super().__iter__()


def test_a_number_that_leaps_costs_no_counting() -> None:
    chain = read_chain(Lines().start().segment(0, kind="key").segment(99_990).data())
    assert len(chain.problems) == 1
    chain.segments = Counted(chain.segments)
    assert chain.key_of(99_990) == 0
    assert chain.segments.asked < 100


def test_what_was_removed_is_put_in_order_once() -> None:
    lines = good()
    for first in range(0, 90, 3):
        lines.add({"kind": "edited", "seq": 3, "removed": [[first, first], [first + 1, first]]})
    chain = read_chain(lines.data())
    chain.edits = Walked(chain.edits)
    assert [n for n in range(100) if chain.removed(n)] == list(range(0, 90, 3))
    assert chain.edits.walks == 1


@pytest.mark.parametrize("seed", range(20))
def test_runs_that_overlap_remove_what_each_of_them_does(seed: int) -> None:
    made, lines = random.Random(seed), Lines().start()
    kinds = [made.choice(["events", "events", "key"]) for _ in range(30)]
    for seq, kind in enumerate(kinds):
        lines.segment(seq, kind=kind)
    lines.add({"kind": "end", "seq": 30})
    pairs = [[made.randrange(34), made.randrange(34)] for _ in range(made.randrange(1, 7))]
    chain = read_chain(lines.add({"kind": "edited", "seq": 30, "removed": pairs[:1]}).data())
    assert [chain.removed(n) for n in range(36)] == [within(n, pairs[:1]) for n in range(36)]
    for pair in pairs[1:]:
        lines.add({"kind": "edited", "seq": 30, "removed": [pair]})
        assert follow(chain, lines.lines[-1].rstrip(b"\n")) is None
    assert [chain.removed(n) for n in range(36)] == [within(n, pairs) for n in range(36)]
    keys = [max((k for k in range(n) if kinds[k] == "key"), default=None) for n in range(30)]
    assert [chain.key_of(n) for n in range(30)] == keys


def within(number: int, pairs: list[list[int]]) -> bool:
    return any(low <= number <= high for low, high in pairs)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (good().segment(3), "adds a segment after the end"),
        (good().add({"kind": "end", "seq": 3}), "ends the episode a second time"),
        (Lines().start().add({"kind": "end", "seq": 1}), "ends at another length"),
        (good().add({"kind": "edited", "seq": 9, "removed": [[0, 0]]}), "edited at another length"),
        (good().start(), "starts the episode a second time"),
        (Lines().start().segment(0, consent="D"), "of another consent or policy"),
        (Lines().start().segment(0, first=5, last=4), "ends before it begins"),
    ],
)
def test_lines_that_make_no_sense_are_named(lines: Lines, problem: str) -> None:
    assert any(problem in p for p in lines.problems())


@pytest.mark.parametrize("cut", [1, 5, 50])
def test_a_torn_last_line_is_named(cut: int) -> None:
    data = good().data()
    chain = read_chain(data[:-cut])
    assert "ends in the middle of a line" in str(chain.problems[-1])
    assert chain.whole == data[:-cut].rindex(b"\n") + 1
    assert chain.state == "open"


def test_a_chain_that_is_too_big_is_not_walked() -> None:
    data = good().data() + b"x" * MAX_CHAIN
    with pytest.raises(EpisodeError, match="too big"):
        read_chain(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"{}\n", good().lines[1], b"\n" * 200_000, bytes(MAX_CHAIN + 1),
     good().lines[0].replace(b"2026", b"2027")],
)  # fmt: skip
def test_without_a_sound_start_nothing_is_believed(data: bytes) -> None:
    with pytest.raises(EpisodeError):
        read_chain(data)


def test_the_expected_key_can_be_insisted_on() -> None:
    lines = good()
    assert read_chain(lines.data(), public_key=lines.public_key).problems == []
    with pytest.raises(EpisodeError, match="another key than the one expected"):
        read_chain(lines.data(), public_key=Lines().public_key)


def test_problems_are_bounded() -> None:
    data = good().lines[0] + b"x\n" * (MAX_PROBLEMS + 50)
    assert len(read_chain(data).problems) == MAX_PROBLEMS
