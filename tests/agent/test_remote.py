"""Who may be looking from elsewhere, by a table; and that a real one stops the recording."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.agent import PERMIT, SHOW
from nodreel.agent.remote import REMOTE, UNKNOWN, why_remote
from nodreel.events import SECOND, Gap
from nodreel.scene import Company
from tests.bed.bed import wait_for
from tests.bed.neighbours import looking_in

if TYPE_CHECKING:
    from tests.agent.journey import Journey
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

NOBODY = ("/usr/bin/xterm", "/usr/lib/xorg/Xorg", "/opt/teamviewer/tv_bin/TeamViewer")


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("/usr/bin/x11vnc", "x11vnc"),
        ("/usr/bin/Xtigervnc", "TigerVNC"),
        ("/usr/bin/x11vnc (deleted)", "x11vnc"),
        ("/opt/teamviewer/tv_bin/TeamViewer_Desktop", "TeamViewer"),
        ("/usr/sbin/xrdp-chansrv", "xrdp"),
        ("xrdp-chansrv", "xrdp"),
        ("gnome-remote-de", "GNOME Remote Desktop"),
        ("/usr/bin/xpra", "Xpra"),
        ("/usr/share/anydesk/AnyDesk", "AnyDesk"),
        ("/home/me/x11vnc-notes", None),
        ("/usr/bin/gnome-remote-de", None),
        ("/usr/bin/vncviewer", None),
        ("", None),
    ],
)
def test_programs(program: str, told: str | None) -> None:
    why = why_remote(Company((*NOBODY, program)))
    assert why is None if told is None else why is not None and why.startswith(told)


def test_a_session_from_elsewhere_is_none_of_ours() -> None:
    assert why_remote(Company(NOBODY)) is None
    assert why_remote(Company(NOBODY, remote=True)) == REMOTE
    assert why_remote(None) == UNKNOWN


def test_recording_stops_while_somebody_can_look_in(
    journey: Journey, windows: Windows, hands: Injector
) -> None:
    with looking_in():
        look_in(journey, windows, hands)


def look_in(journey: Journey, windows: Windows, hands: Injector) -> None:
    shell = journey.open("xterm", "-T", "work")
    windows.activate(windows.wait("work", shell.pid).id)
    journey.consent()
    journey.agent()
    journey.until("recording")
    guest = journey.open("x11vnc", "-quiet", "-rfbport", "0", "-noipv6", "-localhost", "-forever")
    began = time.monotonic_ns()
    status = journey.until("blocked", "remote")
    assert time.monotonic_ns() - began < 8 * SECOND, "looked for every 5 s while nothing happens"
    assert "x11vnc" in status.sentence
    closed = time.monotonic_ns()
    hands.type("while somebody looks")
    guest.stop()
    journey.until("recording")
    opened = time.monotonic_ns()
    hands.type("again")
    wait_for(lambda: any(t > opened for t, _ in journey.stored_at()), "the keys after it")
    assert [t for t, _ in journey.stored_at() if closed < t < opened - SECOND] == []
    assert any(isinstance(event, Gap) for event in journey.stored())


def test_what_an_open_interlock_shuts() -> None:
    assert {"sign", "session", "remote"} <= {*PERMIT, *SHOW}
