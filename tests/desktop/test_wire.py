from __future__ import annotations

import socket
import struct
import threading
from typing import TYPE_CHECKING

import pytest
from jeepney import DBusAddress, new_method_call, new_signal

from nodreel.desktop.wire import LONGEST, BusGoneError, Wire, session_address
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jeepney import Message

PLACE = DBusAddress("/a", ":1.5", "org.example.Face")


class Bus:
    """The other end: lets everybody in and says what the test wants said."""

    def __init__(self, place: Path) -> None:
        self.address = f"unix:path={place}"
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(place))
        self._door.listen()
        self._thread = threading.Thread(target=self._let_in)
        self._thread.start()
        self.wire = Wire(self.address)
        self._thread.join()

    def _let_in(self) -> None:
        self.there, _ = self._door.accept()
        heard = b""
        while not heard.endswith(b"\r\n"):
            heard += self.there.recv(100)
        self.there.sendall(b"OK 1234\r\n")
        while not heard.endswith(b"BEGIN\r\n"):
            heard += self.there.recv(7)

    def close(self) -> None:
        self.wire.close()
        self.there.close()
        self._door.close()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    made = Bus(tmp_path / "bus")
    yield made
    made.close()


def said(text: str) -> bytes:
    raw: bytes = new_signal(PLACE, "Said", "s", (text,)).serialise(serial=1)
    return raw


def heard(bus: Bus) -> list[Message]:
    return wait_for(lambda: bus.wire.receive() or None, "a message")


def test_messages_arrive_whole_however_they_are_cut(bus: Bus) -> None:
    data = said("one") + said("two")
    got: list[Message] = []
    for byte in data:
        bus.there.sendall(bytes([byte]))
        got += bus.wire.receive()
    assert [m.body for m in got] == [("one",), ("two",)]
    assert bus.wire.receive() == []


def test_what_is_too_long_is_skipped(bus: Bus) -> None:
    monster = said("x" * (LONGEST * 3))
    sender = threading.Thread(target=lambda: bus.there.sendall(monster + said("after")))
    sender.start()
    assert [m.body for m in heard(bus)] == [("after",)]
    sender.join()
    assert len(bus.wire._in) < LONGEST


def test_what_makes_no_sense_is_dropped(bus: Bus) -> None:
    broken = bytearray(said("broken"))
    broken[1] = 77  # no such type of message
    bus.there.sendall(bytes(broken) + said("after"))
    assert [m.body for m in heard(bus)] == [("after",)]


def test_what_is_no_dbus_at_all_ends_it(bus: Bus) -> None:
    bus.there.sendall(b"x" * 64)

    def ended() -> bool:
        try:
            bus.wire.receive()
        except BusGoneError:
            return True
        return False

    wait_for(ended, "the end")


def test_a_bus_that_hangs_up_is_gone(bus: Bus) -> None:
    bus.there.close()
    with pytest.raises(BusGoneError):
        wait_for(lambda: bus.wire.receive() or None, "the end")


def test_what_is_sent_arrives(bus: Bus) -> None:
    assert bus.wire.send(new_method_call(PLACE, "Do", "s", ("it",))) == 1
    assert bus.wire.send(new_method_call(PLACE, "Do", "s", ("it",))) == 2
    (size,) = struct.unpack_from("<I", bus.there.recv(1 << 16), 4)
    assert size > 0
    assert not bus.wire.full


def test_what_cannot_be_said_is_not(bus: Bus) -> None:
    assert bus.wire.send(new_method_call(PLACE, "Do", "s", (5,))) == 0


def test_a_bus_that_takes_nothing_is_given_up(bus: Bus) -> None:
    message = new_method_call(PLACE, "Do", "s", ("x" * 60_000,))

    def flood() -> None:
        for _ in range(100):
            bus.wire.send(message)

    with pytest.raises(BusGoneError):
        flood()
    assert bus.wire.full


def test_no_bus_is_no_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in (f"unix:path={tmp_path}/none", "tcp:host=example.org", "nonsense", ""):
        with pytest.raises(BusGoneError):
            Wire(address)
    with pytest.raises(BusGoneError):
        session_address()
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    assert session_address() == "unix:path=/run/user/1/bus"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/there")
    assert session_address() == "unix:path=/there"
