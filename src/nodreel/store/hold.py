"""How long an episode waits before it may leave: ``hold.json`` in its folder, never uploaded.

It waits ``undo_hours`` AND one session in which review was offered, counted from when this
machine first saw it closed, by a clock that never goes back. A crash, a quit or a reboot in between
shortens nothing; a file that is lost or does not make sense starts the wait anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from nodreel.clock import WallNanos
from nodreel.errors import EpisodeError
from nodreel.events import SECOND

if TYPE_CHECKING:
    from nodreel.episode.folder import Folder

HOLD: Final = "hold.json"
_LIMIT: Final = 1024
_HOUR: Final = 3600 * SECOND


@dataclass(frozen=True, slots=True)
class Hold:
    """``since``: when the wait began; ``offered``: review was offered; ``released``: may leave.

    ``kept``: the person wants it to stay here, so it does not become released by itself.
    """

    since: WallNanos
    offered: bool = False
    released: bool = False
    kept: bool = False

    def due(self, undo_hours: int) -> WallNanos:
        """Return when the hours are over."""
        return WallNanos(self.since + undo_hours * _HOUR)

    def may_leave(self, now: WallNanos, undo_hours: int) -> bool:
        """Whether both conditions are met, and the person does not keep it here."""
        return not self.kept and self.offered and now >= self.due(undo_hours)


def read_hold(episode: Folder) -> Hold | None:
    """Return what is noted about an episode; None when nothing sensible is."""
    try:
        found = json.loads(episode.read(HOLD, _LIMIT))
    except (EpisodeError, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or type(found.get("since")) is not int:
        return None
    return Hold(
        WallNanos(found["since"]),
        offered=found.get("offered") is True,
        released=found.get("released") is True,
        kept=found.get("kept") is True,
    )


def begin_hold(episode: Folder, now: WallNanos) -> Hold:
    """Return the hold of a closed episode, beginning it now if there is none or it lies ahead."""
    hold = read_hold(episode)
    if hold is None:
        hold = Hold(now)
    elif hold.since > now:  # the clock that counts was reset by a new consent
        hold = replace(hold, since=now)
    else:
        return hold
    write_hold(episode, hold)
    return hold


def write_hold(episode: Folder, hold: Hold) -> None:
    """Note it durably; raises StoreError, DiskFullError."""
    episode.replace(HOLD, json.dumps(asdict(hold)).encode())
