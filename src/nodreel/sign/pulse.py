"""The two pipes between the agent and the sign it started: its word in, signs of life out.

Each line on standard input is the agent's word: what to show, as JSON, or nothing but the end of
the line, which only asks whether we live. Either is answered on standard output, with the time
(CLOCK_MONOTONIC, ns) and the X window of the sign. Nobody is woken by the answer: the agent reads
it when it looks at its interlocks. The end of standard input says that the agent is gone.
"""

from __future__ import annotations

import os
import select
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nodreel.events import Nanos

KEPT: Final = "--kept"
"""With this word on its command line the sign was started by the agent, with both pipes."""
_LIFE: Final = struct.Struct("=QI")
_MUCH: Final = 1 << 16
LONGEST: Final = 1 << 16
"""A line of the agent never gets near this many bytes; what is longer is not understood."""


class Pulse:
    """The sign's ends of the pipes; neither reading nor writing ever waits."""

    def __init__(self, word: int = 0, life: int = 1) -> None:
        self.fd, self._life = word, life
        self._begun = b""

    def bidden(self) -> bool:
        """Wait for the agent's first word, which says that there may be a sign; False for none."""
        try:
            self._begun = os.read(self.fd, 1)
        except OSError:
            return False
        return bool(self._begun)

    def beat(self, now: Nanos, window: int) -> bool:
        """Say that we live; whether anybody holds the other end."""
        _, room, _ = select.select([], [self._life], [], 0)
        try:
            if room:  # else nobody looked for an hour; if the agent is well its word will tell
                os.write(self._life, _LIFE.pack(now, window))
        except OSError:
            return False
        return True

    def word(self) -> bytes | None:
        """Return the newest whole line, b"" when there is none; None when the agent is gone."""
        there, _, _ = select.select([self.fd], [], [], 0)
        if not there:
            return b""
        try:
            read = os.read(self.fd, _MUCH)
        except OSError:
            return None
        if not read:
            return None
        *lines, begun = (self._begun + read).split(b"\n")
        self._begun = begun if len(begun) <= LONGEST else b""
        return next((line for line in reversed(lines) if line), b"")
