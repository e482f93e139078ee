"""The pipes between agent and sign: signs of life wake nobody, news is heard, an end is an end."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import pytest

from nodreel.events import Nanos
from nodreel.sign.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Iterator

Ends = tuple[Pulse, dict[str, int]]


@pytest.fixture
def ends() -> Iterator[Ends]:
    (its_news, news), (life, its_life) = os.pipe(), os.pipe()
    ours = {"news": news, "life": life}
    yield Pulse(its_news, its_life), ours
    for end in (its_news, its_life, *ours.values()):
        os.close(end)


def test_each_beat_is_its_time(ends: Ends) -> None:
    pulse, ours = ends
    assert pulse.beat(Nanos(5))
    assert pulse.beat(Nanos(1 << 60))
    assert struct.unpack("=2Q", os.read(ours["life"], 100)) == (5, 1 << 60)


def test_an_agent_that_does_not_look_makes_nobody_wait(ends: Ends) -> None:
    pulse, _ = ends
    assert all(pulse.beat(Nanos(n)) for n in range(20_000))


def test_nobody_at_the_other_end(ends: Ends) -> None:
    pulse, ours = ends
    os.close(ours.pop("life"))
    assert not pulse.beat(Nanos(1))
    os.close(ours.pop("news"))
    assert pulse.news() is None


def test_news_is_heard_once(ends: Ends) -> None:
    pulse, ours = ends
    assert pulse.news() is False
    os.write(ours["news"], b"!!!")
    assert pulse.news() is True
    assert pulse.news() is False
