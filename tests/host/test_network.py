from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from jeepney import HeaderFields, MessageType, new_error, new_method_return
from jeepney.io.threading import open_dbus_connection

from nodreel.host.network import metered

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "org.freedesktop.NetworkManager"


@pytest.fixture
def bus() -> Iterator[str]:
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        text=True,
    ) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@contextmanager
def network_manager(bus: str, value: int | None) -> Iterator[None]:
    """A NetworkManager that answers with this value; None: with an error."""
    import threading

    from jeepney.bus_messages import message_bus

    connection = open_dbus_connection(bus)
    connection.send_and_get_reply = None  # type: ignore[method-assign, assignment]
    name = message_bus.RequestName(NAME)
    connection.send(name)
    connection.receive(timeout=5)

    def answer() -> None:
        while True:
            message = connection.receive(timeout=10)
            if message.header.message_type is not MessageType.method_call:
                continue
            assert message.header.fields[HeaderFields.member] == "Get"
            connection.send(
                new_error(message, f"{NAME}.No")
                if value is None
                else new_method_return(message, "v", (("u", value),))
            )
            return

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        connection.close()


@pytest.mark.parametrize(
    ("value", "wanted"), [(0, None), (1, True), (2, False), (3, True), (4, False), (None, None)]
)
def test_what_network_manager_says(bus: str, value: int | None, wanted: bool | None) -> None:
    with network_manager(bus, value):
        assert metered(bus) is wanted


def test_without_network_manager_nobody_knows(bus: str) -> None:
    assert metered(bus) is None


def test_without_a_bus_nobody_knows() -> None:
    assert metered("unix:path=/nowhere/at/all") is None
