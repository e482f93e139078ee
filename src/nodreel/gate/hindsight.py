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
    SECOND,
    Button,
    Element,
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
    Why,
    Withheld,
)
from nodreel.gate.afterwards import bars_had, masks_at, page_held, settled, verdict_at
from nodreel.gate.composing import Sequence, plain_at
from nodreel.gate.context import Context, Grab, Tab
from nodreel.gate.gate import Drop, Rules
from nodreel.rects import clip
from nodreel.scene import Verdict
from nodreel.veil import blank

if TYPE_CHECKING:
    from nodreel.events import Rect
    from nodreel.gate.timeline import Timeline

LOOK_AHEAD = 80 * MILLISECOND
"""How much later than an event its context may have been learnt."""
TRIGGER = 150 * MILLISECOND
"""A key that makes something take the keyboard is followed by the grab within this time."""
ACTIVATION = 300 * MILLISECOND
"""For so long the focus may be nobody's on its way to a designated window, or follow a click."""

LATE = 250 * MILLISECOND
"""A browser reports another tab up to so much later than it shows it (at most 172 ms measured)."""
STEP = SECOND
"""What a secret field withholds is written down in steps of at least this."""
WRITES = frozenset({KeyClass.CHARACTER, KeyClass.EDITING, KeyClass.OTHER})
"""Keys that say something of the text in a field."""


class Hindsight:
    """Judges events in the order they happened; ``timeline`` must know the hold-back's contexts."""

    def __init__(self, timeline: Timeline, rules: Rules) -> None:
        self._timeline = timeline
        self._rules = rules
        self._at = -1  # number of the context the walk has reached
        self._keys: dict[int, Key] = {}
        self._buttons: dict[int, Button] = {}
        self._sequence = Sequence()
        self._front: Focus | None = None
        self._epoch = -1
        self._closed_since: Nanos | None = None
        self._frame_before: Nanos | None = None  # the frame that the next one may build on
        self._veil: tuple[Rect, ...] = ()  # blank in all frames up to the next whole one
        self._withheld = Nanos(0)  # up to here it is written down what a secret field withheld
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
        if self._at >= 0:
            out += self._secret_goes_on(self._timeline[self._at], until)
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
        if self._in_passing(context) or context.pending:
            return out
        if not context.open or self._timeline.grab(self._at) is Grab.SECRET:
            out += self._let_go(t)
        if not context.open:
            self._front = None
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
        out += self._in_front(context, t)
        return out + self._secret_goes_on(context, t)

    def _in_front(self, context: Context, t: Nanos) -> list[Event]:
        told = Kind.TITLES in self._rules.kinds
        front = Focus(
            t,
            context.focus_app or "",
            title=context.title if told else None,
            site=context.insight.site,
            address=context.insight.address if told else None,
        )
        if self._front is not None and replace(self._front, t=t) == front:
            return []
        self._front = front
        return [front]

    def _secret_goes_on(self, context: Context, t: Nanos) -> list[Event]:
        """Write down that a secret field has the keyboard, as far ahead as that is known."""
        if not context.open or context.insight.verdict is not Verdict.SECRET or t < self._withheld:
            return []
        until = t
        for later in self._timeline.later(self._at):
            if later.insight.verdict is not Verdict.SECRET or not later.open:
                until = max(t, later.t)
                break
            until = max(t, later.t)
        self._withheld = Nanos(max(until, t + STEP))
        return [Withheld(t, self._withheld, Why.SECRET_FIELD, context.focus_app or "")]

    def _in_passing(self, context: Context) -> bool:
        """Tell whether the focus is on its way to a designated window (a dialog that opens).

        A browser that loses it says so before the window that gets it has it.
        """
        scene, here = context.scene, context.scene.focus
        if self._front is None or scene.locked or context.open or context.shut:
            return False
        if here is not None and context.insight.tab is not Tab.CLOSED:
            return False
        for n in self._timeline.following(self._at, Nanos(context.t + ACTIVATION)):
            later = self._timeline[n]
            if later.scene.locked or later.scene.focus not in {here, None}:
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
            case Scroll() | Element():
                return self._seen(event, number)
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
        composed = self._sequence.takes(event)
        kept = self._allowed(event, number)
        if isinstance(kept, Drop):
            return kept
        text = kept.key_class is KeyClass.CHARACTER and kept.keycode is not None
        if text and (composed or not plain_at(self._timeline, number, event.t)):
            kept = replace(_class_only(kept), composed=True)
        again = self._keys.pop(code, None)  # its release was never seen
        self._keys[code] = kept
        closing = [replace(again, t=event.t, press=False, released_unseen=True)] if again else []
        return [*closing, kept]

    def _allowed(self, event: Key, number: int) -> Key | Drop:
        """Return what may be kept of a press, or why nothing may."""
        written = event.key_class in WRITES
        verdict = verdict_at(self._timeline, number, event.t)
        if self._grabbed_soon(event.t, number):
            return Drop.GRAB
        if not page_held(self._timeline, number, event.t, LATE if written else 0):
            return Drop.PAGE
        if written and bars_had(self._timeline, number, event.t, LATE):
            return Drop.BARS
        if written and verdict is Verdict.SECRET:
            return Drop.SECRET
        return self._redact(event, number, clear=verdict is Verdict.CLEAR)

    def _redact(self, event: Key, number: int, *, clear: bool) -> Key | Drop:
        """Return what may be kept of a key: of characters nothing, that there was one, or which."""
        if event.key_class is not KeyClass.CHARACTER:
            return event
        tier = self._rules.tier(event.app, settled(self._timeline, number, event.t).insight.site)
        if tier == "shortcuts":
            return Drop.TIER
        if tier == "full" and clear and self._timeline.grab(number) is not Grab.MENU:
            return event
        return _class_only(event)

    def _button(self, event: Button, number: int) -> list[Event] | Drop:
        if not event.press:
            pressed = self._buttons.pop(event.button, None)
            return Drop.UNPAIRED if pressed is None else [event]
        if event.activating and not self._focus_follows(event, number):
            return Drop.UNFOCUSED
        if self._timeline.grab(number) is Grab.SECRET:
            return Drop.GRAB
        if not page_held(self._timeline, number, event.t):
            return Drop.PAGE
        self._sequence.end()
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

    def _seen(self, event: Scroll | Element, number: int) -> list[Event] | Drop:
        if self._timeline.grab(number) is Grab.SECRET:
            return Drop.GRAB
        return [event] if page_held(self._timeline, number, event.t) else Drop.PAGE

    def _move(self, event: Move, number: int) -> list[Event] | Drop:
        if self._timeline.grab(number) is Grab.SECRET:
            return Drop.GRAB
        for n in self._timeline.following(number, Nanos(event.t + LOOK_AHEAD)):
            context = self._timeline[n]
            if not context.open or context.owner_at(event.x, event.y) is None:
                return Drop.FOREIGN
        return [event] if page_held(self._timeline, number, event.t) else Drop.PAGE

    def _frame(self, event: Frame, number: int) -> list[Event] | Drop:
        if not event.full and event.after != self._frame_before:
            return Drop.RESYNC
        for n in self._timeline.following(number, Nanos(event.done + LOOK_AHEAD)):
            if self._timeline[n].scene.locked or self._timeline.grab(n) is Grab.SECRET:
                return Drop.GRAB
        if not page_held(self._timeline, number, event.done, LATE):
            return Drop.PAGE
        self._frame_before, self.wants_full = event.t, False
        return [self._veiled(event, number)]

    def _veiled(self, event: Frame, number: int) -> Frame:
        """Take out what turned out to be secret, and go on so until the picture is whole again."""
        found = masks_at(self._timeline, number, event.done)
        new = tuple(rect for rect in found if clip(event.kept, (rect,)))
        self._veil = new if event.full else (*self._veil, *(r for r in new if r not in self._veil))
        self.wants_full |= bool(self._veil)
        return blank(event, self._veil)

    def _grabbed_soon(self, t: Nanos, number: int) -> bool:
        """Tell whether this key is the one that made something else take the keyboard."""
        line = self._timeline
        later = line.following(number, Nanos(t + TRIGGER))
        return any(line.trigger(n) == t and line.grab(n) is Grab.SECRET for n in later)


def _class_only(key: Key) -> Key:
    return replace(key, keycode=None, keysym=None, modifiers=0, group=0)
