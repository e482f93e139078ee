"""The two pipes between the agent and the sign it started: signs of life out, word of news in.

Each beat writes the time (CLOCK_MONOTONIC, ns) to standard output. Nobody is woken by it: the agent
reads when it looks at its interlocks. A byte on standard input says that there is something new to
show; its end says that the agent is gone.
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
_STAMP: Final = struct.Struct("=Q")
_MUCH: Final = 4096


class Pulse:
    """The sign's ends of the pipes; neither reading nor writing ever waits."""

    def __init__(self, news: int = 0, life: int = 1) -> None:
        self.fd, self._life = news, life

    def beat(self, now: Nanos) -> bool:
        """Say that we live; whether anybody holds the other end."""
        _, room, _ = select.select([], [self._life], [], 0)
        try:
            if room:  # else nobody looked for an hour; if the agent is well its answers will tell
                os.write(self._life, _STAMP.pack(now))
        except OSError:
            return False
        return True

    def news(self) -> bool | None:
        """Whether there is something new to show; None when the agent is gone."""
        there, _, _ = select.select([self.fd], [], [], 0)
        if not there:
            return False
        try:
            return True if os.read(self.fd, _MUCH) else None
        except OSError:
            return None
