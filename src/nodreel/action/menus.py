"""A way through menus, or a choice in a dropdown, as one action with the names on the way.

Only where elements were recorded: which click opened a menu and which one chose cannot be told
from the pointer alone.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.action.model import Action, ActionKind
from nodreel.events import SECOND, Cause, Element
from nodreel.rects import contains

if TYPE_CHECKING:
    from collections.abc import Sequence

MENU_ITEMS: Final = frozenset({"menu item", "check menu item", "radio menu item"})
ITEMS: Final = MENU_ITEMS | {"list item", "cell", "tree item", "row"}
OPENERS: Final = frozenset({"menu", "combo box", "menu button", "toggle button"})
_ON_THE_WAY: Final = frozenset({"up", "down", "left", "right", "home", "end", "pageup", "pagedown"})
WITHIN_MENUS: Final = _ON_THE_WAY | {"esc"}
_OPENING_KEYS: Final = frozenset({"f10", "menu"})
_CHOOSING_KEYS: Final = frozenset({"enter", "space"})
_LONGEST: Final = 30 * SECOND
BESIDE: Final = 40  # pixels
_CLICKS: Final = frozenset({ActionKind.CLICK, ActionKind.RIGHT_CLICK})


class Menus:
    """Knows what had the focus when; ``joined`` puts selections together."""

    def __init__(self, elements: Sequence[tuple[int, Element]]) -> None:
        self._focus = [(n, e) for n, e in elements if e.cause is Cause.FOCUS]
        self._times = [e.t for _, e in self._focus]

    def focus_at(self, t: int) -> tuple[int, Element] | None:
        """Return what had the focus last at ``t``, and its number."""
        at = bisect_right(self._times, t)
        return self._focus[at - 1] if at else None

    def joined(self, actions: Sequence[Action]) -> list[Action]:
        """Return the actions with each way to an item as one ``select``."""
        out: list[Action] = []
        for action in actions:
            chosen = self._chosen(action, out)
            if chosen is None:
                out.append(action)
                continue
            number, item = chosen
            start = self._opening(out, item, action)
            steps = [*out[start:], action]
            del out[start:]
            out.append(_select(steps, item, number))
        return out

    def _chosen(
        self, action: Action, before: Sequence[Action]
    ) -> tuple[int | None, Element] | None:
        """Return the item that this action chooses, if it does."""
        element = action.element
        if action.kind is ActionKind.CLICK:
            if element is None:
                return self._under(action, before)
            if element.role in MENU_ITEMS:
                asked = before and _asks_for_menu(before[-1], element)
                return (None, element) if len(way_to(element)) > 1 or asked else None
            opened = element.role in ITEMS and before and _opens_list(before[-1])
            return (None, element) if opened else self._under(action, before)
        if action.kind is ActionKind.DRAG and element is not None and element.role in OPENERS:
            return self._let_go_on(action)
        if action.kind is ActionKind.KEY and action.keys[0] in _CHOOSING_KEYS:
            found = self.focus_at(action.start)
            if found is not None and found[1].role in ITEMS:
                start = self._opening(before, found[1], action)
                if start < len(before) and before[start].start <= found[1].t:
                    return found
        return None

    def _under(self, click: Action, before: Sequence[Action]) -> tuple[int, Element] | None:
        """Return the item that had the focus under a click, if its menu was on the way there.

        A menu lies above what it covers, and that is what some apps name once it has closed.
        """
        found = self.focus_at(click.start)
        if found is None or not before or found[1].rect is None or click.x is None:
            return None
        item, there = found[1], contains(found[1].rect, click.x, click.y or 0)
        on_the_way = item.role in ITEMS and before[-1].start <= item.t and there
        if not on_the_way or (item.role in MENU_ITEMS and len(way_to(item)) == 1):
            return None
        return found if self._opening(before, item, click) < len(before) else None

    def _let_go_on(self, action: Action) -> tuple[int, Element] | None:
        found = self.focus_at(action.end)
        if found is None or action.to_x is None or action.to_y is None:
            return None
        item = found[1]
        there = item.rect is not None and contains(item.rect, action.to_x, action.to_y)
        return found if there and item.t >= action.start and item.role in ITEMS else None

    def _opening(self, before: Sequence[Action], item: Element, last: Action) -> int:
        """Return where the way to the item begins among the actions before it."""
        start = at = len(before)
        first = item
        while at > 0:
            at -= 1
            step = before[at]
            if step.app != last.app or last.start - step.start > _LONGEST:
                break
            if _is_outermost(step, first):
                return at
            if self._opens(step, item, last):
                start, first = at, step.element or first
            elif not (step.kind is ActionKind.KEY and step.keys[0] in _ON_THE_WAY):
                break
        return start

    def _opens(self, step: Action, item: Element, last: Action) -> bool:
        if step.kind is ActionKind.HOTKEY:
            return "alt" in step.keys
        if step.kind is ActionKind.KEY:
            focus = self.focus_at(step.start)
            on_opener = focus is not None and focus[1].role in OPENERS
            return step.keys[0] in _OPENING_KEYS or (on_opener and step.keys[0] in _CHOOSING_KEYS)
        element = step.element
        if element is None:
            return step.kind is ActionKind.CLICK and self._menu_came(step, last)
        if step.kind is ActionKind.SELECT:
            return step.names == way_to(item)[:-1][: len(step.names)]
        named = bool(element.name) and element.name in way_to(item)[:-1]
        return step.kind in _CLICKS and (named or element.role in OPENERS)

    def _menu_came(self, click: Action, last: Action) -> bool:
        """Whether the first to get the focus after a click was in a menu, before the choice.

        But for what was clicked itself, where it is what opens the menu.
        """
        for _, element in self._focus[bisect_right(self._times, click.start) :]:
            if element.t > last.start:
                return False
            if not (element.role in OPENERS - {"menu"} and _clicked(click, element)):
                return element.role in MENU_ITEMS | {"menu"}
        return False


def way_to(item: Element) -> tuple[str, ...]:
    """Return the names that lead to an item, its own last (most paths end in it already)."""
    return item.path if item.path[-1:] == (item.name,) else (*item.path, item.name)


def _opens_list(action: Action) -> bool:
    return (
        action.kind is ActionKind.CLICK
        and action.element is not None
        and action.element.role in OPENERS
    )


def _clicked(click: Action, element: Element) -> bool:
    return element.rect is not None and contains(element.rect, click.x or 0, click.y or 0)


def _asks_for_menu(step: Action, item: Element) -> bool:
    """Whether it was a right click that an item's menu opens beside."""
    return step.kind is ActionKind.RIGHT_CLICK and _is_outermost(step, item)


def _is_outermost(step: Action, item: Element) -> bool:
    """Whether a way to the item can begin nowhere before this step.

    A menu opens beside the right click that asked for it.
    """
    element, rect = step.element, item.rect
    if step.kind is ActionKind.RIGHT_CLICK:
        near = rect is None or rect.x - BESIDE <= (step.x or 0) <= rect.x + rect.w + BESIDE
        return near and item.role in MENU_ITEMS | {"menu"}
    if step.kind is not ActionKind.CLICK or element is None:
        return False
    way = way_to(item)
    on_top = element.name == way[0] and len(way) > 1
    return on_top or (element.role in OPENERS and len(way) == 1)


def _select(steps: Sequence[Action], item: Element, number: int | None) -> Action:
    first, last = steps[0], steps[-1]
    opener = first.element
    named = opener is not None and opener.role in OPENERS and first is not last and opener.name
    names = way_to(item)
    if named and opener and len(names) == 1:
        names = (opener.name, *names)
    ids = {n for step in steps for n in step.events} | ({number} if number is not None else set())
    return replace(
        last, kind=ActionKind.SELECT, start=first.start, events=tuple(sorted(ids)),
        x=first.x, y=first.y, to_x=last.to_x, to_y=last.to_y, names=names,
        element=item, path=tuple(p for step in steps for p in step.path), length=0,
        keys=tuple(k for step in steps for k in ("+".join(step.keys),) if k),
        sure=all(step.sure for step in steps),
    )  # fmt: skip
