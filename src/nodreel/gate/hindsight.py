"""The second look: what waited is judged again with what was learnt in the meantime. Pure.

It also redacts keys to what may be kept, pairs presses with releases (a press whose end lies in a
foreign place is closed as ``released_unseen``), and writes down where the record has gaps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.events import (
    MILLISECOND,
    Button,
    Event,
    Focus,
    Frame,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Kind,
    Move,
    Nanos,
    Scroll,
)
from nodreel.gate.context import Context, Grab
from nodreel.gate.gate import Drop, Rules

if TYPE_CHECKING:
    from nodreel.gate.timeline import Timeline

LOOK_AHEAD = 50 * MILLISECOND
"""How much later than an event its context may have been learnt."""
TRIGGER = 150 * MILLISECOND
"""A key that makes something take the keyboard is followed by the grab within this time."""
ACTIVATION = 300 * MILLISECOND
"""For so long the focus may be nobody's on its way to a designated window, or follow a click."""


class Hindsight:
    """Judges events in the order they happened; ``timeline`` must know the hold-back's contexts."""

    def __init__(self, timeline: Timeline, rules: Rules) -> None:
        self._timeline = timeline
        self._rules = rules
        self._at = -1  # number of the context the walk has reached
        self._keys: dict[int, Key] = {}
        self._buttons: dict[int, Button] = {}
        self._front: tuple[str | None, str | None] = (None, None)
        self._epoch = -1
        self._closed_since: Nanos | None = None
        self._frame_before: Nanos | None = None  # the frame that the next one may build on
        self.dropped: Counter[str] = Counter()
        self.wants_full = False

    @property
    def at(self) -> int:
        """Number of the context that the walk has reached: older ones are no longer needed."""
        return self._at

    def judge(self, event: Event, number: int) -> list[Event]:
        """Return what may be stored, in time order: the event or its rest, with what it implies."""
        out = self._walk(number, event.t)
        verdict = self._second_look(event, number)
        if isinstance(verdict, Drop):
            self.dropped[verdict] += 1
            if isinstance(event, Frame):
                self._frame_before, self.wants_full = None, True
        else:
            out += verdict
        return out

    def advance(self, until: Nanos) -> list[Event]:
        """Walk through the contexts learnt by ``until`` although no event asks for it."""
        out: list[Event] = []
        while self._at < self._timeline.last and self._timeline[self._at + 1].t <= until:
            out += self._walk(self._at + 1, self._timeline[self._at + 1].t)
        return out

    def _walk(self, number: int, t: Nanos) -> list[Event]:
        out: list[Event] = []
        while self._at < number:
            self._at += 1
            context = self._timeline[self._at]
            out += self._enter(context, Nanos(min(context.t, t)))
        return out

    def _enter(self, context: Context, t: Nanos) -> list[Event]:
        """Say what a context changes: gap, desktop's shape, app in front, keys that are let go."""
        out: list[Event] = []
        if self._in_passing(context):
            return out
        if not context.open or self._timeline.grab(self._at) is Grab.SECRET:
            out += self._let_go(t)
        if not context.open:
            self._front = (None, None)
            if self._closed_since is None and self._epoch >= 0:
                self._closed_since = t
            return out
        if self._closed_since is not None:
            out.append(Gap(self._closed_since, t))
            self._closed_since = None
        scene = context.scene
        if scene.epoch != self._epoch:
            self._epoch = scene.epoch
            out.append(Geometry(t, scene.epoch, scene.width, scene.height, scene.monitors))
        title = context.title if Kind.TITLES in self._rules.kinds else None
        if (context.focus_app, title) != self._front:
            self._front = (context.focus_app, title)
            out.append(Focus(t, context.focus_app or "", title))
        return out

    def _in_passing(self, context: Context) -> bool:
        """Tell whether the focus is on its way to a designated window (a dialog that opens)."""
        if self._front == (None, None) or context.scene.focus is not None or context.scene.locked:
            return False
        for n in self._timeline.following(self._at, Nanos(context.t + ACTIVATION)):
            later = self._timeline[n]
            if later.scene.focus is not None or later.scene.locked:
                return later.open
        return False

    def _let_go(self, t: Nanos) -> list[Event]:
        # A click that is bringing its window to the front is still on its way.
        buttons = [b for b in self._buttons.values() if not b.activating]
        held: list[Key | Button] = [*self._keys.values(), *buttons]
        self._keys.clear()
        for button in buttons:
            del self._buttons[button.button]
        return [replace(h, t=t, press=False, released_unseen=True) for h in held]

    def _second_look(self, event: Event, number: int) -> list[Event] | Drop:
        match event:
            case Key():
                return self._key(event, number)
            case Button():
                return self._button(event, number)
            case Scroll():
                return self._scroll(event, number)
            case Move():
                return self._move(event, number)
            case Frame():
                return self._frame(event, number)
            case _:
                return [event]

    def _key(self, event: Key, number: int) -> list[Event] | Drop:
        code = event.keycode or 0
        if not event.press:
            pressed = self._keys.pop(code, None)
            if pressed is None:
                return Drop.UNPAIRED
            # The release tells no more of the key than its press was allowed to.
            return [replace(pressed, t=event.t, press=False, synthetic=event.synthetic)]
        if self._grabbed_soon(event.t, number):
            return Drop.GRAB
        menu = self._timeline.grab(number) is Grab.MENU
        kept = self._redact(event, menu=menu)
        again = self._keys.pop(code, None)  # its release was never seen
        self._keys[code] = kept
        closing = [replace(again, t=event.t, press=False, released_unseen=True)] if again else []
        return [*closing, kept]

    def _redact(self, event: Key, *, menu: bool) -> Key:
        app = self._rules.apps.get(event.app)
        if event.key_class is not KeyClass.CHARACTER:
            return event
        if app is not None and app.keys == "full" and not menu:
            return event
        return replace(event, keycode=None, keysym=None, modifiers=0, group=0)

    def _button(self, event: Button, number: int) -> list[Event] | Drop:
        if not event.press:
            pressed = self._buttons.pop(event.button, None)
            return Drop.UNPAIRED if pressed is None else [event]
        if event.activating and not self._focus_follows(event, number):
            return Drop.UNFOCUSED
        if self._timeline.grab(number) is Grab.SECRET:
            return Drop.GRAB
        out: list[Event] = []
        if event.activating and self._closed_since is not None:
            out.append(Gap(self._closed_since, event.t))
            self._closed_since = None
        again = self._buttons.pop(event.button, None)
        if again is not None:
            out.append(replace(again, t=event.t, press=False, released_unseen=True))
        self._buttons[event.button] = event
        return [*out, event]

    def _focus_follows(self, event: Button, number: int) -> bool:
        later = self._timeline.following(number, Nanos(event.t + ACTIVATION))
        return any(self._timeline[n].focus_app == event.app for n in later)

    def _scroll(self, event: Scroll, number: int) -> list[Event] | Drop:
        return Drop.GRAB if self._timeline.grab(number) is Grab.SECRET else [event]

    def _move(self, event: Move, number: int) -> list[Event] | Drop:
        if self._timeline.grab(number) is Grab.SECRET:
            return Drop.GRAB
        for n in self._timeline.following(number, Nanos(event.t + LOOK_AHEAD)):
            context = self._timeline[n]
            if not context.open or context.owner_at(event.x, event.y) is None:
                return Drop.FOREIGN
        return [event]

    def _frame(self, event: Frame, number: int) -> list[Event] | Drop:
        if not event.full and event.after != self._frame_before:
            return Drop.RESYNC
        for n in self._timeline.following(number, Nanos(event.done + LOOK_AHEAD)):
            if self._timeline[n].scene.locked or self._timeline.grab(n) is Grab.SECRET:
                return Drop.GRAB
        self._frame_before, self.wants_full = event.t, False
        return [event]

    def _grabbed_soon(self, t: Nanos, number: int) -> bool:
        """Tell whether this key is the one that made something else take the keyboard."""
        line = self._timeline
        later = line.following(number, Nanos(t + TRIGGER))
        return any(line.trigger(n) == t and line.grab(n) is Grab.SECRET for n in later)
