from __future__ import annotations

import os
import signal
import struct
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.connection import Connection, ServerGoneError
from nodreel.desktop.x11.desktop import X11Desktop
from nodreel.errors import UnsupportedError
from nodreel.events import SECOND, Nanos
from tests.bed.bed import Bed, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def x(on_bed: Bed) -> Iterator[Connection]:
    made = Connection()
    yield made
    made.close()


def test_no_server_is_said_in_plain_words() -> None:
    with pytest.raises(UnsupportedError, match="no X server"):
        Connection(":7654")


def test_a_request_about_a_window_that_is_gone_yields_nothing(x: Connection) -> None:
    assert x.answer(x.core.GetWindowAttributes(0x1234567)) is None
    assert x.raw_answer(x.core.GetGeometry(0x1234567)) == b""
    assert x.property_bytes(x.ask_property(0x1234567, "WM_NAME")) == b""
    assert not x.works(x.core.MapWindowChecked(0x1234567))
    x.core.MapWindow(0x1234567)
    x.round_trip()
    assert list(x.events()) == []


def test_names_and_numbers_are_each_others(x: Connection) -> None:
    assert x.atom_name(x.atom("WM_STATE")) == "WM_STATE"
    assert x.atom_name(0) == ""
    assert x.extension("NO-SUCH-THING") is None


def test_it_is_known_who_made_what(x: Connection) -> None:
    one, two = x.new_id(), x.new_id()
    assert x.client_of(one) == x.client_of(two)
    assert not x.is_servers(one)
    assert x.is_servers(x.root)


def test_events_come_whole_and_forged_ones_not_at_all(x: Connection) -> None:
    window = x.new_id()
    x.core.CreateWindow(0, window, x.root, 0, 0, 1, 1, 0, 2, 0, 1 << 11, [1 << 22])
    x.core.ChangeProperty(0, window, x.atom("A"), 31, 8, 3, b"abc")
    forged = struct.pack("=BBHIII16x", 28, 0, 0, window, 1, 1)
    x.core.SendEvent(False, window, 1 << 22, forged)
    x.round_trip()
    events = list(x.events())
    assert [(e[0], len(e)) for e in events] == [(28, 32)]
    assert x.property_bytes(x.ask_property(window, "A")) == b"abc"
    assert struct.unpack_from("=I", events[0], 4) == (window,)


def test_a_dead_server_is_told_and_closing_still_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bed(tmp_path / "bed", wm=None) as bed:
        for name in ("DISPLAY", "XAUTHORITY"):
            monkeypatch.setenv(name, bed.env[name])
        x, desktop = Connection(), X11Desktop()
        desktop.flush()
        os.kill(bed._apps[0].pid, signal.SIGKILL)
        with pytest.raises(UnsupportedError, match="gone away"):
            wait_for(lambda: desktop.wait(Nanos(SECOND)) and None, "the end")
        with pytest.raises(ServerGoneError):
            x.round_trip()
        for call in (desktop.scene, desktop.flush, lambda: desktop.watch([1])):
            with pytest.raises(UnsupportedError):
                call()
        desktop.close()
        desktop.close()
        x.close()
