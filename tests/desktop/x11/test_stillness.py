from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.connection import Connection
from nodreel.desktop.x11.stillness import STILL, Stillness, _counter
from nodreel.events import MILLISECOND, SECOND, Button, Key, Move, Nanos
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector


@pytest.fixture
def x(on_bed: Bed) -> Iterator[Connection]:
    made = Connection(on_bed.env["DISPLAY"])
    yield made
    made.close()


def test_the_server_says_that_somebody_is_back(x: Connection, hands: Injector) -> None:
    code = Stillness(x).code
    assert code

    def told() -> bool:
        x.round_trip()
        return any(e[0] == code for e in x.events())

    for touch in (lambda: hands.move(20, 20), lambda: hands.tap("a")):
        touch()
        x.round_trip()
        list(x.events())
        began = time.monotonic_ns()
        wait_for(lambda began=began: time.monotonic_ns() - began > STILL * 5 // 4, "some rest")
        assert not told()
        touch()
        wait_for(told, "word of it")


@pytest.mark.parametrize("act", [lambda h: h.move(30, 30), lambda h: h.click(40, 40),
                                 lambda h: h.tap("a")], ids=["move", "click", "key"])  # fmt: skip
def test_what_ends_a_rest_is_not_lost(
    desktop: X11Desktop, hands: Injector, act: Callable[[Injector], None]
) -> None:
    hands.move(10, 10)
    wait_for(lambda: desktop.wait(Nanos(SECOND)) == [] and desktop._path.due is None, "rest")
    act(hands)
    seen = desktop.wait(Nanos(10 * SECOND)) or desktop.wait(Nanos(10 * SECOND))
    assert any(isinstance(e, Move | Button | Key) for e in seen)


def test_a_server_without_such_a_counter_has_none() -> None:
    name = b"SERVERTIME"
    one = struct.pack("=IiIH", 61, 0, 4, len(name)) + name
    assert _counter(struct.pack("=8xI20x", 1) + one) == 0
    assert _counter(b"") == 0


def test_a_rest_is_longer_than_what_the_server_counts() -> None:
    assert STILL >= 1000 * MILLISECOND
