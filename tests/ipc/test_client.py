"""What a command learns when there is no agent, a deaf one, or a false one."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import ControlError, NodreelError, NotRunningError
from nodreel.ipc import exchange, wire
from nodreel.ipc.client import call
from nodreel.ipc.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.paths import Paths

COVERS = ("exchange",)


@contextmanager
def agent_that_says(paths: Paths, answer: bytes | None) -> Iterator[None]:
    """Listen once and answer with these bytes whatever is asked; None: never answer."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(paths.socket))
        listener.listen()
        done = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                if answer is None:
                    done.wait(30)
                    return
                with suppress(BrokenPipeError):
                    connection.recv(65536)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def test_nobody_is_there(paths: Paths) -> None:
    with pytest.raises(NotRunningError) as caught:
        call(paths, wire.AskStatus())
    assert "nodreel start" in caught.value.advice


def test_a_dead_agents_socket_is_nobody(paths: Paths) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(paths.socket))
    with pytest.raises(NotRunningError):
        call(paths, wire.AskStatus())


def test_a_deaf_agent_is_given_up(paths: Paths) -> None:
    with agent_that_says(paths, None), pytest.raises(ControlError, match="did not answer"):
        call(paths, wire.AskStatus(), timeout=0.1)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "without an answer"),
        (b"hello\n", "no sense"),
        (b'{"answer":"done","grant":"yes"}\n', "no sense"),
        (b'{"answer":"maybe"}\n', "no sense"),
        (b"x" * 200_000, "no sense"),
    ],
)
def test_an_answer_that_is_none(paths: Paths, answer: bytes, words: str) -> None:
    with agent_that_says(paths, answer), pytest.raises(ControlError, match=words):
        call(paths, wire.AskStatus())


def test_another_users_socket_gets_no_request(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "ourselves", lambda: Peer(os.getpid(), os.getuid() + 1))
    said = wire.line(wire.Done())
    with agent_that_says(paths, said), pytest.raises(ControlError, match="another user"):
        call(paths, wire.AskStatus())


@pytest.mark.parametrize("code", ["SystemExit", "annotations", "NodreelError", "NoSuchError", ""])
def test_a_refusal_is_always_one_of_our_errors(paths: Paths, code: str) -> None:
    refused = wire.Refused(code=code, message="No.", advice="Ask later.")
    with (
        agent_that_says(paths, wire.line(refused)),
        pytest.raises(NodreelError, match=r"No\.") as caught,
    ):
        call(paths, wire.Stop())
    assert caught.value.advice == "Ask later."
