"""The person's own switches, kept over restarts: quit stays quit and a pause stays a pause."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from nodreel.errors import StoreError
from nodreel.host import private_dir
from nodreel.host.files import read_private, replace_private, stamp

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.clock import WallNanos

FOREVER = -1
NAME = "switches.json"
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Switches:
    """``paused_until`` is a wall time, FOREVER until the person resumes, None when not paused."""

    stopped: bool = False
    paused_until: WallNanos | int | None = None

    @property
    def off(self) -> bool:
        """Whether they keep anything from being recorded, or may."""
        return self.stopped or self.paused_until is not None

    def paused(self, wall: WallNanos) -> bool:
        """Tell whether the pause still holds."""
        return self.paused_until is not None and not 0 <= self.paused_until <= wall


STOPPED = Switches(stopped=True, paused_until=FOREVER)
NOT_STARTED = Switches(stopped=True)
"""Asked, and not started since: a yes permits, and begins nothing by itself."""


class KeptSwitches:
    """The switches in ``folder``: looked at each time, read again only when they changed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._name = folder, str(folder / NAME)
        self._known: tuple[object, Switches] | None = None

    def read(self) -> Switches:
        """Return them as they lie on disk now."""
        now = stamp(self._name)
        if self._known is None or self._known[0] != now:
            self._known = now, read_switches(self._folder)  # a later change has another stamp
        return self._known[1]


def read_switches(folder: Path) -> Switches:
    """Read them; a file that cannot be understood means off, never on."""
    path = folder / NAME
    try:
        raw = json.loads(read_private(path, limit=_LONGEST))
        stopped, until = raw["stopped"], raw["paused_until"]
    except FileNotFoundError:
        return Switches()
    except (StoreError, ValueError, KeyError, TypeError, RecursionError):
        return STOPPED
    if not isinstance(stopped, bool) or not (until is None or isinstance(until, int)):
        return STOPPED
    return Switches(stopped, until)


def write_switches(folder: Path, switches: Switches) -> None:
    """Write them durably; raises StoreError when that fails."""
    private_dir(folder)
    replace_private(folder / NAME, json.dumps(asdict(switches)).encode("ascii"))
