"""From events to actions: one pure function, and the same for an episode."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from nodreel.action.joining import join, one_switch
from nodreel.action.menus import MENU_ITEMS, WITHIN_MENUS, Menus
from nodreel.action.model import Action, ActionKind, Settings
from nodreel.action.moments import framed
from nodreel.action.pointer import Pointer
from nodreel.action.writing import Writing
from nodreel.episode.picture import Picture
from nodreel.events import (
    MILLISECOND,
    Button,
    Cause,
    Element,
    Focus,
    Gap,
    Key,
    Move,
    Nanos,
    Scroll,
    Withheld,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodreel.episode import Episode
    from nodreel.episode.format import Spoken

ACTIVATION: Final = 500 * MILLISECOND
"""A focus that follows a click that soon is the click's doing."""
_WITH_KEYS: Final = frozenset({ActionKind.TYPE, ActionKind.HOTKEY, ActionKind.KEY})


def actions(episode: Episode, settings: Settings | None = None) -> list[Action]:
    """Return what the person did in an episode, in order; see ``Action``."""
    spoken: list[Spoken] = []
    frames: list[Nanos] = []
    for item in episode:
        if isinstance(item, Picture):
            frames.append(item.done)
        else:
            spoken.append(item)
    return find_actions(spoken, frames, settings, between(episode))


def between(episode: Episode) -> list[Gap]:
    """Return the times between the episodes of a folder, in which nothing was recorded."""
    return [Gap(a[1], max(a[1], b[0])) for a, b in pairwise(episode.spans)]


def find_actions(
    events: Iterable[Spoken], frames: Sequence[Nanos] = (), settings: Settings | None = None,
    breaks: Sequence[Gap] = (),
) -> list[Action]:  # fmt: skip
    """Return the actions of events in time order; ``frames`` are the ``done`` of the pictures.

    ``breaks`` are gaps that are not among the events: between one episode and the next.
    """
    settings, numbered = settings or Settings(), list(enumerate(events))
    elements = [(n, e) for n, e in numbered if isinstance(e, Element)]
    menus = Menus(elements)
    hands = _Hands(settings, elements)
    coming = list(breaks)
    for number, event in numbered:
        while coming and coming[0].until <= event.t:
            hands.interrupted(coming.pop(0))
        hands.take(number, event)
    found = sorted(hands.finish(), key=lambda a: (a.start, a.events))
    found = one_switch(menus.joined(join(found, settings)))
    found = [_with_focus(action, menus, hands.broken) for action in found]
    found += _waits(numbered, found, settings, breaks)
    return list(framed(sorted(found, key=lambda a: (a.start, a.events)), frames, settings))


class _Hands:
    """Hands each event to whom it concerns, and sees other apps come to the front."""

    def __init__(self, settings: Settings, elements: Sequence[tuple[int, Element]]) -> None:
        clicked = {e.t: (n, e) for n, e in elements if e.cause is Cause.CLICK}
        self._pointer, self._writing = Pointer(settings, clicked), Writing(settings)
        self._switches: list[Action] = []
        self._app = ""
        self._activating: Button | None = None
        self.broken: list[Nanos] = []  # when another app came to the front, or a gap ended

    def take(self, number: int, event: Spoken) -> None:
        """Take the next event."""
        match event:
            case Key():
                self._writing.key(event, number)
            case Button():
                if event.press:
                    self._writing.touched()
                    self._activating = event if event.activating else self._activating
                self._pointer.button(event, number)
            case Scroll():
                self._writing.touched()
                self._pointer.scroll(event, number)
            case Move():
                self._pointer.move(event, number)
            case Focus():
                self._focus(event, number)
            case Withheld():
                self._writing.withheld(event.until)
            case Gap():
                self.interrupted(event)
            case _:
                pass  # notes, elements and the desktop's shape are nobody's deed

    def interrupted(self, gap: Gap) -> None:
        """Take note that nothing was recorded for a while."""
        self._pointer.interrupted()
        self._writing.interrupted()
        self.broken.append(gap.until)

    def _focus(self, event: Focus, number: int) -> None:
        if event.app == self._app:
            return
        self._writing.finish()
        self.broken.append(event.t)
        click = self._activating
        brought = click is not None and click.app == event.app and event.t - click.t <= ACTIVATION
        if self._app and not brought:
            self._switches.append(Action(ActionKind.SWITCH, event.t, event.t, event.app, (number,)))
        self._app = event.app

    def finish(self) -> list[Action]:
        """Return all that was found."""
        self._writing.finish()
        return [*self._pointer.done, *self._writing.done, *self._switches]


def _with_focus(action: Action, menus: Menus, broken: Sequence[Nanos]) -> Action:
    """Say which element had the keyboard, if that was told since its app came to the front."""
    if action.kind not in _WITH_KEYS:
        return action
    found = menus.focus_at(action.start)
    since = max((t for t in broken if t <= action.start), default=0)
    if found is None or found[1].app != action.app or found[1].t < since:
        return action
    number, element = found
    if element.role in MENU_ITEMS and not WITHIN_MENUS.issuperset(action.keys or ("?",)):
        return action  # some menus close without a word
    return replace(action, element=element, events=tuple(sorted({*action.events, number})))


def _waits(
    events: Sequence[tuple[int, Spoken]], found: Sequence[Action], settings: Settings,
    breaks: Sequence[Gap],
) -> list[Action]:  # fmt: skip
    """Return the stretches between inputs in which nothing was done, and nothing is missing.

    After a switch it is the app that came to the front that is waited for.
    """
    inputs = [(e.t, e.app) for _, e in events if isinstance(e, Key | Button | Scroll | Move)]
    inputs += [(a.end, a.app) for a in found if a.kind is ActionKind.SWITCH]
    gaps = [*breaks, *(e for _, e in events if isinstance(e, Gap))]
    deeds = [a for a in found if a.end - a.start >= settings.wait_ms * MILLISECOND]
    return [
        Action(ActionKind.WAIT, since, until, app, ())
        for (since, app), (until, _) in pairwise(sorted(inputs))
        if until - since >= settings.wait_ms * MILLISECOND
        and not any(g.t < until and g.until > since for g in gaps)
        and not any(d.start <= since and until <= d.end for d in deeds)
    ]
