"""A clock that never goes back, so that setting the machine's clock back extends no consent.

It is the latest of: the wall clock, what was kept on disk, and what was kept plus the monotonic
time that has passed since. Kept at least every minute, and at once when a consent expires.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.clock import WallNanos
from nodreel.errors import GrantError, StoreError
from nodreel.events import SECOND
from nodreel.host import private_dir
from nodreel.host.files import read_private, replace_private

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.paths import Paths

_EVERY = 60 * SECOND
_LONGEST = 32  # digits and a line break


class HighWater:
    """The mark of one process; ``now`` advances it, ``keep`` writes it down."""

    def __init__(self, path: Path, clock: Clock, kept: WallNanos) -> None:
        self._path = path
        self._clock = clock
        self._kept = kept
        self._base = max(kept, clock.wall())
        self._since = clock.mono()

    def now(self) -> WallNanos:
        """Return the time that counts, and keep it when the last keeping is a minute old."""
        passed = self._base + (self._clock.mono() - self._since)
        found = WallNanos(max(self._clock.wall(), passed))
        if found > passed:
            self._base, self._since = found, self._clock.mono()
        if found - self._kept >= _EVERY:
            self.keep(found)
        return found

    def keep(self, mark: WallNanos) -> None:
        """Write the mark to disk; StoreError when that fails, and then nothing may be recorded."""
        if mark > self._kept:
            replace_private(self._path, f"{mark}\n".encode("ascii"))
            self._kept = mark


def mark_path(paths: Paths) -> Path:
    """Where the mark lies."""
    return paths.state / "high-water"


def open_high_water(paths: Paths, clock: Clock) -> HighWater:
    """Go on from the mark on disk; GrantError when there is none (each consent leaves one)."""
    path = mark_path(paths)
    try:
        text = read_private(path, limit=_LONGEST)
        kept = int(text)
    except (FileNotFoundError, StoreError, ValueError) as error:
        raise GrantError(
            f"The clock mark, without which no consent counts, is missing or damaged: {path}.",
            advice="Agree anew with `nodreel consent give`.",
        ) from error
    if text != f"{kept}\n".encode("ascii") or kept < 0:
        raise GrantError(f"The clock mark {path} is damaged.")
    return HighWater(path, clock, WallNanos(kept))


def start_high_water(paths: Paths, clock: Clock) -> WallNanos:
    """Begin anew at the wall clock: a new yes, said today, owes nothing to earlier marks."""
    private_dir(paths.data)
    path = mark_path(paths)
    private_dir(path.parent)
    now = clock.wall()
    replace_private(path, f"{now}\n".encode("ascii"))
    return now
