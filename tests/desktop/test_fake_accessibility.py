from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.fake_accessibility import Control, FakeAccessibility
from nodreel.events import Element, Nanos, Rect
from nodreel.scene import Process, Window
from tests.desktop.accessibility_contract import PASSWORD, USER, AccessibilityContract

if TYPE_CHECKING:
    from nodreel.scene import Field

PID = 4711
CONTROLS = (
    Control("text", USER, Rect(10, 10, 200, 30)),
    Control("password", PASSWORD, Rect(10, 50, 200, 30)),
)


class FakeForm:
    """Writes what a person would do."""

    def __init__(self) -> None:
        self.fed: list[Field | Element] = []
        self.accessibility = FakeAccessibility(self.fed.append)
        self.accessibility.put(PID, *CONTROLS)
        area = Rect(100, 100, 400, 300)
        self._window = Window(7, area, area, Process(PID, 1, "/usr/bin/form", trusted=True))

    def window(self) -> Window:
        return self._window

    def stranger(self) -> Window:
        area = Rect(600, 100, 400, 300)
        return Window(8, area, area, Process(99, 1, "/usr/bin/other", trusted=True))

    def place(self, name: str) -> Rect:
        control = next(c for c in CONTROLS if c.name == name)
        at = self._window.inner
        return replace(control.rect, x=control.rect.x + at.x, y=control.rect.y + at.y)

    def focus(self, name: str) -> None:
        self.accessibility.focus(PID, name)

    def reveal(self) -> None:
        self.accessibility.reveal(PID, PASSWORD)

    def move(self) -> None:
        area = Rect(300, 250, 400, 300)
        self._window = replace(self._window, inner=area, outer=area)


class TestFake(AccessibilityContract):
    @pytest.fixture
    def form(self) -> FakeForm:
        return FakeForm()


def test_what_was_pointed_at_is_remembered() -> None:
    fake = FakeAccessibility(lambda _: None)
    fake.point(Nanos(5), 1, 2)
    assert fake.pointed == [(5, 1, 2)]
