"""A desktop with a stand-in for logind, which says what a test wants it to say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.bed.bed import Bed

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGIND = "org.freedesktop.login1"
PATH = "/org/freedesktop/login1/session/c1"
MANAGER = "/org/freedesktop/login1"
MOCK = "org.freedesktop.DBus.Mock"


class Logind:
    """Makes the stand-in for logind say things."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus

    def _call(self, path: str, interface: str, method: str, signature: str, *body: object) -> None:
        place = DBusAddress(path, LOGIND, interface)
        reply = self._bus.send_and_get_reply(new_method_call(place, method, signature, body))
        assert reply.header.message_type.name == "method_return", reply.body

    def add_session(self) -> None:
        self._call(MANAGER, MOCK, "AddSession", "ssusb", "c1", "seat0", os.getuid(), "x", True)

    def call(self, method: str) -> None:
        self._call(PATH, f"{LOGIND}.Session", method, "")

    def set(self, name: str, *, value: bool) -> None:
        place = "org.freedesktop.login1.Session"
        self._call(PATH, MOCK, "UpdateProperties", "sa{sv}", place, {name: ("b", value)})

    def sleep(self, *, asleep: bool) -> None:
        self._call(MANAGER, MOCK, "EmitSignal", "sssav", f"{LOGIND}.Manager", "PrepareForSleep",
                   "b", [("b", asleep)])  # fmt: skip


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    with Bed(tmp_path_factory.mktemp("bed") / "x", logind=True) as made:
        with open_dbus_connection(made.env["DBUS_SYSTEM_BUS_ADDRESS"]) as bus:
            Logind(bus).add_session()
        yield made
