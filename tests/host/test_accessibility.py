from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from jeepney import DBusAddress, Properties, message_bus
from jeepney.io.blocking import open_dbus_connection

from nodreel.errors import StoreError
from nodreel.host.accessibility import is_on, restore, switch_on
from tests.bed.bed import Bed
from tests.bed.fixtures import on_bed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["on_bed"]
STATUS = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status")


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    with Bed(tmp_path_factory.mktemp("bed") / "x", wm=None, accessibility=True) as made:
        yield made


class Switch:
    """The desktop's own switch."""

    def __init__(self, bed: Bed) -> None:
        self._address = bed.env["DBUS_SESSION_BUS_ADDRESS"]

    @property
    def on(self) -> bool:
        with open_dbus_connection(self._address) as bus:
            reply = bus.send_and_get_reply(Properties(STATUS).get("IsEnabled"))
        value: bool = reply.body[0][1]
        return value

    def turn(self, *, on: bool) -> None:
        with open_dbus_connection(self._address) as bus:
            bus.send_and_get_reply(Properties(STATUS).set("IsEnabled", "b", on))


@pytest.fixture
def switch(on_bed: Bed) -> Switch:
    made = Switch(on_bed)
    made.turn(on=False)
    return made


def test_what_was_found_is_put_back(switch: Switch, tmp_path: Path) -> None:
    kept = tmp_path / "found"
    assert switch_on(kept)
    assert switch.on
    assert oct(os.stat(kept).st_mode)[-3:] == "600"  # noqa: PTH116
    assert switch_on(kept)  # another start: what was found first still counts
    assert restore(kept)
    assert not switch.on
    assert not kept.exists()


def test_what_was_on_stays_on(switch: Switch, tmp_path: Path) -> None:
    switch.turn(on=True)
    assert switch_on(tmp_path / "found")
    assert restore(tmp_path / "found")
    assert switch.on


def test_nothing_is_put_back_that_was_not_switched(switch: Switch, tmp_path: Path) -> None:
    switch.turn(on=True)
    assert restore(tmp_path / "found")
    assert switch.on


def test_what_cannot_be_kept_is_not_switched(switch: Switch, tmp_path: Path) -> None:
    with pytest.raises((StoreError, FileNotFoundError)):
        switch_on(tmp_path / "nowhere" / "found")
    assert not switch.on


def test_without_a_desktop_it_is_put_back_next_time(
    switch: Switch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "found"
    assert switch_on(kept)
    with monkeypatch.context() as away:
        away.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
        assert not restore(kept)
        assert not switch_on(tmp_path / "other")
    assert kept.exists()
    assert not (tmp_path / "other").exists()
    assert restore(kept)
    assert not switch.on


def test_a_foreign_file_leaves_the_desktop_as_it_is(switch: Switch, tmp_path: Path) -> None:
    kept = tmp_path / "found"
    kept.write_bytes(b"off\n")
    kept.chmod(0o644)
    switch.turn(on=True)
    restore(kept)
    assert switch.on


def test_whether_it_is_on_is_only_looked_up(switch: Switch) -> None:
    assert not is_on()
    switch.turn(on=True)
    assert is_on()


def test_to_look_it_up_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_on(), "there is no bus at all"
    with Bed(tmp_path / "plain", wm=None) as plain:
        address = plain.env["DBUS_SESSION_BUS_ADDRESS"]
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert not is_on()
        with open_dbus_connection(address) as bus:
            (names,) = bus.send_and_get_reply(message_bus.ListNames()).body
        assert "org.a11y.Bus" not in names
