"""Accessibility over AT-SPI: a thread that asks the attended app, and nobody else."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.events import Element, Nanos
    from nodreel.scene import Field, Window


class AtspiAccessibility:
    """See ``nodreel.desktop.base.Accessibility``."""

    def __init__(self, feed: Callable[[Field | Element], None]) -> None:
        self._feed = feed

    def attend(self, front: Window | None, t: Nanos) -> None:
        """Listen to this window's process only; see the protocol."""

    def point(self, t: Nanos, x: int, y: int) -> None:
        """Ask what lies there; see the protocol."""

    def close(self) -> None:
        """Let go of all; see the protocol."""
