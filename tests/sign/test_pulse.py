"""The pipes between agent and sign: life wakes nobody, words are heard, an end is an end."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import pytest

from nodreel.events import Nanos
from nodreel.sign.pulse import LONGEST, Pulse

if TYPE_CHECKING:
    from collections.abc import Iterator

Ends = tuple[Pulse, dict[str, int]]


@pytest.fixture
def ends() -> Iterator[Ends]:
    (its_word, word), (life, its_life) = os.pipe(), os.pipe()
    ours = {"word": word, "life": life}
    yield Pulse(its_word, its_life), ours
    for end in (its_word, its_life, *ours.values()):
        os.close(end)


def test_each_beat_is_its_time_and_its_window(ends: Ends) -> None:
    pulse, ours = ends
    assert pulse.beat(Nanos(5), 77)
    assert pulse.beat(Nanos(1 << 60), 78)
    assert struct.unpack("=QIQI", os.read(ours["life"], 100)) == (5, 77, 1 << 60, 78)


def test_an_agent_that_does_not_look_makes_nobody_wait(ends: Ends) -> None:
    pulse, _ = ends
    assert all(pulse.beat(Nanos(n), 77) for n in range(20_000))


def test_nobody_at_the_other_end(ends: Ends) -> None:
    pulse, ours = ends
    os.close(ours.pop("life"))
    assert not pulse.beat(Nanos(1), 77)
    os.close(ours.pop("word"))
    assert pulse.word() is None


def test_the_newest_whole_word_is_heard_once(ends: Ends) -> None:
    pulse, ours = ends
    assert pulse.word() == b""
    os.write(ours["word"], b"old\nnew\n\nbeg")
    assert pulse.word() == b"new"
    assert pulse.word() == b""
    os.write(ours["word"], b"un\n")
    assert pulse.word() == b"begun"
    os.write(ours["word"], b"\n")
    assert pulse.word() == b"", "it only asked"


def test_a_word_without_an_end_is_given_up(ends: Ends) -> None:
    pulse, ours = ends
    for _ in range(2 + LONGEST // 4096):
        os.write(ours["word"], b"x" * 4096)
        assert pulse.word() == b""
    os.write(ours["word"], b"\nsense\n")
    assert pulse.word() == b"sense"
