"""The agent's ear under hostile and clumsy callers: closed, cheap, and without effect."""

from __future__ import annotations

import os
import resource
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import WallNanos
from nodreel.errors import ControlError, DiskFullError, StoreError
from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.ipc import server as server_module
from nodreel.ipc import wire
from nodreel.ipc.client import call
from nodreel.ipc.exchange import MAX_MESSAGE
from nodreel.ipc.peer import Peer
from nodreel.ipc.server import MAX_CONNECTIONS, ControlServer
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.paths import Paths


class Turned:
    now = Nanos(0)

    def mono(self) -> Nanos:
        return self.now

    def wall(self) -> WallNanos:
        return WallNanos(self.now)


READY = wire.Done(status=wire.Status(state="waiting", sentence="Ready."))


class Heard:
    """A handler that remembers what reached it."""

    def __init__(self) -> None:
        self.messages: list[wire.Request] = []
        self.pids: list[int] = []
        self.fail: Exception | None = None

    def __call__(self, message: wire.Request, pid: int) -> wire.Done:
        self.messages.append(message)
        self.pids.append(pid)
        if self.fail is not None:
            raise self.fail
        return READY


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def server(paths: Paths, heard: Heard) -> Iterator[ControlServer]:
    with ControlServer(paths, heard, patience=Nanos(500 * MILLISECOND)) as running:
        yield running


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def dial(paths: Paths) -> socket.socket:
    """Connect by hand, with a deadline that only a hanging server meets."""
    caller = socket.socket(socket.AF_UNIX)
    caller.settimeout(20)
    caller.connect(str(paths.socket))
    return caller


def rest(caller: socket.socket) -> bytes:
    """Read until the server closes."""
    parts = []
    try:
        while part := caller.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def said_until_closed(
    caller: socket.socket, piece: bytes, *, pause_s: float = 0, most: int = 1 << 30
) -> int:
    """Say the same again and again; return how many bytes went out until the server hung up."""
    sent = 0
    pause = threading.Event()
    try:
        while sent < most:
            sent += caller.send(piece)
            pause.wait(pause_s)
    except (BrokenPipeError, ConnectionResetError):
        return sent
    return pytest.fail("the server listens for ever")


@pytest.mark.usefixtures("server")
def test_a_request_reaches_the_handler_with_its_pid(paths: Paths, heard: Heard) -> None:
    assert call(paths, wire.Pause(minutes=15)) == READY
    assert heard.messages == [wire.Pause(minutes=15)]
    assert heard.pids == [os.getpid()]


@pytest.mark.usefixtures("server")
def test_a_request_in_pieces_is_put_together(paths: Paths, heard: Heard) -> None:
    with dial(paths) as caller:
        for byte in wire.line(wire.AddNote(text="ünïcode")):
            caller.send(bytes([byte]))
        assert b'"done"' in rest(caller)
    assert heard.messages == [wire.AddNote(text="ünïcode")]


@pytest.mark.usefixtures("server")
def test_only_the_first_line_of_a_connection_counts(paths: Paths, heard: Heard) -> None:
    with dial(paths) as caller:
        caller.sendall(wire.line(wire.Resume()) * 50)
        assert rest(caller).count(b"\n") == 1
    assert heard.messages == [wire.Resume()]


@pytest.mark.parametrize(
    "garbage",
    [b"\n", b"GET / HTTP/1.1\r\n\r\n", b"\x00" * 100 + b"\n", b'{"do":"start"}\n',
     b'{"do":"consent","yes":true}\n', b"[" * 60_000 + b"\n"],
    ids=["empty", "http", "zeros", "start", "consent", "deep"],
)  # fmt: skip
@pytest.mark.usefixtures("server")
def test_garbage_is_refused_and_closed(paths: Paths, heard: Heard, garbage: bytes) -> None:
    with dial(paths) as caller:
        caller.sendall(garbage)
        answer = wire.REPLY.validate_json(rest(caller))
    assert isinstance(answer, wire.Refused)
    assert answer.code == "ControlError"
    assert heard.messages == []
    assert call(paths, wire.AskStatus()) == READY


@pytest.mark.usefixtures("server")
def test_an_endless_message_is_cut_off(paths: Paths, heard: Heard) -> None:
    """A claimed gigabyte: the server reads 64 KiB and hangs up; we cannot even send the rest."""
    with dial(paths) as caller:
        assert said_until_closed(caller, b"x" * 65536) < 1 << 22
    assert heard.messages == []
    assert call(paths, wire.AskStatus()) == READY


@pytest.mark.usefixtures("server")
def test_a_message_of_64_kib_and_one_byte_is_too_long(paths: Paths, heard: Heard) -> None:
    padded = b'{"do":"status"}'.rjust(MAX_MESSAGE)
    with dial(paths) as caller:
        caller.sendall(padded + b"\n")
        assert b'"done"' in rest(caller)
    with dial(paths) as caller:
        caller.sendall(b" " + padded + b"\n")
        assert rest(caller) == b""
    assert len(heard.messages) == 1


@pytest.mark.usefixtures("server")
def test_a_slow_talker_is_closed_however_busy_it_looks(paths: Paths, heard: Heard) -> None:
    """Slowloris: a byte now and then must not buy more time."""
    with dial(paths) as caller:
        assert said_until_closed(caller, b" ", pause_s=0.02, most=1000) < 1000
    assert heard.messages == []


def test_who_spoke_while_another_was_answered_is_heard(paths: Paths) -> None:
    """Its time was over meanwhile, and it may have said to pause."""
    clock, said = Turned(), []

    def answer(message: wire.Request, _: int) -> wire.Done:
        said.append(message)
        if len(said) == 1:
            second.sendall(wire.line(wire.Pause()))
            clock.now = Nanos(clock.now + 3600 * SECOND)
        return READY

    with (
        ControlServer(paths, answer, clock=clock) as server,
        dial(paths) as second,
        dial(paths) as first,
    ):
        wait_for(lambda: len(server._callers) == 2, "both to be let in")
        first.sendall(wire.line(wire.AskStatus()))
        assert b'"done"' in rest(second)
    assert said == [wire.AskStatus(), wire.Pause()]


@pytest.mark.usefixtures("server")
def test_a_silent_caller_is_closed(paths: Paths) -> None:
    with dial(paths) as caller:
        assert rest(caller) == b""


@pytest.mark.usefixtures("server")
def test_a_caller_that_hangs_up_early_harms_nothing(paths: Paths, heard: Heard) -> None:
    for said in (b"", b'{"do":', wire.line(wire.AskStatus())):
        with dial(paths) as caller:
            caller.sendall(said)
    assert call(paths, wire.AskStatus()) == READY


def test_a_thousand_silent_callers_keep_nobody_out(paths: Paths, heard: Heard) -> None:
    """The server is patient here, so only the newest-wins rule can let the real caller in."""
    crowd: list[socket.socket] = []
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    with ControlServer(paths, heard, patience=Nanos(3600 * SECOND)) as server:
        try:
            for _ in range(1000):
                caller = socket.socket(socket.AF_UNIX)
                crowd.append(caller)
                caller.connect(str(paths.socket))
            assert call(paths, wire.AskStatus(), timeout=20) == READY
            assert len(server._callers) <= MAX_CONNECTIONS
        finally:
            for caller in crowd:
                caller.close()
    assert heard.messages == [wire.AskStatus()]


def test_another_user_is_not_even_read(
    paths: Paths, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "peer_of", lambda _: Peer(pid=1, uid=os.getuid() + 1))
    with ControlServer(paths, heard), dial(paths) as caller:
        said_until_closed(caller, wire.line(wire.Stop()))
        assert rest(caller) == b""
    assert heard.messages == []


def test_a_caller_that_cannot_be_named_is_not_read(
    paths: Paths, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: socket.socket) -> Peer:
        raise OSError

    monkeypatch.setattr(server_module, "peer_of", fail)
    with ControlServer(paths, heard), dial(paths) as caller:
        assert rest(caller) == b""
    assert heard.messages == []


@pytest.mark.usefixtures("server")
def test_the_agents_own_errors_travel(paths: Paths, heard: Heard) -> None:
    heard.fail = DiskFullError("No room in /data.", advice="Free some.")
    with pytest.raises(DiskFullError, match=r"No room in /data\.") as caught:
        call(paths, wire.Resume())
    assert caught.value.advice == "Free some."


@pytest.mark.usefixtures("server")
def test_a_broken_handler_does_not_deafen_the_agent(
    paths: Paths, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    heard.fail = RuntimeError("with a secret inside")
    with pytest.raises(ControlError, match="failed to do this"):
        call(paths, wire.AddNote(text="private words"))
    heard.fail = None
    assert call(paths, wire.Withdraw(stored="delete")) == READY
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert "private" not in caplog.text


def test_a_socket_that_was_taken_away_is_put_back(server: ControlServer, paths: Paths) -> None:
    server.mend()
    paths.socket.unlink()
    server.mend()
    assert call(paths, wire.AskStatus())
    paths.socket.unlink()
    paths.socket.write_text("in the way")
    with pytest.raises(StoreError, match="in the way"):
        server.mend()
    paths.socket.unlink()
    server.mend()
    assert call(paths, wire.AskStatus())


def test_nothing_is_left_after_closing(paths: Paths, heard: Heard) -> None:
    before = threading.active_count(), descriptors()
    server = ControlServer(paths, heard)
    server.start()
    with dial(paths) as caller:
        assert call(paths, wire.AskStatus()) == READY
        server.close()
        assert rest(caller) == b""
    server.close()
    assert not paths.socket.exists()
    assert (threading.active_count(), descriptors()) == before


@contextmanager
def none_left() -> Iterator[Callable[[], None]]:
    """Take every descriptor that this process may have; call it to take what came free."""
    crowd: list[int] = []

    def take() -> None:
        with suppress(OSError):
            while True:
                crowd.append(os.dup(0))

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(open_now.name) for open_now in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, hard))
    try:
        take()
        yield take
    finally:
        for descriptor in crowd:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_out_of_descriptors_it_still_answers_one_after_the_other(
    paths: Paths, heard: Heard
) -> None:
    callers = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    with ControlServer(paths, heard), none_left() as take:
        for caller in callers:
            take()
            caller.settimeout(10)
            caller.connect(str(paths.socket))
            caller.sendall(wire.line(wire.AskStatus()))
            assert b'"done"' in rest(caller)
    for caller in callers:
        caller.close()


def test_out_of_descriptors_it_waits_without_spinning(paths: Paths, server: ControlServer) -> None:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(20)
        server._give_spare()  # somebody else was faster
        with none_left():
            before = time.process_time()
            caller.connect(str(paths.socket))
            caller.sendall(wire.line(wire.AskStatus()))
            threading.Event().wait(1)
            spent = time.process_time() - before
        assert b'"done"' in rest(caller)
    assert spent < 0.15
