from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from jeepney import DBusAddress, HeaderFields, new_method_call, new_signal
from jeepney.io.blocking import open_dbus_connection

from nodreel.desktop.x11.desktop import X11Desktop
from nodreel.desktop.x11.session import Session
from nodreel.events import SECOND, Nanos
from nodreel.scene import Scene
from tests.bed.bed import wait_for
from tests.bed.logind import LOGIND, MANAGER, PATH, Logind, bed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed

__all__ = ["bed"]


@pytest.fixture
def logind(on_bed: Bed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logind]:
    monkeypatch.setenv("XDG_SESSION_ID", "c1")
    with open_dbus_connection(on_bed.env["DBUS_SYSTEM_BUS_ADDRESS"]) as bus:
        yield Logind(bus)


def turns(session: Session, *, locked: bool) -> bool:
    def seen() -> bool:
        session.read()
        return session.locked is locked

    wait_for(seen, f"locked={locked}")
    return True


def test_lock_sleep_and_switching_away_all_count(logind: Logind) -> None:
    session = Session()
    assert session.fd >= 0
    assert not session.locked
    logind.call("Lock")
    assert turns(session, locked=True)
    logind.call("Unlock")
    assert turns(session, locked=False)
    logind.set("LockedHint", value=True)
    assert turns(session, locked=True)
    late = Session()
    assert late.locked
    late.close()
    logind.set("LockedHint", value=False)
    assert turns(session, locked=False)
    logind.set("Active", value=False)
    assert turns(session, locked=True)
    logind.set("Active", value=True)
    assert turns(session, locked=False)
    logind.sleep(asleep=True)
    assert turns(session, locked=True)
    logind.sleep(asleep=False)
    assert turns(session, locked=False)
    session.close()
    session.close()


def test_a_session_from_another_computer_says_so(logind: Logind) -> None:
    session = Session()
    assert not session.remote
    logind.set("Remote", value=True)
    wait_for(lambda: session.read() or session.remote, "it to be remote")
    logind.set("Remote", value=False)
    session.close()


def lose(session: Session) -> None:
    """Close the connection from the other end, as a bus that starts anew does."""
    assert session._bus is not None
    session._bus.sock.shutdown(socket.SHUT_RDWR)


def test_when_nobody_tells_any_more_it_counts_as_locked_until_somebody_does(
    logind: Logind,
) -> None:
    session = Session()
    lose(session)
    assert turns(session, locked=True)
    assert session.fd == -1
    session.mend()
    assert session.fd >= 0
    assert not session.locked
    logind.call("Lock")
    assert turns(session, locked=True)
    logind.call("Unlock")
    assert turns(session, locked=False)
    session.close()


def test_a_desktop_finds_a_lost_logind_again(logind: Logind) -> None:
    desktop = X11Desktop()
    assert not desktop.scene().locked
    lose(desktop._picture.session)
    wait_for(lambda: desktop.scene().locked, "the loss to be seen")
    desktop.company()
    assert not desktop.scene().locked
    desktop.close()


def test_nobody_else_can_unlock(logind: Logind, on_bed: Bed) -> None:
    session = Session()
    assert session._bus is not None
    logind.call("Lock")
    assert turns(session, locked=True)
    with open_dbus_connection(on_bed.env["DBUS_SYSTEM_BUS_ADDRESS"]) as liar:
        emitter = DBusAddress(PATH, interface=f"{LOGIND}.Session")
        message = new_signal(emitter, "Unlock")
        message.header.fields[HeaderFields.destination] = (
            session._bus.unique_name
        )  # straight to us, past all rules
        liar.send(message)
        liar.send_and_get_reply(
            new_method_call(DBusAddress(MANAGER, LOGIND, f"{LOGIND}.Manager"), "ListSessions")
        )
    session.read()
    assert session.locked
    logind.call("Unlock")
    assert turns(session, locked=False)
    session.close()


def test_the_scene_says_it(logind: Logind) -> None:
    desktop = X11Desktop()
    desktop.flush()
    logind.call("Lock")

    def told(*, locked: bool) -> bool:
        got = desktop.wait(Nanos(SECOND))
        return any(isinstance(e, Scene) and e.locked is locked for e in got)

    wait_for(lambda: told(locked=True), "the lock")
    assert desktop.scene().locked
    logind.call("Unlock")
    wait_for(lambda: told(locked=False), "the end of it")
    desktop.close()


def test_without_a_bus_nothing_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    session = Session()
    session.read()
    assert (session.fd, session.locked) == (-1, False)
