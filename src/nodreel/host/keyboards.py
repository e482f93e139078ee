"""Which keyboards are plugged into this machine, as the kernel knows them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

INPUT: Final = Path("/sys/class/input")
_DIGITS: Final = sum(1 << key for key in range(2, 12))  # KEY_1 to KEY_0
_MADE_UP: Final = f"{os.sep}virtual{os.sep}"


def keyboards(folder: Path = INPUT) -> frozenset[str]:
    """Return the names (``event3``) of the devices that have digit keys and belong to hardware.

    What a program made (uinput) is none. Empty where there is no such folder.
    """
    try:
        devices = list(folder.glob("event*"))
    except OSError:
        return frozenset()
    return frozenset(device.name for device in devices if _is_one(device))


def can_be_told() -> bool:
    """Whether keys may come from one in this session: an X server of this machine."""
    wayland = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland"
    here = os.environ.get("DISPLAY", "").startswith((":", "unix"))
    return here and not wayland and bool(keyboards())


def _is_one(device: Path) -> bool:
    if _MADE_UP in os.path.realpath(device):
        return False
    try:
        words = (device / "device/capabilities/key").read_text(encoding="ascii").split()
        return int(words[-1], 16) & _DIGITS == _DIGITS
    except (OSError, ValueError, IndexError):
        return False
