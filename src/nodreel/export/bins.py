"""A recording cut into steps of one length, as robots are taught: what is held, and what is done.

Pure. Where the person deleted something, and between episodes, a row of steps ends and another
begins; no step says that nothing was done where nothing is known.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from nodreel.action.keysyms import NAMES, name_of
from nodreel.events import SECOND, Button, Gap, Key, Move, Nanos, Scroll

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodreel.episode.format import Spoken

BUTTONS: Final = ("left", "middle", "right")
SIGNS: Final = tuple(chr(n) for n in range(0x21, 0x7F) if not chr(n).isupper())
KEYS: Final = (*SIGNS, *sorted({*NAMES.values()} - {f"f{n}" for n in range(13, 36)}), "other",
               "untold")  # fmt: skip
STATE: Final = ("pointer x", "pointer y", *(f"{b} held" for b in BUTTONS))
ACTION: Final = (
    "pointer x", "pointer y", *(f"{b} {way}" for b in BUTTONS for way in ("down", "up")),
    "scroll x", "scroll y", *(f"key {key}" for key in KEYS),
)  # fmt: skip
_DOWN: Final = ACTION.index("left down")
_SCROLL: Final = ACTION.index("scroll x")
_KEY: Final = {key: ACTION.index(f"key {key}") for key in KEYS}
LEAST: Final = 2  # steps; less is no row


@dataclass(frozen=True, slots=True)
class Row:
    """Steps one after the other from ``start``: float32, (steps, STATE) and (steps, ACTION).

    ``state`` is how it was when a step began, ``action`` what was done within it: where the pointer
    went, which buttons and keys went down, how many notches. ``frames`` are the ``done`` of the
    picture that was last when each step began.
    """

    start: Nanos
    state: np.ndarray[Any, Any]
    action: np.ndarray[Any, Any]
    frames: tuple[Nanos, ...]


def rows(
    events: Sequence[Spoken],
    frames: Sequence[Nanos],
    spans: Iterable[tuple[Nanos, Nanos]],
    fps: int,
) -> list[Row]:
    """Return the rows of a recording; ``spans`` are those of its episodes, ``frames`` in order."""
    gaps = sorted((e.t, e.until) for e in events if isinstance(e, Gap))
    moments = [e.t for e in events]
    found = []
    for start, end in chain.from_iterable(_between(span, gaps) for span in spans):
        first = bisect_left(frames, start)
        if first == len(frames):
            continue
        begin = max(start, frames[first])
        count = (end - begin) * fps // SECOND
        if count < LEAST:
            continue
        inside = events[bisect_left(moments, begin) : bisect_left(moments, begin + _at(count, fps))]
        before = next(
            (e for e in reversed(events[: bisect_left(moments, begin)]) if _place(e)), None
        )
        state, action = _steps(inside, begin, count, fps, _place(before) or (0, 0))
        shown = tuple(
            frames[bisect_right(frames, begin + _at(step, fps)) - 1] for step in range(count)
        )
        found.append(Row(Nanos(begin), state, action, shown))
    return found


def _at(step: int, fps: int) -> int:
    return step * SECOND // fps


def _between(
    span: tuple[Nanos, Nanos], gaps: Sequence[tuple[Nanos, Nanos]]
) -> Iterable[tuple[int, int]]:
    at, end = span
    for start, until in gaps:
        if start < end and until > at:
            yield at, start
            at = until
    yield at, end


def _place(event: Spoken | None) -> tuple[int, int] | None:
    return (event.x, event.y) if isinstance(event, Move | Button | Scroll) else None


def _steps(
    events: Sequence[Spoken], begin: int, count: int, fps: int, at: tuple[int, int]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    state = np.zeros((count, len(STATE)), np.float32)
    action = np.zeros((count, len(ACTION)), np.float32)
    now = [*at, 0, 0, 0]
    filled = 0
    for event in events:
        step = min(count - 1, (event.t - begin) * fps // SECOND)
        if step >= filled:  # how it was before this event, up to and with the step it falls in
            state[filled : step + 1] = now
            action[filled:step, :2] = now[:2]
            filled = step + 1
        _note(event, now, action[step])
        action[step, :2] = now[:2]
    state[filled:] = now
    action[filled:, :2] = now[:2]
    return state, action


def _note(event: Spoken, now: list[int], done: np.ndarray[Any, Any]) -> None:
    place = _place(event)
    if place is not None:
        now[:2] = place
    match event:
        case Button(button=number, press=press) if 1 <= number <= len(BUTTONS):
            done[_DOWN + 2 * (number - 1) + (not press)] += 1
            now[1 + number] = int(press)
        case Scroll(dx=dx, dy=dy):
            done[_SCROLL] += dx
            done[_SCROLL + 1] += dy
        case Key(press=True, keysym=keysym, keycode=keycode):
            name = "untold" if keysym is None else name_of(keysym, keycode)
            done[_KEY.get(name, _KEY["other"])] = 1
        case _:
            pass
