"""The real screen and its windows as the X server tells them: the truth that the judge goes by."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import xcffib.xproto

from nodreel.events import Rect
from tests.bed.injector import connect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Image = NDArray[np.uint8]

CELL, BITS = 8, 16
LEFT_MARK, RIGHT_MARK = (0xB7, 0x00, 0xFF), (0xB7, 0xFF, 0x00)  # BGR, drawn by the page
WHOLE_SCREEN_MS = 40


class Eyes:
    """Photographs the root window and asks what lies where; knows nothing of the recorder."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._x = connect(env)
        self._core: Any = self._x.core
        screen = self._x.get_setup().roots[0]
        self.root: int = screen.root
        self.size = (screen.width_in_pixels, screen.height_in_pixels)

    def close(self) -> None:
        self._x.disconnect()

    def see(self, area: Rect) -> Image:
        """Return the BGR pixels of a part of the screen (height, width, 3)."""
        form = xcffib.xproto.ImageFormat.ZPixmap
        reply = self._core.GetImage(
            form, self.root, area.x, area.y, area.w, area.h, 0xFFFFFFFF
        ).reply()
        flat = np.frombuffer(reply.data.buf(), np.uint8)
        return flat.reshape(area.h, area.w, 4)[:, :, :3].copy()

    def screen(self) -> Image:
        return self.see(Rect(0, 0, *self.size))

    def quiet_screen(self, patience: float = 3.0) -> tuple[int, int, Image] | None:
        """Return (from, until, pixels) of a screen that did not change in between."""
        end = time.monotonic() + patience
        before, first = time.monotonic_ns(), self.screen()
        while time.monotonic() < end:
            time.sleep(WHOLE_SCREEN_MS / 1000)
            second, after = self.screen(), time.monotonic_ns()
            if np.array_equal(first, second):
                return before, after, second
            before, first = after, second
        return None

    # ---------------------------------------------------------------------------------- windows

    def under_pointer(self) -> tuple[int, int]:
        """Return (child of the root, that window's child) under the pointer, 0 for none."""
        top = int(self._core.QueryPointer(self.root).reply().child)
        if not top:
            return 0, 0
        try:
            return top, int(self._core.QueryPointer(top).reply().child)
        except xcffib.xproto.WindowError:
            return 0, 0

    def pointer(self) -> tuple[int, int]:
        at = self._core.QueryPointer(self.root).reply()
        return int(at.root_x), int(at.root_y)

    def keyboard(self) -> int:
        return int(self._core.GetInputFocus().reply().focus)

    def parents(self, window: int) -> list[int]:
        """Return ``window`` and those it lies in, up to but without the root."""
        chain: list[int] = []
        while window > 1 and window != self.root:
            chain.append(window)
            try:
                window = int(self._core.QueryTree(window).reply().parent)
            except xcffib.xproto.WindowError:
                break
        return chain

    def stack(self) -> list[tuple[int, Rect]]:
        """Return the mapped top-level windows with the area they cover, bottom to top."""
        found = []
        for window in self._core.QueryTree(self.root).reply().children:
            try:
                look = self._core.GetWindowAttributes(window).reply()
                if look.map_state != xcffib.xproto.MapState.Viewable or look._class == 2:
                    continue
                size = self._core.GetGeometry(window).reply()
            except (xcffib.xproto.WindowError, xcffib.xproto.DrawableError):
                continue
            edge = 2 * size.border_width
            found.append((window, Rect(size.x, size.y, size.width + edge, size.height + edge)))
        return found

    def inside(self, top: int) -> list[int]:
        """Return the children of a top-level window: a frame's client is one of them."""
        try:
            return list(self._core.QueryTree(top).reply().children)
        except xcffib.xproto.WindowError:
            return []


def find_beacon(image: Image) -> tuple[int, int] | None:
    """Return where the page's beacon begins (x, y), None when it is not in sight."""
    rows, cols = np.nonzero((image == LEFT_MARK).all(axis=2))
    if not len(rows):
        return None
    y, x = int(rows.min()), int(cols.min())
    right = image[y : y + CELL, x + (BITS + 1) * CELL : x + (BITS + 2) * CELL]
    return (x, y) if right.size and (right == RIGHT_MARK).all() else None


def read_beacon(image: Image, at: tuple[int, int]) -> int | None:
    """Return the number of clicks that the beacon shows, None when it cannot be read."""
    x, y = at
    strip = image[y : y + CELL, x : x + (BITS + 2) * CELL]
    whole = strip.shape[:2] == (CELL, (BITS + 2) * CELL)
    if not whole or not (strip[:, :CELL] == LEFT_MARK).all():
        return None
    cells = strip[:, CELL:-CELL].mean(axis=2).reshape(CELL, BITS, CELL).mean(axis=(0, 2))
    if not ((cells == 0) | (cells == 255)).all():
        return None
    return int(sum(1 << bit for bit, shade in enumerate(cells) if shade))
