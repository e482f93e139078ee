"""Ask the agent one thing and get one answer."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError

from nodreel import errors
from nodreel.errors import ControlError, NodreelError, NotRunningError
from nodreel.ipc.address import address
from nodreel.ipc.peer import AF_UNIX, ourselves, peer_of
from nodreel.ipc.wire import MAX_MESSAGE, REPLY, Done, Refused, line

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

    from nodreel.paths import Paths

_SO_SNDTIMEO = 21  # Python names it nowhere; see nodreel.ipc.peer for numbers of Linux
_TIMEVAL = struct.Struct("ll")


def call(paths: Paths, message: BaseModel, timeout: float = 2.0) -> Done:
    """Send ``message`` and return the answer; ``timeout`` in seconds per step.

    Raises NotRunningError when nobody listens, ControlError when the answer does not come, is not
    understood or comes from another user, and the agent's own error when it refuses.
    """
    try:
        answer = _exchange(paths.socket, line(message), timeout)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
        raise NotRunningError("The agent is not running.") from error
    except (TimeoutError, BlockingIOError) as error:
        msg = f"The agent did not answer within {timeout:g} seconds."
        raise ControlError(msg, advice="Try again; if it stays so, `nodreel doctor`.") from error
    except OSError as error:
        msg = f"Cannot talk to the agent at {paths.socket}: {error.strerror or error}."
        raise ControlError(msg) from error
    understood = _understood(answer)
    if isinstance(understood, Refused):
        _raise(understood)
    return understood


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


def _understood(answer: bytes) -> Done | Refused:
    if not answer:
        raise ControlError("The agent closed the connection without an answer.")
    try:
        return REPLY.validate_json(answer)
    except ValidationError as error:
        raise ControlError("The agent's answer makes no sense to this command.") from error


def _raise(refused: Refused) -> NoReturn:
    """Raise what the agent would have raised here."""
    named = getattr(errors, refused.code, ControlError)
    known = isinstance(named, type) and issubclass(named, NodreelError)
    kind = named if known else ControlError
    raise kind(refused.message, advice=refused.advice)
