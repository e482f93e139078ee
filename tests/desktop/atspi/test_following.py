from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from jeepney import DBusAddress, HeaderFields, new_signal

from nodreel.desktop.atspi import following
from nodreel.desktop.atspi.following import Following, rules
from nodreel.desktop.atspi.peers import BUS
from nodreel.desktop.atspi.words import ROOT
from nodreel.events import MILLISECOND, Element, Nanos
from nodreel.scene import Field, Process, Verdict
from tests.desktop.atspi.stand import APP, PROCESS, TYPED, WINDOW, Stand

if TYPE_CHECKING:
    from nodreel.desktop.atspi.talk import Answer, Ask

REGISTRY = ":1.0"
OTHER = ":1.9"
OBJECT = "org.a11y.atspi.Event.Object"


class Bus(Stand):
    """The written app, a registry that lists it, and a bus that knows everybody's pid."""

    def __init__(self) -> None:
        super().__init__()
        self.pids = {APP: PROCESS.pid, OTHER: 99}
        self.matches: list[str] = []

    def reply(self, ask: Ask) -> Answer:
        if ask.to == BUS:
            match ask.member:
                case "GetConnectionUnixProcessID":
                    pid = self.pids.get(ask.body[0])
                    return (pid,) if pid else None
                case "AddMatch":
                    self.matches.append(ask.body[0])
                case "RemoveMatch":
                    self.matches.remove(ask.body[0])
            return ()
        if ask.to == REGISTRY:
            return ([(name, ROOT) for name in self.pids],)
        return super().reply(ask)


class Link:
    """A way to that bus that is always open."""

    fd, full, due, registry = -1, False, None, REGISTRY

    def __init__(self, bus: Bus) -> None:
        self.talks = bus.talks
        self.read = bus.run
        self.closed = False

    def tick(self, now: Nanos) -> None:
        self.talks.expire(now)

    def close(self) -> None:
        self.closed = True


class Told:
    """A follower on that bus."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(following, "started", lambda _: self.start)
        self.start: int | None = PROCESS.start
        self.bus = Bus()
        self.fed: list[Field | Element] = []
        self.following = Following(self.fed.append, self.bus.clock)
        self.link: Any = Link(self.bus)
        self.following._link = self.link
        self.bus.window()
        self.user = self.bus.put("/user", 61, parent="/w", states=TYPED)
        box = (110, 140, 100, 20)
        self.password = self.bus.put("/password", 40, parent="/w", states=TYPED, box=box)
        self.bus.focus("/user")

    def attend(self, **change: Any) -> None:
        self.following.attend(replace(WINDOW, **change), self.bus.clock())
        self.bus.run()

    def signal(self, path: str, sender: str, member: str = "StateChanged", *body: Any) -> None:
        emitter = DBusAddress(path, interface=OBJECT)
        content = body or ("focused", 1, 0, ("i", 0), {})
        message = new_signal(emitter, member, "siiva{sv}", content)
        message.header.fields[HeaderFields.sender] = sender
        self.following._heard(message)
        self.bus.run()

    def renamed(self, name: str, new: str) -> None:
        message = new_signal(DBusAddress("/", interface=BUS), "NameOwnerChanged", "sss",
                             (name, "", new))  # fmt: skip
        message.header.fields[HeaderFields.sender] = BUS
        self.following._heard(message)
        self.bus.run()

    def pass_by(self, milliseconds: int) -> None:
        for _ in range(milliseconds // 10):
            self.bus.now += 10 * MILLISECOND
            self.following.tick()
            self.bus.run()

    @property
    def verdicts(self) -> list[Verdict]:
        return [f.verdict for f in self.fed if isinstance(f, Field)]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def test_it_joins_the_connection_of_the_very_process(told: Told) -> None:
    told.attend()
    assert told.verdicts[-1] is Verdict.CLEAR
    assert set(told.bus.matches) == set(rules(APP))
    assert {a.to for a in told.bus.asked} == {BUS, REGISTRY, APP}


def test_every_rule_names_the_sender(told: Told) -> None:
    assert all(f"sender='{APP}'" in rule for rule in rules(APP))
    assert all("type='signal'" in rule for rule in rules(APP))


def test_a_process_that_is_not_on_the_bus_stays_unknown(told: Told) -> None:
    told.bus.pids[APP] = 5000  # a helper of the same app
    told.attend()
    told.pass_by(3000)
    assert set(told.verdicts) == {Verdict.UNKNOWN}
    assert told.bus.matches == []
    assert {a.to for a in told.bus.asked} == {BUS, REGISTRY}


def test_a_pid_that_was_used_again_is_not_joined(told: Told) -> None:
    told.start = PROCESS.start + 1
    told.attend()
    assert set(told.verdicts) == {Verdict.UNKNOWN}
    assert told.bus.asked == []


def test_an_app_that_joins_the_bus_later_is_found(told: Told) -> None:
    pid = told.bus.pids.pop(APP)
    told.attend()
    told.pass_by(200)
    assert set(told.verdicts) == {Verdict.UNKNOWN}
    told.bus.pids[APP] = pid
    told.renamed(APP, APP)
    told.pass_by(300)
    assert told.verdicts[-1] is Verdict.CLEAR


def test_nobody_else_is_believed(told: Told) -> None:
    told.attend()
    known = len(told.fed)
    told.bus.focus("/password")
    told.signal("/password", OTHER)
    told.signal("/password", REGISTRY)
    assert len(told.fed) == known
    told.signal("/password", APP)
    assert told.verdicts[-1] is Verdict.SECRET


def test_leaving_takes_the_rules_along(told: Told) -> None:
    told.attend()
    told.following.attend(None, told.bus.clock())
    told.bus.run()
    assert told.bus.matches == []
    known = len(told.fed)
    told.signal("/password", APP)
    told.following.point(told.bus.clock(), 120, 150)
    told.pass_by(3000)
    assert len(told.fed) == known


def test_another_app_is_another_rule(told: Told) -> None:
    told.attend()
    told.attend(id=8, process=Process(99, 1, "/usr/bin/other", trusted=True))
    assert set(told.bus.matches) == set(rules(OTHER))
    assert told.fed[-1].pid == 99  # type: ignore[union-attr]


def test_another_window_of_the_same_process_is_unknown_first(told: Told) -> None:
    told.attend()
    known = len(told.verdicts)
    told.attend(id=8)
    assert told.verdicts[known] is Verdict.UNKNOWN
    assert told.verdicts[-1] is Verdict.CLEAR
    assert set(told.bus.matches) == set(rules(APP))


def test_a_new_title_changes_nothing(told: Told) -> None:
    told.attend()
    known = len(told.fed)
    told.attend(title="other")
    assert len(told.fed) == known


def test_an_app_that_is_gone_is_unknown(told: Told) -> None:
    told.attend()
    del told.bus.pids[APP]
    told.renamed(APP, "")
    assert told.verdicts[-1] is Verdict.UNKNOWN


def test_secret_fields_are_remembered_when_one_comes_back(told: Told) -> None:
    told.bus.focus("/password")
    told.attend()
    told.following.attend(None, told.bus.clock())
    told.bus.things["/password"].role = 61
    told.attend()
    assert told.verdicts[-1] is Verdict.SECRET
    told.start = 2
    told.attend(process=replace(PROCESS, start=2))
    assert told.verdicts[-1] is Verdict.CLEAR


def test_an_app_that_says_too_much_is_not_listened_to(told: Told) -> None:
    told.attend()
    for _ in range(500):
        told.signal("/user", APP)
    assert told.verdicts[-1] is Verdict.UNKNOWN
    assert told.bus.matches == []
    told.pass_by(3000)
    assert told.verdicts[-1] is Verdict.CLEAR


@pytest.mark.parametrize("body", [(), (5,), ("focused",), ("focused", "x"), (None, None)])
def test_hostile_events_cost_nothing(told: Told, body: tuple[Any, ...]) -> None:
    told.attend()
    fields = {HeaderFields.sender: APP, HeaderFields.member: "StateChanged",
              HeaderFields.interface: OBJECT, HeaderFields.path: "/user"}  # fmt: skip
    message = new_signal(DBusAddress("/user", interface=OBJECT), "StateChanged")
    message.header.fields |= fields
    message.body = body
    told.following._heard(message)
    told.bus.run()
    assert told.verdicts[-1] is Verdict.CLEAR


def test_without_a_bus_everything_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    fed: list[Field | Element] = []
    stand = Stand()
    follower = Following(fed.append, stand.clock)
    mine = Process(os.getpid(), 1, "/usr/bin/form", trusted=True)
    follower.attend(replace(WINDOW, process=mine), stand.clock())
    for _ in range(100):
        stand.now += 100 * MILLISECOND
        follower.tick()
        follower.read()
    assert follower.fd == -1
    follower.attend(None, stand.clock())
    assert follower.due is None  # nobody to listen to: no bus is looked for
    assert {f.verdict for f in fed if isinstance(f, Field)} == {Verdict.UNKNOWN}
    follower.close()
