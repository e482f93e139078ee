"""Two clicks make a double click, notches a scroll, keys a switch: what people see as one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.action.model import Action, ActionKind
from nodreel.events import MILLISECOND, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.action.model import Settings

_SWITCHERS: Final = frozenset({"alt", "super"})
_CHOOSING: Final = 5 * SECOND  # that long a switcher is looked at with Alt held down
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


def one_switch(actions: Iterable[Action]) -> list[Action]:
    """Return actions in order, with the keys that brought another app to the front in its switch.

    Mostly the window manager has those keys for itself, and nobody sees them.
    """
    out: list[Action] = []
    for action in actions:
        keys = out[-1] if out else None
        if keys is not None and action.kind is ActionKind.SWITCH and _switches(keys, action):
            events = tuple(sorted({*keys.events, *action.events}))
            out[-1] = replace(action, start=keys.start, events=events, keys=keys.keys)
        else:
            out.append(action)
    return out


def _switches(keys: Action, switch: Action) -> bool:
    held = keys.kind is ActionKind.HOTKEY and keys.keys[-1] == "tab" and keys.keys[0] in _SWITCHERS
    return held and keys.app != switch.app and switch.start - keys.end <= _CHOOSING


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
