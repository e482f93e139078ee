"""Where the sign goes: the primary monitor, its place there, and how large things are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import xcffib
import xcffib.randr
import xcffib.xproto

from nodreel.events import Rect

if TYPE_CHECKING:
    from collections.abc import Sequence

_DPI = re.compile(rb"^Xft\.dpi:\s*([\d.]+)", re.MULTILINE)
_LARGE_DPI = 144
_ASIDE = 170  # pixels kept free at the right, for the buttons of maximised windows
_TOP = 3


def primary(connection: Any, root: int) -> Rect:
    """Return the primary monitor (or the first, or the whole screen) in desktop pixels."""
    monitors: Sequence[Any] = ()
    try:
        randr = connection(xcffib.randr.key)
        monitors = randr.GetMonitors(root, True).reply().monitors
    except (xcffib.XcffibException, KeyError):
        monitors = ()  # no RandR 1.5: the whole screen it is
    best = max(monitors, key=lambda monitor: monitor.primary, default=None)
    if best is not None:
        return Rect(best.x, best.y, best.width, best.height)
    size = connection.core.GetGeometry(root).reply()
    return Rect(0, 0, size.width, size.height)


def corner(monitor: Rect, width: int, scale: int) -> tuple[int, int]:
    """Return the sign's top left: near the top right, left of where windows have their buttons."""
    x = monitor.x + monitor.w - width - _ASIDE * scale
    return max(monitor.x, x), monitor.y + _TOP * scale


def scale_of(connection: Any, root: int) -> int:
    """Return 2 where the desktop tells its programs to draw large, else 1."""
    atoms = xcffib.xproto.Atom
    asked = connection.core.GetProperty(
        False, root, atoms.RESOURCE_MANAGER, atoms.STRING, 0, 1 << 16
    )
    found = _DPI.search(bytes(asked.reply().value.buf()))
    return 2 if found and float(found[1]) >= _LARGE_DPI else 1
