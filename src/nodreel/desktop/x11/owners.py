"""Which process made a window: the pid that the server read off the client's socket (X-Resource).

``_NET_WM_PID``, class and title are the client's own words and are never looked at for this.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
from typing import TYPE_CHECKING, Any

import xcffib.res

from nodreel.desktop.x11.process import read_process
from nodreel.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.desktop.x11.connection import Connection
    from nodreel.scene import Process

_LOCAL_PID = 2
_NEEDED = (1, 2)


class Owners:
    """Remembers the pid of each window until ``forget``, and who that pid is until ``refresh``."""

    def __init__(self, x: Connection) -> None:
        self._x = x
        if x.extension("X-Resource") is None:
            raise UnsupportedError("This X server cannot tell who made a window (no X-Resource).")
        self._res = x.ext(xcffib.res.key)
        version = self._res.QueryVersion(*_NEEDED).reply()
        if (version.server_major, version.server_minor) < _NEEDED:
            raise UnsupportedError(
                "This X server cannot tell who made a window (X-Resource < 1.2)."
            )
        self._pids: dict[int, int] = {}
        self._who: dict[int, Process | None] = {}

    def learn(self, windows: Iterable[int]) -> None:
        """Ask for the pids of new windows, all at once."""
        new = [w for w in windows if w not in self._pids]
        asked = [(w, self._ask(w)) for w in new]
        for window, cookie in asked:
            reply = self._x.answer(cookie)
            values = [v.value[0] for v in reply.ids if len(v.value)] if reply else []
            self._pids[window] = values[0] if values else 0

    def _ask(self, window: int) -> Any:
        return self._res.QueryClientIds(1, [struct.pack("=II", window, _LOCAL_PID)])

    def forget(self, window: int) -> None:
        """Drop a window that is gone: its number may come back as somebody else's."""
        self._pids.pop(window, None)

    def refresh(self, window: int | None = None) -> None:
        """Read /proc again, for the owner of that window or for all."""
        if window is None:
            self._who.clear()
        else:
            self._who.pop(self._pids.get(window, 0), None)

    def process(self, window: int) -> Process | None:
        """Who made that window; None when nobody knows."""
        pid = self._pids.get(window, 0)
        if not pid:
            return None
        if pid not in self._who:
            self._who[pid] = read_process(pid)
        return self._who[pid]
