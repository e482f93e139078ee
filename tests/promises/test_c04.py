"""C4. Only designated programs and websites."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nodreel.events import Event, Frame, Key, KeyClass, Move, Nanos, Rect
from nodreel.gate.context import context_of
from nodreel.gate.gate import Drop, Held, admit
from nodreel.scene import Process
from tests.scenes import APPS, RULES, scene, window

KEY = Key(Nanos(1), True, KeyClass.CHARACTER, keycode=38, keysym=97)
MOVE = Move(Nanos(1), 10, 310)  # over the terminal
FRAME = Frame(Nanos(1), Nanos(2), 1, 800, 600, (Rect(0, 0, 400, 300),), (), full=True)


@pytest.mark.parametrize("event", [KEY, MOVE, FRAME])
def test_what_happens_elsewhere_is_dropped(event: Event) -> None:
    context = context_of(scene(focus="term"), APPS)
    assert isinstance(admit(event, context, RULES, Held()), Drop)


@pytest.mark.parametrize(
    "process",
    [
        None,  # nobody knows whose window it is
        Process(5, 1, "", trusted=True),
        Process(5, 1, "/usr/bin/pad", trusted=False),  # a file that others may write
        Process(5, 1, "/home/me/pad", trusted=True),
        Process(5, 1, "/usr/bin/python3", trusted=True, script="/usr/bin/pad", script_trusted=True),
    ],
)
def test_what_merely_looks_designated_is_not(process: Process | None) -> None:
    posing = replace(window("pad"), process=process, title="pad title")
    context = context_of(scene(windows=(posing,)), APPS)
    assert context.focus_app is None
    assert isinstance(admit(KEY, context, RULES, Held()), Drop)


def test_the_real_one_is_recorded() -> None:
    kept = admit(KEY, context_of(scene(), APPS), RULES, Held())
    assert isinstance(kept, Key)
    assert kept.app == "pad"
