"""A key that went down in the window of ``nodreel.desktop.presence``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Press:
    """A key that went down in the window: its digit ('' for any other key) and its device.

    ``physical``: the device is plugged into this machine. A key that repeats is no press.
    """

    digit: str
    source: int
    physical: bool
