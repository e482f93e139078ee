"""Real programs with controls, and a person who uses them, for the tests of accessibility."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodreel.desktop.atspi.client import AtspiAccessibility
from nodreel.desktop.atspi.terminals import started
from nodreel.events import Element, Rect
from nodreel.scene import Process, Window
from tests.bed.waiting import BedError, wait_for

if TYPE_CHECKING:
    from nodreel.scene import Field
    from tests.bed.bed import App, Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Seen, Windows

APPS = Path(__file__).parents[2] / "bed" / "apps"
PYTHON = "/usr/bin/python3"  # the one that has the toolkits


class Form:
    """One program; ``kind`` is the toolkit: gtk, qt or tk."""

    def __init__(
        self, bed: Bed, hands: Injector, windows: Windows, kind: str = "gtk",
        env: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.bed, self.hands, self.windows, self.kind = bed, hands, windows, kind
        self.app = bed.start(PYTHON, str(APPS / f"{kind}_form.py"), "100,100", env=env)
        self.seen = windows.wait("sample form", self.app.pid)
        windows.activate(self.seen.id)
        self._other: tuple[App, Seen] | None = None
        self.fed: list[Field | Element] = []
        self.accessibility = AtspiAccessibility(self.fed.append)
        if kind != "tk":
            wait_for(lambda: self.boxes() or None, "the form's controls")

    def close(self) -> None:
        self.accessibility.close()
        for app in [self.app, *([self._other[0]] if self._other else [])]:
            app.stop()

    def said(self) -> list[dict[str, Any]]:
        """Everything the program printed so far."""
        lines = self.app.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def boxes(self) -> dict[str, list[int]]:
        """Where the controls lie, as the program last said."""
        said = [e["boxes"] for e in self.said() if e["event"] == "boxes"]
        return said[-1] if said else {}

    def place(self, name: str) -> Rect:
        return Rect(*self.boxes()[name])

    def window(self) -> Window:
        return self._of(self.seen.id, self.app.pid)

    def _of(self, window: int, pid: int) -> Window:
        area = self.windows.area(window)
        process = Process(pid, started(pid) or 0, PYTHON, trusted=True)
        return Window(window, area, area, process)

    def stranger(self) -> Window:
        if self._other is None:
            app = self.bed.start(PYTHON, str(APPS / "tk_form.py"), "800,100")
            self._other = (app, self.windows.wait("Tk sample form", app.pid))
            self.windows.activate(self.seen.id)
        return self._of(self._other[1].id, self._other[0].pid)

    def click(self, name: str, *, along: int = 14) -> tuple[int, int]:
        """Click near the left end of a control, as boxes may be wider than what reacts."""
        rect = self.place(name)
        x, y = rect.x + min(along, rect.w // 2), rect.y + rect.h // 2
        self.hands.click(x, y)
        return x, y

    def focus(self, name: str) -> None:
        """Click until the program says so: it may still be arranging itself."""

        def done() -> bool:
            self.click(name)
            try:
                return wait_for(lambda: self.focused() == name or None, name, 1)
            except BedError:
                return False

        wait_for(done, f"the focus on {name}")

    def focused(self) -> str:
        """What has the keyboard, as the program last said."""
        return next((e["name"] for e in reversed(self.said()) if e["event"] == "focus"), "")

    def reveal(self) -> None:
        self.click("Show password")

    def move(self) -> None:
        before = self.boxes()
        at = self.windows.area(self.seen.id)
        self.windows.place(self.seen.id, Rect(300, 250, at.w, at.h))
        wait_for(lambda: self.boxes() != before, "the form to say where it is")
