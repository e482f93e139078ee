"""The window that hears six digits, on a server whose keyboard no program types on.

That is an X server inside a window of another one: what is typed on the outer desktop reaches the
inner one as its keyboard's own. No keyboard is plugged into the machine of a test, so that the one
of the inner server is given a device node, and the kernel's list of devices is a folder of ours.
"""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import xcffib
import xcffib.record
import xcffib.xinput
import xcffib.xtest

from nodreel.clock import SystemClock
from nodreel.desktop.presence import Found, look
from nodreel.desktop.x11 import forgeries
from nodreel.desktop.x11.code_window import X11CodeWindow
from nodreel.desktop.x11.connection import Connection
from nodreel.errors import UnsupportedError
from nodreel.events import Nanos
from tests.bed.bed import wait_for
from tests.bed.injector import Injector, connect
from tests.desktop.code_window_contract import CODE, LONG, CodeWindowContract
from tests.host.test_keyboards import device

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bed.bed import Bed

COVERS = ("forgeries",)
DEVICE_KEY_PRESS, DEVICE_KEY_RELEASE = 1, 2
XI_CHANGE_PROPERTY = 57
XTEST_KEYBOARD = 5


@pytest.fixture(scope="module")
def inner(bed: Bed) -> Iterator[dict[str, str]]:
    """An X server in a window of the other; its DISPLAY and XAUTHORITY."""
    reader, writer = os.pipe()
    with (bed.folder / "Xephyr.log").open("wb") as out, subprocess.Popen(
        ["Xephyr", "-displayfd", str(writer), "-screen", "640x480", "-nolisten", "tcp", "-noreset",
         "-no-host-grab", "-auth", bed.env["XAUTHORITY"]],
        pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=bed.env,
    ) as server:  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        assert number, (bed.folder / "Xephyr.log").read_text()
        yield {"DISPLAY": f":{number}", "XAUTHORITY": bed.env["XAUTHORITY"]}
        server.terminate()


def keyboard_of(env: dict[str, str]) -> int:
    """The id of the server's own keyboard."""
    said = subprocess.run(
        ["xinput", "list", "--short"], env=os.environ | env, capture_output=True, text=True,
        check=True,
    ).stdout  # fmt: skip
    (line,) = [ln for ln in said.splitlines() if "slave  keyboard" in ln and "XTEST" not in ln]
    return int(line.split("id=")[1].split()[0])


class RealStage:
    def __init__(self, bed: Bed, env: dict[str, str], devices: Path) -> None:
        self._bed, self._env = bed, env
        self.real = keyboard_of(env)
        self._x = connect(env)
        self._xi: Any = self._x(xcffib.xinput.key)
        self.plug_in("/dev/input/event77")
        self.devices = devices
        self.window = X11CodeWindow(CODE, env["DISPLAY"], devices)
        wait_for(self.attended, "the window to have the keyboard")

    def plug_in(self, node: str, which: int = 0) -> None:
        """Say that the keyboard, or another device, is that one of the kernel."""
        intern = self._x.core.InternAtom
        atoms = [intern(False, len(n), n).reply().atom for n in ("Device Node", "STRING")]
        raw = node.encode()
        head = struct.pack("=xx2xHBBIII", which or self.real, 0, 8, *atoms, len(raw))
        padded = raw + bytes(-len(raw) % 4)  # xcffib's own request forgets the data
        self._xi.send_request(XI_CHANGE_PROPERTY, io.BytesIO(head + padded))
        self._x.flush()

    def attended(self) -> bool:
        self.window.wait(Nanos(0))
        focus = self._x.core.GetInputFocus().reply().focus
        return bool(focus == self.window._window)

    def by_hand(self, text: str) -> None:
        """Type on the outer desktop, with the inner one in front, and wait until it is heard."""
        with Injector(self._bed.env) as hands:
            hands.move(300, 200)
            hands.type(text)

    def by_program(self, text: str) -> None:
        with Injector(self._env) as program:
            program.type(text)

    def as_if_by_hand(self, text: str, delay_ms: int = 0) -> None:
        with Injector(self._env) as program:
            first = self._x.core.QueryExtension(15, "XInputExtension").reply().first_event
            for sign in text:
                code = program._codes[ord(sign)][0]
                for kind in (DEVICE_KEY_PRESS, DEVICE_KEY_RELEASE):
                    program._test.FakeInput(first + kind, code, delay_ms, 0, 0, 0, self.real)
            program._x.core.GetInputFocus().reply()

    def close(self) -> None:
        self.window.close()
        self._x.disconnect()


@pytest.fixture
def stage(
    bed: Bed, inner: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RealStage]:
    monkeypatch.setenv("XAUTHORITY", inner["XAUTHORITY"])
    made = RealStage(bed, inner, device(tmp_path / "input", "event77"))
    yield made
    made.close()


class TestX11(CodeWindowContract):
    @pytest.fixture
    def stage(self, stage: RealStage) -> RealStage:
        return stage


def pressed(stage: RealStage) -> list[tuple[int, bool]]:
    """Type a digit by hand; return what is known of its source."""
    stage.by_hand("7")
    presses: list[Any] = []
    while not presses:
        presses += stage.window.wait(LONG)
    return [(press.source, press.physical) for press in presses]


def test_a_program_that_types_in_a_keyboards_name_looks_like_it_but_for_its_request(
    stage: RealStage,
) -> None:
    stage.as_if_by_hand("7")
    (press,) = stage.window.wait(LONG)
    assert (press.source, press.physical) == (stage.real, True), "the source id proves nothing"
    assert not stage.window.undisturbed()


def test_an_xtest_device_that_was_given_a_node_stays_one(stage: RealStage) -> None:
    stage.plug_in("/dev/input/event77", XTEST_KEYBOARD)
    stage.by_program("7")
    (press,) = stage.window.wait(LONG)
    assert (press.source, press.physical) == (XTEST_KEYBOARD, False)


def test_a_keyboard_that_a_program_made_is_none(stage: RealStage) -> None:
    stage.plug_in("/dev/input/event78")
    device(stage.devices, "event78", where="virtual")
    assert pressed(stage) == [(stage.real, False)]


@pytest.mark.parametrize("node", ["", "/dev/input/event79", "/dev/input/../event77/x"])
def test_a_keyboard_that_the_kernel_does_not_know_is_none(stage: RealStage, node: str) -> None:
    stage.plug_in(node)
    assert pressed(stage) == [(stage.real, False)]


def test_what_is_typed_elsewhere_is_not_heard(stage: RealStage) -> None:
    x = connect(stage._env)
    other, root = x.generate_id(), x.get_setup().roots[0].root
    x.core.CreateWindow(0, other, root, 0, 0, 50, 50, 0, 1, 0, 0, [])
    x.core.MapWindow(other)
    x.core.SetInputFocus(1, other, 0)
    x.core.GetInputFocus().reply()
    stage.by_hand(CODE)
    x.core.SetInputFocus(1, stage.window._window, 0)
    x.core.GetInputFocus().reply()
    assert pressed(stage) == [(stage.real, True)], "the first that is heard"
    x.disconnect()


def test_whoever_ends_the_watch_spoils_the_proof(stage: RealStage) -> None:
    x = connect(stage._env)
    x(xcffib.record.key).FreeContext(stage.window._forgeries._context)
    x.core.GetInputFocus().reply()
    x.disconnect()
    assert not stage.window.undisturbed()


def test_a_window_that_is_closed_proves_nothing(stage: RealStage) -> None:
    x = connect(stage._env)
    x.core.KillClient(stage.window._window)
    x.core.GetInputFocus().reply()
    x.disconnect()
    with pytest.raises(Exception, match="gone away"):
        look(stage.window, CODE, SystemClock())


def test_the_digits_are_drawn(stage: RealStage) -> None:
    def drawn() -> bool:
        stage.window.wait(Nanos(0))
        shot = stage._x.core.GetImage(2, stage.window._window, 0, 48, 460, 80, 2**32 - 1).reply()
        dark = struct.unpack(f"={460 * 80}I", bytes(shot.data.buf())).count(0x202020)
        return dark > 460 * 8

    wait_for(drawn, "digits")


def test_in_a_process_of_its_own_on_a_server_without_a_keyboard_nothing_is_proved(
    bed: Bed,
) -> None:
    env = os.environ | {k: bed.env[k] for k in ("DISPLAY", "XAUTHORITY")}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "nodreel.desktop.presence", CODE], env=env,
        stdout=subprocess.PIPE,
    ) as window, Injector(bed.env) as program:  # fmt: skip

        def typed() -> bool:
            program.type("4")
            return window.poll() is not None

        wait_for(typed, "it to end")
        assert window.stdout is not None
        assert f'"found": "{Found.PROGRAM}"'.encode() in window.stdout.read()


def test_a_display_elsewhere_proves_nothing() -> None:
    with pytest.raises(UnsupportedError, match="another machine"):
        X11CodeWindow("123456", "localhost:10.0")


@pytest.mark.parametrize(("flags", "count"), [(0, 1), (1 << 16, 0)])
def test_a_key_that_is_held_went_down_once(stage: RealStage, flags: int, count: int) -> None:
    """Whoever leans on a key types no digits: what repeats by itself is no press."""
    event = bytearray(80)
    struct.pack_into("=H", event, 8, 2)  # a key goes down
    struct.pack_into("=I", event, 16, 10)
    struct.pack_into("=HHI", event, 52, stage.real, 0, flags)
    assert len(list(stage.window._press(bytes(event)))) == count


def test_a_watch_that_does_not_begin_leaves_no_connection(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Connection] = []
    closed: list[Connection] = []

    class Watched(Connection):
        def __init__(self, display: str | None) -> None:
            super().__init__(display)
            opened.append(self)

        def close(self) -> None:
            super().close()
            closed.append(self)

    monkeypatch.setenv("XAUTHORITY", bed.env["XAUTHORITY"])
    monkeypatch.setattr(forgeries, "Connection", Watched)
    monkeypatch.setattr(forgeries.Forgeries, "_until", lambda *_: [])
    control = Connection(bed.env["DISPLAY"])
    with pytest.raises(UnsupportedError, match="does not record"):
        forgeries.Forgeries(control, bed.env["DISPLAY"])
    control.close()
    assert len(opened) == 1
    assert closed == opened
