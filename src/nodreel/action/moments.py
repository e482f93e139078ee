"""The frame before an action, and the one after, once the screen has come to rest."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.action.model import Action, ActionKind
from nodreel.events import MILLISECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodreel.action.model import Settings
    from nodreel.events import Nanos

PATIENCE: Final = 4  # times ``settle_ms``: that long an app may take to begin to answer


def framed(
    actions: Sequence[Action], frames: Sequence[Nanos], settings: Settings
) -> Iterable[Action]:
    """Yield the actions with ``before`` and ``after``; ``frames`` are their ``done``, in order."""
    rest = settings.settle_ms * MILLISECOND
    deeds = [a.start for a in actions if a.kind is not ActionKind.WAIT]
    for action in actions:
        before = bisect_left(frames, action.start)
        later = bisect_right(deeds, action.end) if action.kind is not ActionKind.WAIT else None
        if later is None:
            until = action.end + 1
        else:
            until = deeds[later] if later < len(deeds) else (frames[-1] + 1 if frames else 0)
        after = _rested(frames, action.end, until, rest) if later is not None else None
        if after is None:
            after = bisect_left(frames, until) - 1
        yield replace(
            action,
            before=frames[before - 1] if before else None,
            after=frames[after] if after >= 0 else None,
        )


def _rested(frames: Sequence[Nanos], end: Nanos, until: int, rest: int) -> int | None:
    """Return the frame after which nothing changed for a while; None: only ``until`` ends it."""
    at, last = bisect_right(frames, end), end + (PATIENCE - 1) * rest
    for number in range(at, len(frames) + 1):
        over = number == len(frames) or frames[number] >= until
        if over or frames[number] - last >= rest:
            return None if over else number - 1
        last = frames[number]
    return None
