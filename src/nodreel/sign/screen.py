"""Where the sign goes: the monitors, its place on each, and how large things are."""

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
_ANY_CHANGE = 1 | 2 | 4  # of the screen, of a CRTC, of an output
MOST = 16
"""Monitors that get a mark."""

Share = tuple[float, float]
"""A place on any monitor: how much of the free way lies left of and above a mark."""


def monitors(connection: Any, root: int) -> list[Rect]:
    """Return the monitors in desktop pixels, the primary one first; or the whole screen."""
    found: Sequence[Any] = ()
    try:
        randr = connection(xcffib.randr.key)
        found = randr.GetMonitors(root, True).reply().monitors
    except (xcffib.XcffibException, KeyError):
        found = ()  # no RandR 1.5: the whole screen it is
    by_rank = sorted(found, key=lambda monitor: not monitor.primary)
    places = [Rect(one.x, one.y, one.width, one.height) for one in by_rank]
    if places:
        return list(dict.fromkeys(places))[:MOST]
    size = connection.core.GetGeometry(root).reply()
    return [Rect(0, 0, size.width, size.height)]


def hear_of_monitors(connection: Any, root: int) -> int:
    """Be told when monitors come, go or move; return the first of the two events, 0 for none."""
    told = connection.core.QueryExtension(len("RANDR"), "RANDR").reply()
    if not told.present:
        return 0
    randr = connection(xcffib.randr.key)
    randr.QueryVersion(1, 5)
    randr.SelectInput(root, _ANY_CHANGE)
    return int(told.first_event)


def spot(
    monitor: Rect, size: tuple[int, int], scale: int, share: Share | None = None
) -> tuple[int, int]:
    """Return a mark's top left on a monitor: where the person put it, or near the top right.

    There it lies left of where windows have their buttons.
    """
    width, height = size
    if share is None:
        x = monitor.x + monitor.w - width - _ASIDE * scale
        return max(monitor.x, x), monitor.y + _TOP * scale
    across, down = (min(1.0, max(0.0, one)) for one in share)
    free_x, free_y = max(0, monitor.w - width), max(0, monitor.h - height)
    return monitor.x + round(across * free_x), monitor.y + round(down * free_y)


def share_of(monitor: Rect, size: tuple[int, int], at: tuple[int, int]) -> Share:
    """Return how far along its free way a mark at ``at`` stands, across and down, 0 to 1."""
    free = max(1, monitor.w - size[0]), max(1, monitor.h - size[1])
    x, y = (at[0] - monitor.x) / free[0], (at[1] - monitor.y) / free[1]
    return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))


def scale_of(connection: Any, root: int) -> int:
    """Return 2 where the desktop tells its programs to draw large, else 1."""
    atoms = xcffib.xproto.Atom
    asked = connection.core.GetProperty(
        False, root, atoms.RESOURCE_MANAGER, atoms.STRING, 0, 1 << 16
    )
    found = _DPI.search(bytes(asked.reply().value.buf()))
    return 2 if found and float(found[1]) >= _LARGE_DPI else 1
