from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.desktop.atspi.link import Link
from nodreel.desktop.atspi.talk import Ask
from nodreel.events import Nanos
from tests.bed.bed import Bed
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


class Opened:
    """A link, moved on by the test instead of a thread."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.turns = 0
        self.link = Link(self.heard.append, self._turn)

    def _turn(self) -> None:
        self.turns += 1

    def step(self) -> bool:
        self.link.tick(Nanos(time.monotonic_ns()))
        self.link.read()
        return self.link.talks is not None


@pytest.fixture
def opened(on_bed: Bed) -> Iterator[Opened]:
    made = Opened()
    yield made
    made.link.close()


def test_it_finds_the_bus_and_its_registry(opened: Opened) -> None:
    assert opened.link.fd == -1
    wait_for(opened.step, "the accessibility bus")
    assert opened.turns == 1
    assert opened.link.registry.startswith(":")
    assert opened.link.fd >= 0
    opened.link.close()
    opened.link.close()
    assert (opened.turns, opened.link.fd, opened.link.talks) == (2, -1, None)


def test_a_path_that_is_none_cannot_be_asked(opened: Opened) -> None:
    wait_for(opened.step, "the accessibility bus")
    assert opened.link._send(Ask(":1.0", "no path", "a.b", "Do")) == 0


def test_without_an_accessibility_bus_it_tries_again_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    made = Opened()
    assert not made.step()
    due = made.link.due
    assert due is not None
    assert due > time.monotonic_ns()
    assert not made.step()
    assert made.turns == 0


def test_a_bus_that_dies_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bed(tmp_path_factory.mktemp("bed") / "x", wm=None, accessibility=True) as own:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own.env["DBUS_SESSION_BUS_ADDRESS"])
        monkeypatch.setenv("XDG_RUNTIME_DIR", own.env["XDG_RUNTIME_DIR"])
        made = Opened()
        wait_for(made.step, "the accessibility bus")
    wait_for(lambda: not made.step() or None, "the end of it")
    assert made.turns == 2
    made.link.close()
