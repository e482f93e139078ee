"""What somebody who hears the screen gets of the sign, read over the real accessibility bus."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from jeepney import DBusAddress, MatchRule, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from nodreel.sign.bus import DAEMON, ask
from nodreel.sign.looks import look_of
from nodreel.sign.spoken import ACCESSIBLE, REGISTRY, ROOT, STATUS, Spoken
from nodreel.sign.tray import open_trays
from tests.bed.bed import Bed
from tests.bed.waiting import PATIENCE, wait_for
from tests.sign.conftest import PAUSED, RECORDING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROPERTIES = "org.freedesktop.DBus.Properties"
Reference = tuple[str, str]


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """A desktop on which accessibility is at work."""
    with Bed(tmp_path_factory.mktemp("bed") / "x", wm=None, accessibility=True) as made:
        yield made


@pytest.fixture
def spoken(on_bed: Bed) -> Iterator[Spoken]:
    """The sign's own, answering beside the test as its process would."""
    made = Spoken.open()
    assert made is not None
    made.show(look_of(RECORDING), ())
    ended = threading.Event()

    def answer() -> None:
        while not ended.wait(0.01):
            made.chosen()

    thread = threading.Thread(target=answer)
    thread.start()
    yield made
    ended.set()
    thread.join()
    made.close()


class Reader:
    """Another program that reads the screen aloud, from the desktop's registry on."""

    def __init__(self) -> None:
        with closing(open_dbus_connection("SESSION")) as session:
            where = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            (address,) = ask(session, PATIENCE, where, "GetAddress").body
        self.link: Any = open_dbus_connection(address)

    def call(self, at: Reference, member: str, signature: str = "", *body: object) -> Any:
        where = DBusAddress(at[1], at[0], ACCESSIBLE)
        return ask(self.link, PATIENCE, where, member, signature, *body).body[0]

    def name(self, at: Reference) -> str:
        where = DBusAddress(at[1], at[0], PROPERTIES)
        told = ask(self.link, PATIENCE, where, "Get", "ss", ACCESSIBLE, "Name").body[0]
        return str(told[1])

    def app(self) -> Reference:
        """Find the application that is called nodreel among all that there are."""

        def there() -> Reference | None:
            apps = self.call((REGISTRY, ROOT), "GetChildren")
            return next((tuple(app) for app in apps if self.name(tuple(app)) == "nodreel"), None)

        return wait_for(there, "nodreel among the applications")

    def close(self) -> None:
        self.link.close()


@pytest.fixture
def reader(spoken: Spoken) -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def test_its_words_are_a_name_that_is_found_from_the_registry(reader: Reader) -> None:
    app = reader.app()
    assert reader.call(app, "GetRoleName") == "application"
    (status,) = (tuple(child) for child in reader.call(app, "GetChildren"))
    assert reader.name(status) == "nodreel: recording Mousepad"
    assert reader.call(status, "GetRoleName") == "status bar"
    assert reader.call(status, "GetRole") == 54
    assert tuple(reader.call(app, "GetChildAtIndex", "i", 0)) == status
    assert reader.call(status, "GetInterfaces") == [ACCESSIBLE]
    showing = 1 << 25
    assert reader.call(status, "GetState")[0] & showing


def test_other_words_are_said(spoken: Spoken, reader: Reader) -> None:
    status = (spoken._bus.name, STATUS)
    rule = MatchRule(type="signal", path=STATUS, member="PropertyChange").serialise()
    ask(reader.link, PATIENCE, DAEMON, "AddMatch", "s", rule)
    spoken.show(look_of(RECORDING), ())
    spoken.show(look_of(PAUSED), ())
    while (said := reader.link.receive(timeout=PATIENCE)) is not None:
        if said.header.message_type is MessageType.signal and said.body[0] == "accessible-name":
            break
    assert "paused" in said.body[3][1], "and the same words are not said twice"
    assert "paused" in reader.name(status)


def test_nonsense_is_an_error_and_nothing_else(spoken: Spoken, reader: Reader) -> None:
    for interface, member, signature, body in (
        (ACCESSIBLE, "GetChildAtIndex", "i", (5,)), (ACCESSIBLE, "Dance", "", ()),
        (PROPERTIES, "Get", "ss", ("x", "Name")), (PROPERTIES, "Get", "s", (ACCESSIBLE,)),
    ):  # fmt: skip
        where = DBusAddress(STATUS, spoken._bus.name, interface)
        call = new_method_call(where, member, signature or None, body)
        reply = reader.link.send_and_get_reply(call, timeout=PATIENCE)
        assert reply.header.message_type is MessageType.error
    assert reader.name((spoken._bus.name, STATUS))


def test_where_no_such_bus_runs_none_is_started(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bed(tmp_path / "plain", wm=None) as plain:
        address = plain.env["DBUS_SESSION_BUS_ADDRESS"]
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert Spoken.open() is None
        (tray,) = open_trays()
        tray.close()
        with closing(open_dbus_connection("SESSION")) as link:
            (names,) = ask(link, PATIENCE, DAEMON, "ListNames").body
        assert "org.a11y.Bus" not in names


def test_a_bus_that_goes_takes_nothing_else_with_it(on_bed: Bed) -> None:
    spoken = Spoken.open()
    assert spoken is not None
    spoken._bus._link.sock.shutdown(2)
    assert spoken.chosen() == []
    assert spoken.fd == -1
    spoken.show(look_of(PAUSED), ())
    spoken.close()
