from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.fake import FakeDesktop, empty_scene
from nodreel.events import Button, Key, KeyClass, Nanos, Rect
from nodreel.scene import Process, Scene, Window
from tests.desktop.contract import DesktopContract

if TYPE_CHECKING:
    from collections.abc import Iterator


class FakeStage:
    """Writes what a person would do."""

    def __init__(self) -> None:
        self.desktop = FakeDesktop()
        self._now = empty_scene(Nanos(time.monotonic_ns()))
        self._next = 100

    def _t(self) -> Nanos:
        return Nanos(time.monotonic_ns())

    def tap(self) -> None:
        for press in (True, False):
            self.desktop.feed(Key(self._t(), press, KeyClass.CHARACTER, 38, 97))

    def click(self, x: int, y: int) -> None:
        for press in (True, False):
            self.desktop.feed(Button(self._t(), press, 1, x, y))

    def _scene(self, *windows: Window) -> None:
        self._now: Scene = replace(self._now, t=self._t(), windows=windows)
        self.desktop.feed(self._now)

    def show(self, area: Rect, colour: int) -> int:
        self._next += 1
        process = Process(os.getpid(), 1, "/usr/bin/app", trusted=True)
        self._scene(*self._now.windows, Window(self._next, area, area, process))
        self.draw(self._next, colour)
        return self._next

    def draw(self, window: int, colour: int) -> None:
        self.desktop.draw(window, colour.to_bytes(3, "little") + b"\0")

    def remove(self, window: int) -> None:
        self._scene(*(w for w in self._now.windows if w.id != window))


class TestFake(DesktopContract):
    @pytest.fixture
    def stage(self) -> Iterator[FakeStage]:
        made = FakeStage()
        yield made
        made.desktop.close()


def test_closing_shows() -> None:
    desktop = FakeDesktop()
    desktop.close()
    assert desktop.closed
    assert desktop.wait(Nanos(0)) == []
