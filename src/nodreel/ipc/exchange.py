"""One line to the agent, one line back: the bare exchange, quick to import."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from nodreel.errors import ControlError, NotRunningError
from nodreel.ipc.address import address
from nodreel.ipc.peer import AF_UNIX, ourselves, peer_of

if TYPE_CHECKING:
    from pathlib import Path

MAX_MESSAGE = 64 * 1024
_SO_SNDTIMEO = 21  # Python names it nowhere; see nodreel.ipc.peer for numbers of Linux
_TIMEVAL = struct.Struct("ll")


def exchange(path: Path, request: bytes, timeout: float) -> bytes:
    """Send a line to the agent's socket at ``path`` and return its line; seconds per step.

    Raises NotRunningError when nobody listens, ControlError when the answer does not come or
    another user serves the socket.
    """
    try:
        answer = _exchange(path, request, timeout)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
        raise NotRunningError("The agent is not running.") from error
    except (TimeoutError, BlockingIOError) as error:
        msg = f"The agent did not answer within {timeout:g} seconds."
        raise ControlError(msg, advice="Try again; if it stays so, `nodreel doctor`.") from error
    except OSError as error:
        msg = f"Cannot talk to the agent at {path}: {error.strerror or error}."
        raise ControlError(msg) from error
    if not answer:
        raise ControlError("The agent closed the connection without an answer.")
    return answer


def _exchange(path: Path, request: bytes, timeout: float) -> bytes:
    with socket.socket(AF_UNIX, socket.SOCK_STREAM) as agent:
        # With a Python timeout connect() would fail at once when the agent has many callers.
        agent.setsockopt(socket.SOL_SOCKET, _SO_SNDTIMEO, _timeval(timeout))
        with address(path) as name:
            agent.connect(name)
        agent.settimeout(timeout)
        if peer_of(agent).uid != ourselves().uid:
            msg = f"The socket {path} is served by another user."
            raise ControlError(msg, advice="Do not trust it; run `nodreel doctor`.")
        agent.sendall(request)
        received = bytearray()
        while not received.endswith(b"\n") and len(received) <= MAX_MESSAGE:
            part = agent.recv(MAX_MESSAGE)
            if not part:
                break
            received += part
    return bytes(received)


def _timeval(seconds: float) -> bytes:
    whole, part = divmod(round(seconds * 1_000_000), 1_000_000)
    return _TIMEVAL.pack(whole, part)
