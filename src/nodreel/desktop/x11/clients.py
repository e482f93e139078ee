"""Asks for what no event tells: which window inside a frame is the app's, its place and title."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from typing import TYPE_CHECKING, Any

import xcffib.shape

from nodreel.desktop.x11.top import NOWHERE
from nodreel.events import Rect
from nodreel.scene import Window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.desktop.x11.connection import Connection
    from nodreel.desktop.x11.owners import Owners
    from nodreel.desktop.x11.top import Top
    from nodreel.desktop.x11.tree import Tree

_INPUT_ONLY, _UNMAPPED = 2, 0
_BOUNDING = 0
_DEEPEST = 3  # frame, and what some window managers put between it and the client
_LONGEST_TITLE = 1000


class Clients:
    """Turns the tree into Windows; asks only about what changed, and about all of it at once."""

    def __init__(self, x: Connection, tree: Tree, owners: Owners) -> None:
        self._x = x
        self._tree = tree
        self._owners = owners
        self._shape = x.ext(xcffib.shape.key) if x.extension("SHAPE") else None

    def windows(self) -> tuple[Window, ...]:
        """Return the mapped windows from bottom to top, with owners as far as known."""
        self._tree.changed = False
        shown = {w: t for w, t in self._tree.tops.items() if t.mapped}
        stale = {w: t for w, t in shown.items() if t.stale}
        if stale:
            self._ask_tops(stale)
            self._ask_clients(stale)
        self._ask_shapes({w: t for w, t in shown.items() if t.reshaped})
        shown = {w: t for w, t in shown.items() if not t.input_only}
        self._owners.learn(t.client or w for w, t in shown.items())
        return tuple(self._window(w, t) for w, t in shown.items())

    def _window(self, window: int, top: Top) -> Window:
        known = self._owners.process(top.client or window)
        if top.made is None or top.made.process is not known:
            top.made = self._make(window, top)
        return top.made

    def _make(self, window: int, top: Top) -> Window:
        b, at = top.border, top.area
        outer = Rect(at.x - b, at.y - b, at.w + 2 * b, at.h + 2 * b)
        inner = at
        if top.client:
            c = top.client_at if top.client_mapped else NOWHERE
            inner = Rect(at.x + c.x, at.y + c.y, c.w, c.h)
        shape = top.shape and tuple(Rect(r.x + at.x, r.y + at.y, r.w, r.h) for r in top.shape)
        return Window(
            id=top.client or window, inner=inner, outer=outer,
            process=self._owners.process(top.client or window),
            popup=top.override and not top.client, title=top.title, shape=shape,
        )  # fmt: skip

    # ------------------------------------------------------------------------------------ asking

    def _ask_tops(self, stale: dict[int, Top]) -> None:
        core = self._x.core
        asked = [(t, core.GetWindowAttributes(w), core.GetGeometry(w)) for w, t in stale.items()]
        for top, attributes, geometry in asked:
            a, g = self._x.answer(attributes), self._x.answer(geometry)
            if a is None or g is None:
                continue  # gone; the event that says so is on its way
            top.input_only, top.override = a._class == _INPUT_ONLY, bool(a.override_redirect)  # noqa: SLF001
            if top.area is NOWHERE:
                top.area = Rect(g.x + g.border_width, g.y + g.border_width, g.width, g.height)
                top.border = g.border_width
        for window, top in stale.items():
            if not top.input_only:
                self._find_client(window, top)

    def _find_client(self, window: int, top: Top) -> None:
        """Set ``top.client`` to the window with WM_STATE: itself, one that moved in, or deeper."""
        found = self._first_managed([window, *([top.client] if top.client else []), *top.adopted])
        layer = [window]
        for _ in range(_DEEPEST):
            if found:
                break
            asked = [self._x.core.QueryTree(w) for w in layer]
            trees = [self._x.answer(cookie) for cookie in asked]
            layer = [child for tree in trees if tree for child in tree.children]
            found = self._first_managed(layer)
        if found and found not in {top.client, window}:
            self._tree.select(found)
        self._tree.home.pop(top.client, None)
        top.client = found
        if found:
            self._tree.home[found] = window

    def _first_managed(self, windows: Iterable[int]) -> int:
        asked = [(w, self._x.ask_property(w, "WM_STATE", 2)) for w in windows]
        found = [w for w, cookie in asked if self._x.property_bytes(cookie)]
        return found[0] if found else 0

    def _ask_clients(self, stale: dict[int, Top]) -> None:
        asked = [(w, t, self._ask_client(w, t.client or w)) for w, t in stale.items()]
        for window, top, (geometry, place, attributes, name, old_name) in asked:
            g, p, a = (self._x.answer(c) for c in (geometry, place, attributes))
            title = self._x.property_bytes(name) or self._x.property_bytes(old_name)
            top.title = title.decode(errors="replace")[:_LONGEST_TITLE]
            top.made = None
            top.stale = False
            if g is None or p is None or a is None:
                continue
            top.client_mapped = a.map_state != _UNMAPPED
            if top.client and top.client != window:
                top.client_at = Rect(p.dst_x, p.dst_y, g.width, g.height)
            else:
                top.client_at = Rect(0, 0, top.area.w, top.area.h)

    def _ask_client(self, window: int, client: int) -> tuple[Any, ...]:
        core = self._x.core
        return (
            core.GetGeometry(client),
            core.TranslateCoordinates(client, window, 0, 0),
            core.GetWindowAttributes(client),
            self._x.ask_property(client, "_NET_WM_NAME"),
            self._x.ask_property(client, "WM_NAME"),
        )

    def _ask_shapes(self, changed: dict[int, Top]) -> None:
        if self._shape is None:
            return
        extents = [(w, t, self._shape.QueryExtents(w)) for w, t in changed.items()]
        asked = []
        for window, top, cookie in extents:
            top.reshaped, top.made, top.shape = False, None, None
            # Asked for, not guessed from the rectangles: a window may be resized in between, and
            # one without a shape never tells of a new one.
            if (reply := self._x.answer(cookie)) is not None and reply.bounding_shaped:
                asked.append((top, self._shape.GetRectangles(window, _BOUNDING)))
        for top, cookie in asked:
            if (reply := self._x.answer(cookie)) is not None:
                top.shape = tuple(Rect(r.x, r.y, r.width, r.height) for r in reply.rectangles)
