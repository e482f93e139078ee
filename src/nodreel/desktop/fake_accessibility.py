"""Accessibility that a test writes: same promises as the real one, no operating system.

``put`` gives a process its controls, ``focus`` and ``reveal`` are what a person does with them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nodreel.events import SECOND, Cause, Element, Nanos, Rect
from nodreel.rects import contains
from nodreel.scene import Field, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.scene import Window

_BACK = SECOND  # a secret verdict comes late: it counts for what came shortly before, too


@dataclass(frozen=True, slots=True)
class Control:
    """One thing in a window; ``rect`` is relative to the window's own area."""

    role: str
    name: str
    rect: Rect
    path: tuple[str, ...] = ()


class FakeAccessibility:
    """See ``nodreel.desktop.base.Accessibility``; ``put``, ``focus``, ``reveal`` are the test's."""

    def __init__(self, feed: Callable[[Field | Element], None]) -> None:
        self._feed = feed
        self._controls: dict[int, dict[str, Control]] = {}
        self._secret: dict[int, set[str]] = {}
        self._focus: dict[int, str] = {}
        self._front: Window | None = None
        self._sure = Nanos(0)
        self.noted = Nanos(0)
        self.pointed: list[tuple[Nanos, int, int]] = []
        self.closed = False

    # ------------------------------------------------------------------------------ for the test

    def put(self, pid: int, *controls: Control) -> None:
        """Let the process show these; without any it does not speak accessibility."""
        self._controls[pid] = {c.name: c for c in controls}
        known = self._secret.setdefault(pid, set())
        known |= {c.name for c in controls if c.role == "password"}

    def focus(self, pid: int, name: str) -> None:
        """Move the keyboard to that control."""
        self._focus[pid] = name
        if self._pid() == pid:
            self._tell()
            self._say(Nanos(time.monotonic_ns()), Cause.FOCUS, self._controls[pid][name])

    def reveal(self, pid: int, name: str) -> None:
        """Show what is in a password field: from now on it says that it is a text field."""
        shown = replace(self._controls[pid][name], role="text")
        self._controls[pid][name] = shown
        if self._pid() == pid:
            self._tell()

    # ------------------------------------------------------------------------------- the protocol

    def attend(self, front: Window | None, t: Nanos) -> None:
        """Answer for this window's process only; see the protocol."""
        other = self._front is None or front is None or self._front.id != front.id
        self._front = None if self.closed else front
        if other:
            self._sure = t
        if self._front is not None:
            self._tell()

    def note(self, t: Nanos) -> None:
        """Say again what has the keyboard; see the protocol."""
        self.noted = t
        if self._front is not None:
            self._tell()

    def point(self, t: Nanos, x: int, y: int) -> None:
        """Feed what lies there; see the protocol."""
        self.pointed.append((t, x, y))
        hits = [c for c in self._shown() if contains(self._place(c.rect), x, y)]
        if hits:
            self._say(t, Cause.CLICK, hits[-1])

    def close(self) -> None:
        """Say nothing any more; see the protocol."""
        self.closed = True
        self._front = None

    # ----------------------------------------------------------------------------------- answering

    def _pid(self) -> int:
        return self._front.process.pid if self._front and self._front.process else 0

    def _shown(self) -> list[Control]:
        return list(self._controls.get(self._pid(), {}).values())

    def _place(self, rect: Rect) -> Rect:
        origin = self._front.inner if self._front else Rect(0, 0, 0, 0)
        return replace(rect, x=rect.x + origin.x, y=rect.y + origin.y)

    def _tell(self) -> None:
        """Feed the Field of the attended process as it is now."""
        now, pid = Nanos(time.monotonic_ns()), self._pid()
        secret = self._secret.get(pid, set())
        masks = tuple(self._place(c.rect) for c in self._shown() if c.name in secret)
        held = self._controls.get(pid, {}).get(self._focus.get(pid, ""))
        since, verdict = min(self._sure, now), Verdict.UNKNOWN
        if held is not None:
            verdict = Verdict.SECRET if held.name in secret else Verdict.CLEAR
        if verdict is Verdict.SECRET:
            since = min(since, Nanos(now - _BACK))
        rect = self._place(held.rect) if held else None
        self._sure = now
        self._feed(Field(now, since, pid, verdict, rect, masks))

    def _say(self, t: Nanos, cause: Cause, control: Control) -> None:
        rect = self._place(control.rect)
        if control.name in self._secret.get(self._pid(), set()):
            self._feed(Element(t, cause, "password", "", rect))
        else:
            self._feed(Element(t, cause, control.role, control.name, rect, path=control.path))
