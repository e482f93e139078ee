"""The windows on the screen and their order, kept up to date by events; nothing is polled.

A top is a child of the root. What an app calls its window usually lies inside a top that the window
manager made (the frame); it is the one with the property WM_STATE.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import struct
import time
from typing import TYPE_CHECKING

import xcffib.shape

from nodreel.desktop.x11.top import NOWHERE, Top
from nodreel.events import Rect

if TYPE_CHECKING:
    from nodreel.desktop.x11.connection import Connection
    from nodreel.desktop.x11.owners import Owners

CREATE, DESTROY, UNMAP, MAP, REPARENT, CONFIGURE = 16, 17, 18, 19, 21, 22
GRAVITY, CIRCULATE, PROPERTY = 24, 26, 28

EVENT_MASK = 1 << 11
STRUCTURE, SUBSTRUCTURE, FOCUS, PROPERTY_CHANGE = 1 << 17, 1 << 19, 1 << 21, 1 << 22
_WATCHED = STRUCTURE | FOCUS | PROPERTY_CHANGE

_INPUT_ONLY, _UNMAPPED = 2, 0
_BOUNDING = 0


class Tree:
    """``tops`` in stacking order, bottom first; ``home`` says in which top a client lies.

    ``handlers`` take events by code; ``changed`` is set when the picture is another one; ``born``,
    ``appeared`` (on the screen), ``resized`` and ``gone`` collect windows for whoever must know at
    once; ``tidings`` says whether they hold any.
    """

    def __init__(self, x: Connection, owners: Owners) -> None:
        self._x = x
        self._owners = owners
        shape = x.extension("SHAPE")
        self._shape = x.ext(xcffib.shape.key) if shape else None
        self.tops: dict[int, Top] = {}  # in stacking order, bottom to top
        self.home: dict[int, int] = {}  # client -> its top
        self.changed = True
        self.born: list[int] = []
        self.appeared: list[int] = []
        self.resized: list[tuple[int, tuple[int, int]]] = []
        self.gone: list[int] = []
        self._wm_state = x.atom("WM_STATE")
        self._titles = {x.atom("_NET_WM_NAME"), x.atom("WM_NAME")}
        self.handlers = {
            CREATE: self._on_create,
            DESTROY: self._on_destroy,
            UNMAP: self._on_unmap,
            MAP: self._on_map,
            REPARENT: self._on_reparent,
            CONFIGURE: self._on_configure,
            GRAVITY: self._on_gravity,
            CIRCULATE: self._on_circulate,
            PROPERTY: self._on_property,
        }
        if shape:
            self.handlers[shape[1]] = self._on_shape

    @property
    def tidings(self) -> bool:
        """Whether somebody must be told of windows now."""
        return bool(self.born or self.appeared or self.resized or self.gone)

    def open(self) -> None:
        """Take stock; the root's events must have been selected before."""
        children = list(self._x.core.QueryTree(self._x.root).reply().children)
        asked = [
            (w, self._x.core.GetWindowAttributes(w), self._x.core.GetGeometry(w)) for w in children
        ]
        for window, attributes, geometry in asked:
            a, g = self._x.answer(attributes), self._x.answer(geometry)
            if a is None or g is None:
                continue
            area = Rect(g.x + g.border_width, g.y + g.border_width, g.width, g.height)
            self.tops[window] = Top(
                area, g.border_width, bool(a.override_redirect), mapped=a.map_state != _UNMAPPED,
                input_only=a._class == _INPUT_ONLY,  # noqa: SLF001 - xcffib's name for "class"
            )  # fmt: skip
            self.select(window)

    def select(self, window: int) -> None:
        """Ask for the events of that window."""
        self._x.core.ChangeWindowAttributes(window, EVENT_MASK, [_WATCHED])
        if self._shape:
            self._shape.SelectInput(window, True)

    # ------------------------------------------------------------------------------------- events

    def _touch(self, top: Top) -> None:
        top.made = None
        self.changed = self.changed or top.mapped

    def _on_create(self, e: bytes) -> None:
        parent, window, x, y, w, h, border = struct.unpack_from("=IIhhHHH", e, 4)
        if parent == self._x.root and not self._x.is_servers(window):
            area = Rect(x + border, y + border, w, h)
            self.tops[window] = Top(area, border, bool(e[22]))
            self.select(window)
            self.born.append(window)

    def _on_destroy(self, e: bytes) -> None:
        (window,) = struct.unpack_from("=I", e, 8)
        self.gone.append(window)
        self._owners.forget(window)
        self._leave(window)

    def _leave(self, window: int) -> None:
        if (top := self.tops.pop(window, None)) is not None:
            self.home.pop(top.client, None)
            self.changed = self.changed or top.mapped
        if (home := self.tops.get(self.home.pop(window, 0))) is not None:
            home.client, home.stale = 0, True
            self._touch(home)

    def _on_unmap(self, e: bytes) -> None:
        self._set_mapped(struct.unpack_from("=I", e, 8)[0], mapped=False)

    def _on_map(self, e: bytes) -> None:
        self._set_mapped(struct.unpack_from("=I", e, 8)[0], mapped=True)

    def _set_mapped(self, window: int, *, mapped: bool) -> None:
        if (top := self.tops.get(window)) is not None and top.mapped != mapped:
            self.changed = True
            top.mapped, top.made = mapped, None
            top.stale = top.reshaped = top.stale or mapped
            if mapped:
                top.appeared = time.monotonic_ns()
                self.appeared.append(top.client or window)
        elif (home := self.tops.get(self.home.get(window, 0))) is not None:
            if mapped and not home.client_mapped:
                home.appeared = time.monotonic_ns()
                self.appeared.append(window)
            home.client_mapped = mapped
            self._touch(home)

    def _on_reparent(self, e: bytes) -> None:
        window, parent = struct.unpack_from("=II", e, 8)
        if parent == self._x.root:
            if window not in self.tops and not self._x.is_servers(window):
                self._leave(window)
                self.tops[window] = Top(NOWHERE, 0, bool(e[20]))
                self.select(window)
            return
        if window in self.tops:
            self._leave(window)
        if (top := self.tops.get(parent)) is not None:
            top.adopted = [*(a for a in top.adopted if a != window), window]
            top.stale = True
            self._touch(top)

    def _on_configure(self, e: bytes) -> None:
        event, window, above, x, y, w, h, border = struct.unpack_from("=IIIhhHHH", e, 4)
        if (top := self.tops.get(window)) is not None:
            if event != window:  # once is enough: the root's copy
                self._place(window, top, Rect(x + border, y + border, w, h), border, above)
        elif (home := self.tops.get(self.home.get(window, 0))) is not None:
            self.resized.append((window, (w, h)))
            home.stale = True
            self._touch(home)

    def _place(self, window: int, top: Top, area: Rect, border: int, above: int) -> None:
        if (top.area, top.border) != (area, border):
            if (top.area.w, top.area.h) != (area.w, area.h):
                top.stale = True
                self.resized.append((window, (area.w, area.h)))
            top.area, top.border = area, border
            self._touch(top)
        order = list(self.tops)
        at = order.index(window)
        if (order[at - 1] if at else 0) != above:
            self._restack(window, above)

    def _restack(self, window: int, above: int) -> None:
        """Put a top right over another one, or at the bottom (0)."""
        top = self.tops.pop(window)
        order = list(self.tops)
        at = order.index(above) + 1 if above in self.tops else len(order) if above else 0
        order.insert(at, window)
        self.tops[window] = top
        self.tops = {w: self.tops[w] for w in order}
        self.changed = self.changed or top.mapped

    def _on_gravity(self, e: bytes) -> None:
        window, x, y = struct.unpack_from("=Ihh", e, 8)
        if (top := self.tops.get(window)) is not None:
            top.area = Rect(x + top.border, y + top.border, top.area.w, top.area.h)
            self._touch(top)
        elif (home := self.tops.get(self.home.get(window, 0))) is not None:
            home.stale = True
            self._touch(home)

    def _on_circulate(self, e: bytes) -> None:
        (window,) = struct.unpack_from("=I", e, 8)
        if window in self.tops:
            on_top = e[16] == 0
            rest = [w for w in self.tops if w != window]
            self._restack(window, rest[-1] if on_top and rest else 0)

    def _on_property(self, e: bytes) -> None:
        window, atom = struct.unpack_from("=II", e, 4)
        if atom == self._wm_state:
            for home in self.tops.values():
                if window in home.adopted or window == home.client:
                    home.stale = True
                    self._touch(home)
            if (top := self.tops.get(window)) is not None:
                top.stale = True
                self._touch(top)
        elif atom in self._titles:
            home_id = self.home.get(window, window)
            if (top := self.tops.get(home_id)) is not None:
                top.stale = True
                self._touch(top)

    def _on_shape(self, e: bytes) -> None:
        (window,) = struct.unpack_from("=I", e, 4)
        if e[1] == _BOUNDING and (top := self.tops.get(window)) is not None:
            top.reshaped = True
            self._touch(top)
