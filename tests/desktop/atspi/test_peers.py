from __future__ import annotations

from typing import Any

from nodreel.desktop.atspi.peers import BUS, MOST, Peers, frames
from nodreel.desktop.atspi.talk import Ask, Talks
from nodreel.desktop.atspi.words import ROOT
from nodreel.events import Nanos
from tests.desktop.atspi.stand import APP, Stand

REGISTRY = ":1.0"


class Bus:
    """Knows who is there and with which pid."""

    def __init__(self, listed: Any, pids: dict[str, object]) -> None:
        self.listed, self.pids = listed, pids
        self.asked: list[Ask] = []
        self.talks = Talks(self._take)
        self.peers = Peers()

    def _take(self, ask: Ask) -> int:
        self.asked.append(ask)
        return len(self.asked)

    def find(self, pid: int) -> object:
        found: list[object] = []
        before = len(self.asked)
        self.talks.start(self.peers.find(REGISTRY, pid), Nanos(0), found.append)
        while len(self.asked) > before:
            ask = self.asked[before]
            before += 1
            body = self.listed if ask.to == REGISTRY else (self.pids.get(ask.body[0]),)
            self.talks.answer(before, ask.to, body)
        return found[0]


def test_the_pid_is_what_the_bus_says() -> None:
    bus = Bus(([(":1.4", ROOT), (APP, ROOT)],), {":1.4": 7, APP: 8})
    assert bus.find(8) == APP
    assert bus.find(7) == ":1.4"
    assert bus.find(9) is None
    assert {a.to for a in bus.asked} == {REGISTRY, BUS}


def test_each_connection_is_asked_about_once_until_it_is_gone() -> None:
    bus = Bus(([(APP, ROOT)],), {APP: 8})
    bus.find(8)
    bus.find(8)
    assert sum(a.to == BUS for a in bus.asked) == 1
    bus.peers.gone(APP)
    bus.pids[APP] = 9
    assert bus.find(8) is None
    assert bus.find(9) == APP


def test_a_hostile_registry_finds_nobody() -> None:
    for listed in (None, (), (5,), ([5, "x", ("org.example.Name", ROOT), (7, 7)],)):
        assert Bus(listed, {}).find(8) is None
    many = Bus(([(f":1.{n}", ROOT) for n in range(MOST + 50)],), {})
    assert many.find(8) is None
    assert len(many.asked) <= MOST + 1


def test_an_app_has_a_few_windows_at_most() -> None:
    stand, found = Stand(), list[Any]()
    for number in range(20):
        stand.put(f"/{number}", 23)
    stand.talks.start(frames(APP), stand.clock(), found.append)
    stand.run()
    assert len(found[0]) == 8
