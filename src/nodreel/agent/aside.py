"""Where a test recording lies: apart from all others, until whoever asked for it has deleted it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.events import SECOND, Nanos

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.paths import Paths

LENGTH: Final = Nanos(10 * SECOND)
"""So much is recorded in a test, all told."""
DAY: Final = Nanos(24 * 3600 * SECOND)


@dataclass(frozen=True, slots=True)
class Trial:
    """Where a test recording goes, and the one key that it is sealed to (age, public half)."""

    folder: Path
    recipient: str


def forget(paths: Paths) -> None:
    """Delete what a test recording left; the key to it is gone with whoever asked for it."""
    shutil.rmtree(paths.trial, ignore_errors=True)


def sweep(paths: Paths, clock: Clock) -> None:
    """Delete what pages that were killed left behind; no pages stay open for a day."""
    with suppress(OSError):
        if clock.wall() - paths.trial.stat().st_mtime_ns > DAY:
            forget(paths)
