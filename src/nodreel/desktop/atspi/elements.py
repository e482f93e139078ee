"""Which element a click or the focus went to: role, label, place, the menus that lead there."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from nodreel.desktop.atspi.ask import (
    Ref,
    Seen,
    as_box,
    as_name,
    as_number,
    as_ref,
    as_states,
    call,
    first,
    label_of,
    look_at,
    read,
    unwrapped,
)
from nodreel.desktop.atspi.boxes import scaled
from nodreel.desktop.atspi.peers import frames
from nodreel.desktop.atspi.talk import PATIENCE
from nodreel.desktop.atspi.words import (
    ACTIVE,
    COMBO_BOX,
    CONTENT_ROLES,
    FILLERS,
    IN_POPUPS,
    LABEL,
    LIST,
    MENU_ROLES,
    OPENERS,
    POPUPS,
    ROLES,
    ROOT,
    ROWS,
    SHOWING,
    STATES,
    TOGGLE_BUTTON,
)
from nodreel.events import Cause, Element, Nanos
from nodreel.rects import area, contains

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.desktop.atspi.attended import Attended
    from nodreel.desktop.atspi.talk import Talk, Talks

_DEEPEST: Final = 30
_LEVELS: Final = 8
_CACHED: Final = 64


@dataclass(frozen=True, slots=True)
class _Hover:
    """What last claimed the focus inside a popup."""

    seen: Seen
    t: Nanos


class Elements:
    """Feeds an Element for each click that can be explained, and for what gets the focus."""

    def __init__(self, feed: Callable[[Element], None], clock: Callable[[], Nanos]) -> None:
        self._feed, self._clock = feed, clock
        self._at: Attended | None = None
        self._talks: Talks | None = None
        self._hover: _Hover | None = None
        self._paths: dict[Ref | None, tuple[str, ...]] = {}
        self._missed: tuple[Nanos, int, int] | None = None
        self._describing = False
        self._next: tuple[Seen, Nanos] | None = None
        self._last: tuple[Ref, Nanos] | None = None
        self._list: _Hover | None = None
        self._focus: Seen | None = None
        self._menu: Nanos | None = None  # when a menu was last seen open

    def begin(self, attended: Attended | None) -> None:
        """Another window is in front."""
        self._at, self._talks = attended, None
        self._hover = self._next = self._last = self._list = self._menu = self._focus = None
        self._describing = False
        self._paths.clear()

    def joined(self, talks: Talks) -> None:
        """Its app speaks accessibility; a click that brought it to the front is asked for now."""
        self._talks = talks
        if self._missed is not None:
            self.point(*self._missed)

    def parted(self) -> None:
        """Its app does so no more."""
        self.begin(self._at)

    def activated(self) -> None:
        """Doubt the menus: a window was activated, they are gone, or new."""
        self._menu = None

    def settled(self, seen: Seen, t: Nanos) -> None:
        """Something got the focus at ``t``."""
        if seen.role not in MENU_ROLES:
            self._focus = seen
        if seen.role in MENU_ROLES:
            self._menu = t
        else:
            self._menu = None
        if seen.role in IN_POPUPS:
            self._hover = _Hover(seen, t)
        elif self._hover is not None and self._hover.seen.parent != seen.ref:
            self._hover = None  # what has the focus is not even the list that it lies in
        if seen.role == LIST:
            self._list = _Hover(seen, t)
        elif self._list is not None and self._list.seen.ref != seen.parent:
            self._list = None
        again = (seen.ref, t) if self._last is None else self._last
        self._last = (seen.ref, t)
        if again[0] == seen.ref and 0 < t - again[1] < PATIENCE:
            return  # said twice
        if self._describing:
            self._next = (seen, t)  # only the newest is worth asking
        else:
            self._describe(seen, t)

    def _describe(self, seen: Seen, t: Nanos) -> None:
        at, talks = self._at, self._talks
        if at is None or talks is None:
            return
        self._describing = True
        talk = self._element(at, seen, t, Cause.FOCUS)
        talks.start(talk, self._clock(), partial(self._described, at))

    def _described(self, at: Attended, element: Element | None) -> None:
        if at is not self._at:
            return
        self._describing = False
        if element is not None:
            self._feed(element)
        if self._next is not None:
            (seen, t), self._next = self._next, None
            self._describe(seen, t)

    # -- clicks

    def point(self, t: Nanos, x: int, y: int) -> None:
        """Ask what lies at (x, y), where a click at ``t`` went."""
        at, talks, now = self._at, self._talks, self._clock()
        left = Nanos(t + PATIENCE - now)
        self._missed = (t, x, y)
        if at is None or talks is None or left <= 0:
            return
        talks.start(self._clicked(at, t, x, y), now, partial(self._hit, at), min(left, PATIENCE))

    def _hit(self, at: Attended, element: Element | None) -> None:
        if at is self._at and element is not None:
            self._missed = None
            self._feed(element)

    def _clicked(self, at: Attended, t: Nanos, x: int, y: int) -> Talk[Element | None]:
        opened = self._menu is not None and self._menu <= t
        hover = self._hovered(at, x, y)
        before = hover is not None and hover.t <= t
        if hover is not None and before:
            # A menu goes as it is clicked; that it was gone before would have been told.
            sure = opened and hover.seen.role in MENU_ROLES
            if sure or (yield from self._still(at, hover.seen, x, y)):
                return (yield from self._element(at, hover.seen, t, Cause.CLICK, (x, y)))
        over = self._list  # a dropdown that tells nothing of its rows
        if over is not None and over.t <= t and (yield from self._still(at, over.seen, x, y)):
            seen = yield from self._inside(at, over.seen.ref, x, y)
            if seen is not None and seen.ref != over.seen.ref:
                return (yield from self._element(at, seen, t, Cause.CLICK, (x, y)))
        seen = yield from self._deepest(at, x, y, popups=opened)
        if seen is not None and seen.role in IN_POPUPS and not opened:
            seen = (yield from self._opener(seen)) or seen
        seen = yield from self._closer(at, seen, x, y)
        newer = self._hovered(at, x, y)
        fresh = newer is not None and (newer is not hover or not before)
        if fresh and newer and (seen is None or seen.role not in OPENERS):
            seen = newer.seen
        if seen is None:
            return None
        return (yield from self._element(at, seen, t, Cause.CLICK, (x, y)))

    def _closer(self, at: Attended, seen: Seen | None, x: int, y: int) -> Talk[Seen | None]:
        """Return what has the focus if it lies there, inside what was found: some stop early."""
        focus = self._focus
        if focus is None or focus.box is None or at.over(focus, x, y) is None:
            return seen
        if seen is not None and seen.role in FILLERS and seen.parent == focus.ref:
            return focus
        outer = seen.box if seen is not None else None
        if seen is not None and (outer is None or area((focus.box,)) >= area((outer,))):
            return seen
        return focus if (yield from self._still(at, focus, x, y)) else seen

    def _still(self, at: Attended, seen: Seen, x: int, y: int) -> Talk[bool]:
        """Ask whether something is still shown and still there."""
        states, extents = yield (
            call(seen.ref, "Accessible", "GetState"),
            call(seen.ref, "Component", "GetExtents", "u", 0),
        )
        box = as_box(extents)
        there = box is not None and contains(scaled(box, at.scale), x, y)
        return there and SHOWING in as_states(states)

    def _opener(self, seen: Seen) -> Talk[Seen | None]:
        """Return the box that opened the dropdown an object lies in; None when it is in none."""
        ref = seen.parent
        for _ in range(_LEVELS // 2):
            above = (yield from look_at(ref)) if ref is not None else None
            if above is None or above.role == COMBO_BOX:
                return above
            ref = above.parent
        return None

    def _hovered(self, at: Attended, x: int, y: int) -> _Hover | None:
        hover = self._hover
        return hover if hover is not None and at.over(hover.seen, x, y) is not None else None

    def _deepest(self, at: Attended, x: int, y: int, *, popups: bool) -> Talk[Seen | None]:
        """Return the innermost object at a point, popups before windows.

        A popup that a click opened lies where the click went, but came after it: without
        ``popups`` they do not count.
        """
        if at.app is None:
            return None
        windows = yield from frames(at.app)
        answers = yield tuple(
            ask
            for ref in windows
            for ask in (
                call(ref, "Accessible", "GetRole"),
                call(ref, "Accessible", "GetState"),
                call(ref, "Component", "GetExtents", "u", 0),
            )
        )
        here, rank = None, 0
        for number, ref in enumerate(windows):
            role, states, extents = answers[3 * number : 3 * number + 3]
            box, said = as_box(extents), as_states(states)
            if SHOWING in said and box is not None and contains(scaled(box, at.scale), x, y):
                popup = as_number(role) in POPUPS
                own = 3 * popups if popup else 2 if ACTIVE in said else 1
                here, rank = (ref, own) if own and own >= rank else (here, rank)
        if here is None:
            return None
        return (yield from self._inside(at, here, x, y))

    def _inside(self, at: Attended, here: Ref, x: int, y: int) -> Talk[Seen | None]:
        """Return the innermost object at a point of a window or list."""
        px, py = int(x / at.scale), int(y / at.scale)
        for _ in range(_DEEPEST):
            (answer,) = yield (call(here, "Component", "GetAccessibleAtPoint", "iiu", px, py, 0),)
            inner = as_ref(first(answer), here.app)
            if inner is None or inner == here:
                break
            here = inner
        return (yield from look_at(here))

    # -- describing

    def _element(
        self, at: Attended, seen: Seen, t: Nanos, cause: Cause, place: tuple[int, int] | None = None
    ) -> Talk[Element | None]:
        """Make the Element. A secret field has no name, a text field only that of its label."""
        if at.memory.secret(seen):
            return Element(t, cause, "password", "", at.rect(seen))
        path: tuple[str, ...] = ()
        if seen.role == TOGGLE_BUTTON and not seen.name and seen.parent is not None:
            above = yield from look_at(seen.parent)
            seen = above if above is not None and above.role == COMBO_BOX else seen
        name = yield from self._name(seen)
        if seen.role in IN_POPUPS:
            before = yield from self._path(seen.parent)
            path = (*before, name) if before or seen.role in MENU_ROLES else ()
        rect = at.over(seen, *place) if place and seen.role in IN_POPUPS else at.rect(seen)
        if rect is not None and place is not None and not contains(rect, *place):
            rect = None
        states = tuple(word for number, word in STATES.items() if number in seen.states)
        return Element(t, cause, ROLES.get(seen.role, "other"), name, rect, states, path)

    def _name(self, seen: Seen) -> Talk[str]:
        if seen.role in CONTENT_ROLES:
            return ""
        if seen.role != COMBO_BOX and not seen.typed:
            inner = not seen.name and seen.role in ROWS
            return (yield from self._inner(seen.ref)) if inner else seen.name
        label = yield from label_of(seen.ref)
        return label or ("" if seen.role == COMBO_BOX else seen.name)  # a box's name is its value

    def _inner(self, ref: Ref) -> Talk[str]:
        """Return the words of the label that a row consists of."""
        (answer,) = yield (call(ref, "Accessible", "GetChildAtIndex", "i", 0),)
        label = as_ref(first(answer), ref.app)
        if label is None:
            return ""
        role, name = yield (
            call(label, "Accessible", "GetRole"),
            read(label, "Accessible", "Name"),
        )
        return as_name(name) if as_number(role) == LABEL else ""

    def _path(self, ref: Ref | None) -> Talk[tuple[str, ...]]:
        """Return the names of the menus or the dropdown around an object, outermost first."""
        if ref in self._paths:
            return self._paths[ref]
        names: list[str] = []
        here: Ref | None = ref
        for _ in range(2 * _LEVELS):
            if here is None or here.path == ROOT:
                break
            role, name, parent = yield (
                call(here, "Accessible", "GetRole"),
                read(here, "Accessible", "Name"),
                read(here, "Accessible", "Parent"),
            )
            number = as_number(role)
            if number == COMBO_BOX:
                names.append((yield from label_of(here)))
                break
            if number in MENU_ROLES:
                names.append(as_name(name))
            here = as_ref(unwrapped(parent), here.app)
        path = tuple(name for name in reversed(names) if name)[-(_LEVELS - 1) :]
        if len(self._paths) < _CACHED:
            self._paths[ref] = path
        return path
