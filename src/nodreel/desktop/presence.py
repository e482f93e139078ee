"""Whether somebody is at the keyboard: six digits, typed into a window of nodreel's own.

``python -m nodreel.desktop.presence DIGITS`` opens it, after the person has said yes, hears what is
typed into that window and nothing else, prints one line of JSON, and ends. What it cannot tell:
who presses the keys, a keyboard that another machine feeds (a virtual machine's is one), and
whatever root does.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from nodreel.clock import SystemClock
from nodreel.errors import NodreelError, UnsupportedError
from nodreel.events import SECOND, Nanos
from nodreel.host import harden, refuse_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.clock import Clock
    from nodreel.desktop.press import Press

PATIENCE: Final = Nanos(60 * SECOND)


class Found(StrEnum):
    """What came of it. Only PHYSICAL proves anything."""

    PHYSICAL = "physical"
    PROGRAM = "program"  # or at least it cannot be told from one
    SILENCE = "silence"
    NO_WINDOW = "no window"  # or it was closed


class CodeWindow(Protocol):
    """Shows digits and hears the keys typed into it. Every method may raise UnsupportedError."""

    def wait(self, timeout: Nanos) -> Sequence[Press]:
        """Block until a key goes down in it (or ``timeout``); return all that did, in order."""
        ...

    def undisturbed(self) -> bool:
        """End listening; whether surely no program fed input to the desktop since it opened."""
        ...

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """What was found; ``sources``: the devices (XInput2 source ids) that the digits came from."""

    found: Found
    sources: tuple[int, ...] = ()


def look(window: CodeWindow, code: str, clock: Clock, patience: Nanos = PATIENCE) -> Result:
    """Wait for the digits; one key that no hand pressed ends it."""
    until, typed = clock.mono() + patience, ""
    sources: list[int] = []
    while typed != code:
        left = until - clock.mono()
        if left <= 0:
            return Result(Found.SILENCE)
        for press in window.wait(Nanos(left)):
            if not press.physical:
                return Result(Found.PROGRAM)
            typed = (typed + press.digit)[-len(code) :]
            sources.append(press.source)
            if typed == code:
                break
    if not window.undisturbed():
        return Result(Found.PROGRAM)
    return Result(Found.PHYSICAL, tuple(sorted(set(sources))))


def open_window(code: str) -> CodeWindow:
    """Open it on this desktop; UnsupportedError where input cannot be told from hands."""
    if sys.platform == "linux" and not os.environ.get("WAYLAND_DISPLAY"):
        from nodreel.desktop.x11.code_window import X11CodeWindow  # noqa: PLC0415  per system

        return X11CodeWindow(code, os.environ.get("DISPLAY", ""))
    raise UnsupportedError("On this desktop keys cannot be told from what programs type.")


def main() -> int:
    """Ask, and print what was found; exit 0 whatever it was."""
    refuse_root()
    harden()
    code = sys.argv[1]
    try:
        window = open_window(code)
        try:
            result = look(window, code, SystemClock())
        finally:
            window.close()
    except NodreelError:
        result = Result(Found.NO_WINDOW)
    sys.stdout.write(json.dumps({"found": result.found, "sources": result.sources}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
