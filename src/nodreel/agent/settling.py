"""What becomes of the agent in the seconds after it was switched on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus

if TYPE_CHECKING:
    from nodreel.ipc.wire import Done, Status
    from nodreel.paths import Paths

PATIENCE_S = 5.0
_STEP_S = 0.1
_ON_THE_WAY = ("start", "senses", "sign", "session")


def settled(paths: Paths) -> Done:
    """Ask until the desktop is open and the sign is up, or something else holds it up for 5 s."""
    done = call(paths, AskStatus())
    for _ in range(round(PATIENCE_S / _STEP_S)):
        if done.status is None or not _is_on_the_way(done.status):
            break
        time.sleep(_STEP_S)
        done = call(paths, AskStatus())
    return done


def _is_on_the_way(now: Status) -> bool:
    """Whether the first thing that is missing is one that comes by itself."""
    first = next((lock.name for lock in now.interlocks if not lock.closed), None)
    return first in _ON_THE_WAY
