"""The tray icon as a panel on a real session bus sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.sign.looks import look_of
from nodreel.sign.menu import Choice, menu_of
from nodreel.sign.sni import ITEM_PATH, StatusNotifier, _pixels
from nodreel.sign.tray import open_trays
from tests.sign.conftest import PAUSED, RECORDING
from tests.sign.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed


COVERS = ("bus", "dbusmenu", "tray")


@pytest.fixture
def item(on_bed: Bed) -> Iterator[StatusNotifier]:
    made = StatusNotifier.open()
    assert made is not None
    made.show(look_of(RECORDING), menu_of(RECORDING))
    yield made
    made.close()


@pytest.fixture
def panel(item: StatusNotifier) -> Iterator[Panel]:
    clicked: list[int] = []
    made = Panel(item._bus._link.unique_name, lambda: clicked.extend(item.chosen()))
    made.clicked = clicked  # type: ignore[attr-defined]
    yield made
    made.close()


def test_it_shows_its_state_by_words_and_by_shape(item: StatusNotifier, panel: Panel) -> None:
    assert panel.property("Title") == "nodreel: recording Mousepad"
    assert panel.property("Menu") == "/MenuBar"
    assert panel.property("ItemIsMenu") is True
    red = panel.property("IconPixmap")
    item.show(look_of(PAUSED), menu_of(PAUSED))
    assert "paused" in panel.property("ToolTip")[3]
    assert panel.property("IconPixmap") != red
    assert panel.property("Status") == "Active"
    stale = RECORDING.model_copy(update={"unwritten_s": 60.0})
    item.show(look_of(stale), menu_of(stale))
    assert panel.property("Status") == "NeedsAttention"


def test_the_menu_is_whole_and_a_click_arrives_once(item: StatusNotifier, panel: Panel) -> None:
    lines = dict(panel.layout())
    assert lines[Choice.PAUSE_15]["label"] == ("s", "Pause for 15 minutes")
    assert lines[1]["enabled"] == ("b", False)
    panel.event(Choice.PAUSE_15)
    panel.event(Choice.PAUSE_15, "hovered")
    assert panel.clicked == [Choice.PAUSE_15]  # type: ignore[attr-defined]


def test_what_is_not_enabled_cannot_be_chosen(panel: Panel) -> None:
    for number in (1, 20, 999, Choice.RESUME):
        panel.event(number)
    assert not panel.clicked  # type: ignore[attr-defined]


def test_nonsense_is_an_error_and_nothing_else(item: StatusNotifier, panel: Panel) -> None:
    for member, signature, body in (
        ("GetProperty", "is", (2, "nothing")), ("Event", "s", ("x",)), ("Dance", "", ()),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"DBus\.Error"):
            panel.ask("/MenuBar", "com.canonical.dbusmenu", member, signature, *body)
    with pytest.raises(ValueError, match="UnknownMethod"):
        panel.ask(ITEM_PATH, "org.freedesktop.DBus.Properties", "Get", "ss", "x", "nothing")
    assert panel.layout()


def test_without_a_bus_there_is_no_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    assert open_trays() == ()


def test_a_bus_that_goes_takes_only_the_icon_with_it(item: StatusNotifier) -> None:
    item._bus._link.sock.shutdown(2)
    assert item.chosen() == []
    assert item.fd == -1
    item.show(look_of(PAUSED), menu_of(PAUSED))
    item.close()


def test_the_mark_is_opaque_in_its_middle_and_clear_in_its_corner() -> None:
    look = look_of(RECORDING)
    pixels = _pixels(look.shape, look.colour, 24)
    middle = (12 * 24 + 12) * 4
    assert pixels[middle : middle + 4] == bytes((255, *look.colour))
    assert pixels[:4] == bytes(4)
