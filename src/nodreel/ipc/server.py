"""The agent's ear: one thread, one small message per connection, and nothing taken on trust.

Only the person's own processes are let in. A message that is too long, too slow, garbage or one
too many is closed without an effect; the newest connection wins over the oldest idle one,
so that silent crowds cannot keep the sign or a withdrawal out.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from pydantic import ValidationError

from nodreel.clock import Clock, SystemClock
from nodreel.errors import ControlError, NodreelError, StoreError
from nodreel.events import SECOND, Nanos
from nodreel.ipc import place
from nodreel.ipc.exchange import MAX_MESSAGE
from nodreel.ipc.peer import Peer, ourselves, peer_of
from nodreel.ipc.wire import REQUEST, Done, Refused, Request, line

if TYPE_CHECKING:
    from nodreel.paths import Paths

Handler = Callable[[Request, int], Done | Refused]
"""Takes a message and the pid it came from. Runs in the server's thread: answer within 100 ms."""

MAX_CONNECTIONS = 32
PATIENCE = Nanos(2 * SECOND)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Caller:
    connection: socket.socket
    peer: Peer
    since: Nanos
    said: bytearray = field(default_factory=bytearray)


class ControlServer:
    """Listens from ``start`` (or ``with``) until ``close``; StoreError when the place is unsafe."""

    def __init__(
        self,
        paths: Paths,
        handler: Handler,
        *,
        clock: Clock | None = None,
        patience: Nanos = PATIENCE,
    ) -> None:
        self._path = paths.socket
        self._handler = handler
        self._clock = clock or SystemClock()
        self._patience = patience
        self._callers: dict[int, _Caller] = {}
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._spare: int | None = os.open(os.devnull, os.O_RDONLY)
        self._wake_in, self._wake_out = socket.socketpair()
        self._listener: socket.socket | None = None
        self._lies: object = None
        self._selector = selectors.DefaultSelector()
        self._closing = threading.Event()
        self._uid = ourselves().uid

    def start(self) -> None:
        """Open the socket and answer from now on."""
        self._listen()
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._thread.start()

    def mend(self) -> None:
        """Listen anew when the socket no longer lies where callers look; StoreError: it cannot."""
        if place.lies(self._path) != self._lies:
            self._listen()

    def _listen(self) -> None:
        before, self._listener = self._listener, place.listen(self._path)
        self._lies = place.lies(self._path)
        self._selector.register(self._listener, selectors.EVENT_READ)
        if before is not None:
            self._selector.unregister(before)
            before.close()

    def close(self) -> None:
        """Stop answering, drop every caller and remove the socket; may be called twice."""
        self._closing.set()
        self._wake_in.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        if self._listener is not None:
            place.remove(self._path, self._listener)
            self._listener = None
        for caller in list(self._callers.values()):
            self._drop(caller)
        self._give_spare()
        self._wake_out.close()
        self._selector.close()

    def __enter__(self) -> Self:
        """Start; what cannot start leaves nothing open."""
        try:
            self.start()
        except StoreError:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select(self._wait_s()):
                if key.fileobj is self._wake_out:
                    return
                if key.fileobj is self._listener:
                    self._accept(self._listener)
                elif caller := self._callers.get(key.fd):
                    self._read(caller)
            self._drop_slow()

    def _wait_s(self) -> float | None:
        """Seconds until the oldest caller has had its time; None when nobody is there."""
        oldest = min((caller.since for caller in self._callers.values()), default=None)
        if oldest is None:
            return None
        return max(0, oldest + self._patience - self._clock.mono()) / SECOND

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            if not self._give_spare():
                self._make_room()
            return
        try:
            connection.setblocking(False)  # noqa: FBT003  the standard library's own signature
            peer = peer_of(connection)
        except OSError:
            connection.close()
            return
        if peer.uid != self._uid:
            connection.close()
            return
        if len(self._callers) >= MAX_CONNECTIONS:
            self._make_room()
        caller = _Caller(connection, peer, self._clock.mono())
        self._callers[connection.fileno()] = caller
        self._selector.register(connection, selectors.EVENT_READ)

    def _make_room(self) -> None:
        """Out of descriptors (or the caller has gone): let the oldest go, and never spin."""
        if self._callers:
            self._drop(min(self._callers.values(), key=lambda caller: caller.since))
        else:
            self._closing.wait(0.05)

    def _read(self, caller: _Caller) -> None:
        try:
            part = caller.connection.recv(MAX_MESSAGE)
        except OSError:
            part = b""
        caller.said += part
        said, newline, _ = caller.said.partition(b"\n")
        if len(said) > MAX_MESSAGE:
            self._drop(caller)
        elif newline:
            self._answer(caller, bytes(said))
        elif not part:
            self._drop(caller)

    def _answer(self, caller: _Caller, said: bytes) -> None:
        answer = line(self._reply(said, caller.peer.pid))
        try:
            caller.connection.send(answer)  # fits into the empty buffer of a local socket
        except OSError:
            _log.debug("the caller did not wait for its answer")
        self._drop(caller)

    def _reply(self, said: bytes, pid: int) -> Done | Refused:
        try:
            message = REQUEST.validate_json(said)
        except ValidationError:
            return _refused(ControlError("The agent does not know this request."))
        try:
            return self._handler(message, pid)
        except NodreelError as error:
            return _refused(error)
        except Exception as error:  # noqa: BLE001  whatever breaks, the next withdrawal must get through
            _log.error("control: %s failed: %s", message.do, type(error).__name__)
            return _refused(ControlError("The agent failed to do this; nothing else changed."))

    def _drop_slow(self) -> None:
        now = self._clock.mono()
        for number, caller in list(self._callers.items()):
            if now - caller.since < self._patience:
                continue
            self._read(caller)  # it may have spoken while another one was answered
            if self._callers.get(number) is caller:
                self._drop(caller)

    def _drop(self, caller: _Caller) -> None:
        del self._callers[caller.connection.fileno()]
        self._selector.unregister(caller.connection)
        if self._spare is None:  # in one step, or another thread may be faster
            self._spare = caller.connection.detach()
            os.dup2(self._wake_out.fileno(), self._spare, inheritable=False)
        caller.connection.close()

    def _give_spare(self) -> bool:
        """Let go of the spare descriptor; whether there was one."""
        spare, self._spare = self._spare, None
        if spare is not None:
            os.close(spare)
        return spare is not None


def _refused(error: NodreelError) -> Refused:
    return Refused(code=type(error).__name__, message=str(error), advice=error.advice)
