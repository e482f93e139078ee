from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.desktop.x11.ibus import AGAIN, DAEMON, IBus, _name
from nodreel.events import Nanos
from nodreel.scene import Process
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REAL = Process(5, 1, f"/usr/bin/{DAEMON}", trusted=True)


class Impostor:
    """Lets everybody in and counts them; says nothing."""

    def __init__(self, place: Path) -> None:
        self.address = f"unix:path={place}"
        self.calls = 0
        self.heard = b""
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(place))
        self._door.listen()
        self._there: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            there, _ = self._door.accept()
            self._there = there
            with there:
                heard = there.recv(1000)
                if heard == b"enough":
                    return
                self.calls += 1
                there.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
                while more := there.recv(1 << 16):
                    self.heard += more

    def close(self) -> None:
        if self._there is not None:
            with suppress(OSError):  # whoever is still connected would keep the thread
                self._there.shutdown(socket.SHUT_RDWR)
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(self.address.removeprefix("unix:path="))
            last.sendall(b"enough")
            self._thread.join()
        self._door.close()


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Impostor]:
    """Stands where IBus's own bus should be."""
    made = Impostor(tmp_path / "bus")
    monkeypatch.setenv("IBUS_ADDRESS", made.address)
    yield made
    made.close()


def asked(who: Callable[[int], Process | None]) -> IBus:
    made = IBus(":5", who)
    made.reach(Nanos(0))
    return made


@pytest.mark.parametrize(
    "who",
    [
        None,
        Process(5, 1, f"/usr/bin/{DAEMON}", trusted=False),
        Process(5, 1, "/usr/bin/other", trusted=True),
    ],
)
def test_who_is_not_the_daemon_is_not_believed(bus: Impostor, who: Process | None) -> None:
    one = asked(lambda _: who)
    assert one.fd == -1
    assert one.engine is None


def test_the_daemon_is_asked_and_a_silent_one_is_unknown(bus: Impostor) -> None:
    one = asked(lambda _: REAL)
    assert one.fd >= 0
    wait_for(lambda: b"GlobalEngine" in bus.heard, "the question")
    one.read()
    assert one.engine is None
    one.close()
    one.close()
    assert one.fd == -1


def test_one_that_lets_nobody_in_is_left_alone_for_a_while(bus: Impostor) -> None:
    one = asked(lambda _: None)
    one.reach(Nanos(AGAIN - 1))
    assert bus.calls == 1
    one.reach(AGAIN)
    wait_for(lambda: bus.calls == 2, "the second try")


@pytest.mark.parametrize("display", ["", "nonsense", ":7"])
def test_without_a_word_of_where_it_is_nothing_is_known(
    display: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("IBUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    one = IBus(display)
    one.reach(Nanos(0))
    assert (one.fd, one.engine) == (-1, None)


@pytest.mark.parametrize("body", [(), (1,), ("s",), (("v", ("x", (1, 2))),), None])
def test_what_makes_no_sense_is_no_engine(body: Any) -> None:
    assert _name(body, (1, 1, 2)) is None
