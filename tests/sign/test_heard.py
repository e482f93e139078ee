"""What somebody who hears the screen gets of our menu in a real panel, over its accessibility."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType

from nodreel.events import Rect
from nodreel.sign.bus import BROKEN, DAEMON, ask
from nodreel.sign.menu import STATUS, Choice, menu_of
from nodreel.sign.spoken import REGISTRY
from tests.bed.bed import Bed
from tests.bed.waiting import PATIENCE, wait_for
from tests.sign.conftest import RECORDING
from tests.sign.test_panel import _colour, panel, picture, red, sign
from tests.sign.test_spoken import Reader, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.injector import Injector
    from tests.bed.windows import Windows
    from tests.sign.conftest import Agent

__all__ = ["panel"]

pytestmark = pytest.mark.browser
SENSITIVE, SHOWING = 1 << 24, 1 << 25


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """A desktop with a window manager, on which accessibility is at work."""
    with Bed(tmp_path_factory.mktemp("bed") / "x", accessibility=True) as made:
        yield made


@pytest.fixture
def reader(on_bed: Bed) -> Iterator[Reader]:
    """Hears whatever the desktop's programs say of what they show."""
    made = Reader()
    where = DBusAddress("/org/a11y/atspi/registry", REGISTRY, REGISTRY)
    ask(made.link, PATIENCE, where, "RegisterEvent", "s", "object:")
    rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object").serialise()
    ask(made.link, PATIENCE, DAEMON, "AddMatch", "s", rule)
    yield made
    made.close()


def spoken_of(reader: Reader) -> set[Reference]:
    """Return all that something was said of until it was quiet for a moment."""
    found: set[Reference] = set()
    with suppress(TimeoutError):
        while True:
            said = reader.link.receive(timeout=0.5)
            if said.header.message_type is MessageType.signal:
                fields = said.header.fields
                found.add((fields[HeaderFields.sender], fields[HeaderFields.path]))
    return found


def items(reader: Reader) -> dict[str, int]:
    """Return the menu items spoken of, by name, with their states."""
    found: dict[str, int] = {}
    for one in spoken_of(reader):
        with suppress(*BROKEN):  # it is gone already
            if reader.call(one, "GetRoleName") == "menu item":
                found[reader.name(one)] = reader.call(one, "GetState")[0]
    return found


def test_each_entry_of_a_real_panels_menu_has_its_name(  # noqa: PLR0917  all is needed
    agent: Agent, panel: int, on_bed: Bed, windows: Windows, hands: Injector, reader: Reader
) -> None:
    with sign():
        wait_for(lambda: agent.beats() or None, "the sign")
        area = windows.area(panel)
        mark = wait_for(lambda: red(on_bed, area), "the mark in the panel")
        hands.click(mark[0] + 3, mark[1] + 3)
        above = Rect(mark[0] + 20, mark[1] - 60, 1, 1)
        wait_for(lambda: _colour(on_bed, above) != (0, 0, 0), "the tray's menu")
        picture(on_bed, "tray-menu-heard")
        heard = items(reader)
    entries = {entry.id: entry for entry in menu_of(RECORDING) if entry.label}
    head = entries.pop(STATUS).label.partition(",")[0]
    assert sum(name.startswith(head) for name in heard) == 1, heard
    for number, entry in entries.items():
        (name,) = (name for name in heard if name.startswith(entry.label))
        assert bool(heard[name] & SENSITIVE) == (number != Choice.RESUME), name
        assert heard[name] & SHOWING, name
