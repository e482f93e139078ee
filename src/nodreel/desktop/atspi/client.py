"""Accessibility over AT-SPI: a thread that asks the attended app, and nobody else.

It follows the person from window to window and joins the two sides that cannot be forged: the X
server's pid of the window in front, and the bus's pid of the connection that answers.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import logging
import os
import select
import threading
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

from nodreel.desktop.atspi.following import Following
from nodreel.events import MILLISECOND, SECOND, Nanos

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.events import Element
    from nodreel.scene import Field, Window

log = logging.getLogger(__name__)

_CLOSING_S: Final = 1.0
_LONGEST_MS: Final = 60_000
_AFTER_A_FAULT: Final = 1.0
_COMMANDS: Final = 256


class AtspiAccessibility:
    """See ``nodreel.desktop.base.Accessibility``."""

    def __init__(self, feed: Callable[[Field | Element], None]) -> None:
        self._told = feed
        self._commands: deque[Callable[[], None]] = deque(maxlen=_COMMANDS)
        self._closing = threading.Event()
        self._bell = threading.Lock()
        self._noted = self._known = Nanos(0)
        self._dozing = False
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._following = Following(self._feed, _now)
        self._thread = threading.Thread(target=self._run, name="accessibility", daemon=True)
        self._thread.start()

    def attend(self, front: Window | None, t: Nanos) -> None:
        """Listen to this window's process only; see the protocol."""
        self._commands.append(partial(self._following.attend, front, t))
        self._wake()

    def point(self, t: Nanos, x: int, y: int) -> None:
        """Ask what lies there; see the protocol."""
        self._commands.append(partial(self._following.point, t, x, y))
        self._wake()

    def note(self, t: Nanos) -> None:
        """Look regularly for a while; see the protocol."""
        self._noted = t
        if self._dozing:
            self._wake()

    def close(self) -> None:
        """Let go of all; see the protocol."""
        self._closing.set()
        self._wake()
        if self._thread is not threading.current_thread():
            self._thread.join(_CLOSING_S)

    def _feed(self, sensed: Field | Element) -> None:
        if not self._closing.is_set():
            self._told(sensed)

    def _wake(self) -> None:
        with self._bell:
            if self._writer >= 0:
                try:
                    os.write(self._writer, b"!")
                except BlockingIOError:
                    return  # it rings already

    # ------------------------------------------------------------------------------- the thread

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                try:
                    self._turn()
                except Exception as error:  # noqa: BLE001 - hostile answers cost a verdict, no more
                    log.warning("accessibility broke: %s", type(error).__name__)
                    self._following.reset()
                    self._closing.wait(_AFTER_A_FAULT)
        finally:
            self._following.close()
            with self._bell:
                os.close(self._reader)
                os.close(self._writer)
                self._writer = -1

    def _turn(self) -> None:
        while self._commands and not self._closing.is_set():
            self._commands.popleft()()
        self._known = self._noted
        self._following.happened(self._known)
        self._following.tick()
        self._wait()
        self._following.read()

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        fd = self._following.fd
        if fd >= 0:
            writing = select.POLLOUT if self._following.full else 0
            poll.register(fd, select.POLLIN | writing)
        self._dozing = self._following.asleep
        if self._noted != self._known:
            return  # perhaps before anybody knew that we must be woken
        due = self._following.due
        left = _LONGEST_MS if due is None else max(0, due - _now()) // MILLISECOND + 1
        told = poll.poll(min(left, _LONGEST_MS))
        self._dozing = False
        if (self._reader, select.POLLIN) in told:
            os.read(self._reader, SECOND // MILLISECOND)


def _now() -> Nanos:
    return Nanos(time.monotonic_ns())
