"""Two clicks make a double click, notches make a scroll: what toolkits and people see as one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.action.model import Action, ActionKind
from nodreel.events import MILLISECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.action.model import Settings

_TIMES: Final = (ActionKind.CLICK, ActionKind.DOUBLE_CLICK, ActionKind.TRIPLE_CLICK)


def join(actions: Iterable[Action], settings: Settings) -> list[Action]:
    """Return actions in order, with what belongs together as one."""
    out: list[Action] = []
    pressed = 0  # when the newest click of a row of them began
    for action in actions:
        last = out[-1] if out else None
        if last is not None and _clicks_on(last, action, pressed, settings):
            kind = _TIMES[_TIMES.index(last.kind) + 1]
            out[-1] = _both(last, action, kind)
        elif last is not None and _scrolls_on(last, action, settings):
            both = _both(last, action, last.kind)
            out[-1] = replace(both, dx=last.dx + action.dx, dy=last.dy + action.dy)
        else:
            out.append(action)
        pressed = action.start
    return out


def _both(a: Action, b: Action, kind: ActionKind) -> Action:
    return replace(
        a, kind=kind, end=b.end, to_x=b.to_x, to_y=b.to_y, path=(*a.path, *b.path),
        events=tuple(sorted({*a.events, *b.events})), element=a.element or b.element,
        sure=a.sure and b.sure,
    )  # fmt: skip


def _clicks_on(a: Action, b: Action, pressed: int, settings: Settings) -> bool:
    if a.kind not in _TIMES[:2] or b.kind is not ActionKind.CLICK or a.app != b.app:
        return False
    if a.x is None or a.y is None or b.x is None or b.y is None:
        return False
    near = max(abs(a.x - b.x), abs(a.y - b.y)) <= settings.double_click_px
    return near and a.modifiers == b.modifiers and b.start - pressed <= settings.double_click


def _scrolls_on(a: Action, b: Action, settings: Settings) -> bool:
    if a.kind is not ActionKind.SCROLL or b.kind is not ActionKind.SCROLL:
        return False
    same = (a.app, a.modifiers, _way(a)) == (b.app, b.modifiers, _way(b))
    return same and b.start - a.end <= settings.scroll_pause_ms * MILLISECOND


def _way(action: Action) -> tuple[int, int]:
    return ((action.dx > 0) - (action.dx < 0), (action.dy > 0) - (action.dy < 0))
