from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

from nodreel.desktop.x11.pointer import DEVICE_EVENTS, MOTION

if TYPE_CHECKING:
    import pytest

    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.injector import Injector


def test_the_server_is_asked_for_motion_and_buttons_and_never_for_keys(
    desktop: X11Desktop,
) -> None:
    """The server itself says what it hands out: RECORD would read a lock screen's password."""
    record = desktop._pointer._record
    raw = desktop._x.raw_answer(record.GetContext(desktop._pointer.context))
    assert raw[1]  # enabled
    (clients,) = struct.unpack_from("=I", raw, 12)
    assert clients
    at = 32
    for _ in range(clients):
        (ranges,) = struct.unpack_from("=I", raw, at + 4)
        assert ranges == 1
        kinds = raw[at + 8 : at + 8 + 24]
        assert kinds == bytes(18) + bytes((4, 6)) + bytes(4)  # device events, and nothing else
        at += 8 + 24
    assert DEVICE_EVENTS == (4, 6)


def test_keys_do_not_come_out_of_it(desktop: X11Desktop, hands: Injector) -> None:
    hands.type("secret")
    hands.move(90, 91)
    desktop._x.round_trip()
    desktop._x.round_trip()
    touches = desktop._pointer.read()
    assert {t.kind for t in touches} == {MOTION}


def test_what_arrives_in_pieces_is_put_together(
    desktop: X11Desktop, hands: Injector, monkeypatch: pytest.MonkeyPatch
) -> None:
    pointer, whole = desktop._pointer, os.read
    pointer.read()
    for i in range(40):
        hands.move(100 + i, 200)
    desktop._x.round_trip()
    desktop._x.round_trip()
    monkeypatch.setattr(os, "read", lambda fd, n: whole(fd, 77 if fd == pointer.fd else n))
    assert [t.x for t in pointer.read()] == [100 + i for i in range(40)]


def test_no_move_is_lost_when_the_socket_is_emptied_in_time(
    desktop: X11Desktop, hands: Injector
) -> None:
    """Left alone it is full after some 280 moves, and the server loses the next it writes."""
    pointer, got, sent = desktop._pointer, [], []
    pointer.read()
    for turn in range(3):
        for n in range(400):
            sent.append((100 + n, 200 + turn))
            hands.move(*sent[-1])
            if n % 100 == 99:
                assert pointer.empty() >= 3
        sent.append((600, 300 + turn))
        hands.move(*sent[-1])
        desktop._x.round_trip()
        desktop._x.round_trip()
        got += pointer.read()
    assert [(t.x, t.y) for t in got] == sent
