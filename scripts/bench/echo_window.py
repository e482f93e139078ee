"""A window that answers: it shows how often it was clicked, and says when a key had its echo.

The count stands as sixteen squares, white for 1, the lowest bit left. ``--hertz`` redraws another
square so often, as an animation does. Each click and key is written to ``--log`` with the times
(CLOCK_MONOTONIC ns) before its echo was sent to the X server, and when it had been drawn.
"""

from __future__ import annotations

import argparse
import select
import time
from pathlib import Path
from typing import Any, TextIO

import xcffib
import xcffib.xproto
from xcffib.xproto import CW, GC, EventMask

BITS, CELL, EDGE = 16, 12, 8
WIDTH, HEIGHT = 480, 240
TITLE = "nodreel bench echo"
_XCB: Any = xcffib


class Window:
    def __init__(self) -> None:
        self.x: Any = _XCB.connect()
        screen = self.x.get_setup().roots[self.x.pref_screen]
        self.black, self.white = screen.black_pixel, screen.white_pixel
        self.id, self.gc = self.x.generate_id(), self.x.generate_id()
        listen = EventMask.ButtonPress | EventMask.KeyPress | EventMask.Exposure
        self.x.core.CreateWindow(
            0, self.id, screen.root, 0, 0, WIDTH, HEIGHT, 0, 1, 0,
            CW.BackPixel | CW.EventMask, [self.black, listen],
        )  # fmt: skip
        for name, value in (("WM_NAME", TITLE.encode()), ("WM_CLASS", b"echo\0Echo\0")):
            atom = (
                self.x.core.InternAtom(only_if_exists=False, name_len=len(name), name=name)
                .reply()
                .atom
            )
            self.x.core.ChangeProperty(0, self.id, atom, 31, 8, len(value), value)
        self.x.core.CreateGC(self.gc, self.id, GC.Foreground, [self.white])
        self.x.core.MapWindow(self.id)
        self.count = self.keys = self.turn = 0

    def square(self, x: int, y: int, size: int, pixel: int) -> None:
        self.x.core.ChangeGC(self.gc, GC.Foreground, [pixel])
        place = xcffib.xproto.RECTANGLE.synthetic(x, y, size, size)
        self.x.core.PolyFillRectangle(self.id, self.gc, 1, [place])

    def draw(self) -> None:
        for bit in range(BITS):
            on = self.count >> bit & 1
            self.square(EDGE + bit * CELL, EDGE, CELL, self.white if on else self.black)

    def spin(self) -> None:
        self.turn += 1
        self.square(EDGE, 120, 64, (self.turn * 0x10305) & 0xFFFFFF)

    def take(self, event: object, log: TextIO) -> None:
        began = time.monotonic_ns()
        if isinstance(event, xcffib.xproto.ButtonPressEvent):
            self.count += 1
            self.draw()
            self.x.core.GetInputFocus().reply()  # drawn
            log.write(f"click {began} {time.monotonic_ns()}\n")
        elif isinstance(event, xcffib.xproto.KeyPressEvent):
            self.keys += 1
            self.square(EDGE, 60, 32, self.white if self.keys % 2 else self.black)
            self.x.core.GetInputFocus().reply()  # drawn
            log.write(f"key {began} {time.monotonic_ns()}\n")
        elif isinstance(event, xcffib.xproto.ExposeEvent):
            self.draw()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--hertz", type=float, default=0)
    asked.add_argument("--log", type=Path, required=True)
    given = asked.parse_args()
    window, pause = Window(), 1 / given.hertz if given.hertz else None
    due = time.monotonic()
    with given.log.open("w", buffering=1) as log:
        while True:
            while (event := window.x.poll_for_event()) is not None:
                window.take(event, log)
            if pause and time.monotonic() >= due:
                due = max(due + pause, time.monotonic())
                window.spin()
            window.x.flush()
            left = max(0.0, due - time.monotonic()) if pause else None
            select.select([window.x.get_file_descriptor()], [], [], left)


if __name__ == "__main__":
    main()
