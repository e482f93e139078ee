"""One bounded look into a window: what has the keyboard, and which password fields are there.

Needed once when a window comes to the front, because apps only tell of changes. Never more than a
couple of hundred objects, and only what is shown.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from collections import deque
from math import inf
from typing import TYPE_CHECKING, Final

from nodreel.desktop.atspi.ask import (
    Ref,
    Seen,
    as_box,
    as_name,
    as_number,
    as_refs,
    as_states,
    call,
    look_at,
    read,
    unwrapped,
)
from nodreel.desktop.atspi.boxes import scale_of
from nodreel.desktop.atspi.peers import frames
from nodreel.desktop.atspi.verdicts import is_tried
from nodreel.desktop.atspi.words import FOCUSED, LEAVES, PASSWORD_TEXT, ROOT, SHOWING

if TYPE_CHECKING:
    from nodreel.desktop.atspi.attended import Attended
    from nodreel.desktop.atspi.talk import Talk
    from nodreel.events import Rect

MOST: Final = 200
_TOGETHER: Final = 8
_BROAD: Final = 64
_FOUND: Final = 16


def survey(at: Attended, found: list[Seen]) -> Talk[bool]:
    """Find the windows of an app, the one in front first, its scale, and what is in them."""
    if at.app is None:
        return False
    yield from introduce(at)
    ours = yield from frames(at.app)
    answers = yield tuple(call(ref, "Component", "GetExtents", "u", 0) for ref in ours)
    boxes = dict(zip(ours, map(as_box, answers), strict=True))
    ours.sort(key=lambda ref: _unlike(boxes[ref], at))
    if ours:
        at.scale = scale_of(at.window, boxes[ours[0]], at.memory.toolkit)
    return (yield from search(ours, found))


def introduce(at: Attended) -> Talk[None]:
    """Ask an app with what it was made, once."""
    if at.app is None or at.memory.tried is not None:
        return
    root = Ref(at.app, ROOT)
    name, version = yield tuple(
        read(root, "Application", what) for what in ("ToolkitName", "Version")
    )
    if name is not None and version is not None:
        at.memory.toolkit = as_name(name)
        at.memory.tried = is_tried(at.memory.toolkit, as_name(version))


def _unlike(box: Rect | None, at: Attended) -> float:
    """Return how far the shape of an app's window is from that of the window in front."""
    if box is None:
        return inf
    inner, outer = at.window.inner, at.window.outer
    return min(abs(box.w / box.h - w.w / w.h) for w in (inner, outer) if w.h > 0 and box.h > 0)


def search(windows: list[Ref], found: list[Seen]) -> Talk[bool]:
    """Put into ``found`` what is focused or secret; what was found stays when time runs out.

    Returns whether all was seen that a look goes into.
    """
    left, queue = MOST, deque(windows)
    while queue and left > 0 and len(found) < _FOUND:
        group = [queue.popleft() for _ in range(min(len(queue), _TOGETHER, left))]
        left -= len(group)
        answers = yield tuple(
            ask
            for ref in group
            for ask in (
                call(ref, "Accessible", "GetRole"),
                call(ref, "Accessible", "GetState"),
                read(ref, "Accessible", "ChildCount"),
            )
        )
        inside = []
        for number, ref in enumerate(group):
            role, states, count = answers[3 * number : 3 * number + 3]
            if SHOWING not in as_states(states):
                continue
            if FOCUSED in as_states(states) or as_number(role) == PASSWORD_TEXT:
                seen = yield from look_at(ref)
                if seen is not None:
                    found.append(seen)
            size = unwrapped(count)
            few = isinstance(size, int) and 0 < size <= _BROAD
            if few and as_number(role) not in LEAVES:
                inside.append(ref)
        children = yield tuple(call(ref, "Accessible", "GetChildren") for ref in inside)
        for ref, answer in zip(inside, children, strict=True):
            queue.extend(as_refs(answer, ref.app)[:_BROAD])
    return not queue
