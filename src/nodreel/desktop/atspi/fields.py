"""What has the keyboard in the attended window, as Fields, from focus events and a regular look."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from nodreel.desktop.atspi.ask import as_box, as_states, call, look_at
from nodreel.desktop.atspi.look import introduce, survey
from nodreel.desktop.atspi.terminals import Asks, asks
from nodreel.desktop.atspi.words import DEFUNCT, FOCUSABLE, MENU_ROLES, SHOWING, TERMINAL
from nodreel.events import MILLISECOND, SECOND, Nanos, Rect
from nodreel.scene import Field, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.desktop.atspi.ask import Ref, Seen
    from nodreel.desktop.atspi.attended import Attended
    from nodreel.desktop.atspi.talk import Talk, Talks
    from nodreel.scene import Window

BACK: Final = SECOND
"""A secret verdict comes late: up to 0.4 s after the first key. It counts for that long before."""
LATE: Final = Nanos(400 * MILLISECOND)
"""So late an app says it; besides, it waited for us since we last listened."""
REGULARLY: Final = Nanos(SECOND)
MASKED: Final = Nanos(500 * MILLISECOND)  # the same while there are secret fields in sight
GRACE: Final = Nanos(100 * MILLISECOND)  # between one field's loss of focus and the next one's gain
RARELY: Final = Nanos(2 * SECOND)  # between two looks into the same window, then twice that...
RAREST: Final = Nanos(32 * SECOND)  # ...and so on up to this, until its app says something
TTY: Final = Nanos(250 * MILLISECOND)
AWAKE: Final = Nanos(2 * SECOND)
"""So long after the last thing that happened at the desktop it is still looked regularly."""
NOTHING: Final = Rect(0, 0, 0, 0)
_QUEUE: Final = 32


@dataclass(slots=True, eq=False)
class _Told:
    """A focus event, waiting for its object's answer; it came at ``t`` or since ``listened``."""

    t: Nanos
    listened: Nanos
    ref: Ref
    seen: Seen | None = None
    ready: bool = False


class Fields:
    """Tell it what was heard; it feeds Fields and calls ``settled`` for what got the focus."""

    def __init__(
        self,
        feed: Callable[[Field], None],
        clock: Callable[[], Nanos],
        settled: Callable[[Seen, Nanos], None],
    ) -> None:
        self._feed, self._clock, self._settled = feed, clock, settled
        self._at: Attended | None = None
        self._talks: Talks | None = None
        self._queue: deque[_Told] = deque()
        self._home: Ref | None = None
        self._verdict, self._rect = Verdict.UNKNOWN, None  # type: Verdict, Rect | None
        self._role = 0
        self._tty = Asks.NOTHING
        self._sure = self._last = self._listened = Nanos(0)
        self._said = Verdict.UNKNOWN
        self._due = self._tty_due = self._search_at = Nanos(0)
        self._rest = RARELY
        self._busy = False
        self._stirred = Nanos(0)

    # -- attending

    def begin(self, attended: Attended | None, t: Nanos) -> None:
        """Another window is in front since ``t``: nothing is known of it yet."""
        self._at, self._talks = attended, None
        self._forget()
        self._sure, self._tty = t, Asks.NOTHING
        self._search_at, self._rest = Nanos(0), RARELY
        self._stirred = self._clock()
        if attended is not None:
            self._look_at_ttys()
            self._say(self._clock())

    def joined(self, talks: Talks) -> None:
        """Its app speaks accessibility."""
        self._talks = talks
        self.search()

    def parted(self) -> None:
        """Its app does so no more, or said too much."""
        self._talks = None
        self._forget()
        if self._at is not None:
            self._say(self._clock())

    def placed(self, window: Window) -> None:
        """Follow the attended window: it lies elsewhere now."""
        at = self._at
        if at is None:
            return
        dx, dy = window.inner.x - at.window.inner.x, window.inner.y - at.window.inner.y
        at.memory.shift(dx / at.scale, dy / at.scale)
        at.window = window
        self._rect = None
        self._say(self._clock())
        self._due = self._clock()

    def _forget(self) -> None:
        self._queue.clear()
        self._home, self._verdict, self._rect, self._role = None, Verdict.UNKNOWN, None, 0
        self._busy = False

    # -- hearing

    def gained(self, ref: Ref) -> None:
        """Look at an object that says that it has the focus."""
        if self._talks is None:
            return
        if len(self._queue) >= _QUEUE:
            self._forget()
            self._say(self._clock())
        if self._queue and self._queue[-1].ref == ref:
            return  # said twice
        self._rest = RARELY
        self.happened(self._clock())
        told = _Told(self._clock(), self._listened, ref)
        self._queue.append(told)
        self._talks.start(look_at(ref), told.t, partial(self._looked, told))

    def lost(self, ref: Ref) -> None:
        """Wait a moment: an object lost the focus, another one usually says that it has it."""
        if ref == self._home:
            self.happened(self._clock())
            self._due = min(self._due, Nanos(self._clock() + GRACE))

    def changed(self, ref: Ref) -> None:
        """Look at an object whose role changed: it may have become secret."""
        at = self._at
        if self._talks is None or at is None:
            return
        self.happened(self._clock())
        if ref == self._home:
            self._due = self._clock()
        else:
            learn = partial(self._learn, at)
            self._talks.start(look_at(ref), self._clock(), learn)

    def _learn(self, at: Attended, seen: Seen | None) -> None:
        if seen is not None and at.memory.secret(seen) and at is self._at:
            self._say(self._clock())

    def stirred(self) -> None:
        """Something changed that may matter: look again soon."""
        self.happened(self._clock())
        self._due = min(self._due, Nanos(self._clock() + GRACE // 2))

    def _looked(self, told: _Told, seen: Seen | None) -> None:
        """Settle events in the order they came in: a field had the keyboard until the next did."""
        told.seen, told.ready = seen, True
        while self._queue and self._queue[0].ready:
            self._settle(self._queue.popleft())

    def _settle(self, told: _Told) -> None:
        at, seen = self._at, told.seen
        if at is None:
            return
        if seen is not None and seen.role in MENU_ROLES:
            self._settled(seen, told.t)
            self.stirred()
            return  # over a menu the field keeps the keyboard, or nothing has it
        verdict = at.memory.judge(seen)
        if seen is not None and not seen.shown and verdict is not Verdict.SECRET:
            self.stirred()
            return  # hidden things claim the focus, too
        self._take(told.ref, seen, verdict)
        self._say(told.t, listened=told.listened)
        if seen is not None:
            self._settled(seen, told.t)

    def _take(self, ref: Ref, seen: Seen | None, verdict: Verdict) -> None:
        at = self._at
        if at is not None and seen is None and ref in at.memory.fields:
            verdict = Verdict.SECRET
        self._home, self._verdict = ref, verdict
        self._rect = at.rect(seen) if at is not None and seen is not None else None
        self._role = seen.role if seen is not None else 0

    # -- looking regularly

    def happened(self, t: Nanos) -> None:
        """Look regularly, and at once if that was not done for a while: something happened."""
        self._stirred = max(self._stirred, t)

    @property
    def asleep(self) -> bool:
        """Whether nothing happened for so long that nothing needs to be looked at.

        What shows or takes a key that nobody has pressed yet can be asked about when they do: the
        answer reaches back as far as it is not certain.
        """
        return self._clock() - self._stirred > AWAKE

    @property
    def due(self) -> Nanos | None:
        """When ``tick`` is next worth calling."""
        if self._at is None or self.asleep:
            return None
        return self._tty_due if self._talks is None or self._busy else min(self._due, self._tty_due)

    def tick(self) -> None:
        """Do what is due: look at the ttys, ask what has the keyboard if it still has it."""
        now = self._listened = self._clock()
        if self._at is None:
            return
        if now >= self._tty_due:
            before = self._tty
            self._look_at_ttys()
            if self._tty is not before:
                self._say(now)
        if self._talks is not None and not self._busy and now >= self._due:
            self._busy = True
            self._due = Nanos(now + (MASKED if self._at.masks() else REGULARLY))
            self._talks.start(self._again(self._at), now, partial(self._confirmed, self._at, now))

    def _look_at_ttys(self) -> None:
        at = self._at
        if at is None:
            return
        blind = at.terminal or self._role == TERMINAL
        self._tty = asks(at.process.pid, blind=blind)
        if at.terminal and self._tty is Asks.NOTHING:
            self._tty = Asks.SECRETLY  # a terminal whose ttys are out of sight
        often = at.terminal or self._tty is not Asks.NOTHING
        self._tty_due = Nanos(self._clock() + (TTY if often else REGULARLY))

    def _again(self, at: Attended) -> Talk[tuple[Seen | None]]:
        """Ask the focused object and all secret fields for their state."""
        seen = None
        yield from introduce(at)
        if self._home is not None:
            seen = yield from look_at(self._home)
        others = [ref for ref in at.memory.fields if ref != self._home]
        answers = yield tuple(
            ask
            for ref in others
            for ask in (
                call(ref, "Accessible", "GetState"),
                call(ref, "Component", "GetExtents", "u", 0),
            )
        )
        for number, ref in enumerate(others):
            known, states = at.memory.fields[ref], as_states(answers[2 * number])
            box = as_box(answers[2 * number + 1])
            known.shown = box is not None and SHOWING in states and DEFUNCT not in states
            known.box = box or known.box
        return (seen,)

    def _confirmed(self, at: Attended, asked: Nanos, result: tuple[Seen | None] | None) -> None:
        if at is not self._at or self._talks is None:
            return
        self._busy = False
        now = self._clock()
        if self._queue:
            return  # an event is about to say more
        if result is None:
            self._rect = None
            self._verdict = Verdict.SECRET if self._verdict is Verdict.SECRET else Verdict.UNKNOWN
            self._say(now)
            self._due = Nanos(now + TTY)
            return
        seen = result[0]
        if seen is None or not seen.focused or seen.ref != self._home:
            if seen is None or seen.ref == self._home:
                self._forget()
            self._say(now)
            self.search()
            return
        self._take(seen.ref, seen, at.memory.judge(seen))
        self._say(now, asked)

    def search(self) -> None:
        """Look into the window, if that was not done just now."""
        now, at = self._clock(), self._at
        if at is None or self._talks is None or self._busy or now < self._search_at:
            return
        self._busy = True
        self._search_at, self._rest = Nanos(now + self._rest), Nanos(min(2 * self._rest, RAREST))
        found: list[Seen] = []
        done = partial(self._found, at, found)
        self._talks.start(survey(at, found), now, done)

    def _found(self, at: Attended, found: list[Seen], complete: bool | None) -> None:  # noqa: FBT001
        """Believe what was seen: secret fields always, the focus if only one claims to have it."""
        if at is not self._at:
            return
        self._busy = False
        now = self._clock()
        self._due = Nanos(now + REGULARLY)
        judged = [(at.memory.judge(seen), seen) for seen in found]
        focused = [(v, s) for v, s in judged if s.focused and s.shown and FOCUSABLE in s.states]
        secret = [(v, s) for v, s in judged if s.focused and v is Verdict.SECRET]
        sure = secret or (focused if complete and len(focused) == 1 else [])
        if sure and self._home is None and not self._queue:
            verdict, seen = sure[0]
            self._take(seen.ref, seen, verdict)
            self._settled(seen, now)
        self._say(now)

    # -- telling

    def _say(self, t: Nanos, sure: Nanos | None = None, listened: Nanos | None = None) -> None:
        """Feed what is known, received at ``t``; it was certainly so at ``sure``.

        Clear counts from the moment it was known only, anything else since it may have begun: what
        an app said may lie there since we ``listened`` before.
        """
        at = self._at
        if at is None:
            return
        t = max(t, self._last)
        verdict, rect = self._verdict, self._rect
        if (at.terminal or not at.memory.tried) and verdict is not Verdict.SECRET:
            verdict, rect = Verdict.UNKNOWN, None
        if self._tty is Asks.SECRETLY and verdict is not Verdict.SECRET:
            verdict, rect = Verdict.SECRET, NOTHING
        since = t if verdict is Verdict.CLEAR else min(self._sure, t)
        if verdict is Verdict.SECRET:
            came = Nanos(min(t - BACK, (t if listened is None else listened) - LATE))
            clear = listened is not None and self._said is Verdict.CLEAR
            since = came if clear else min(since, came)
        self._sure, self._last, self._said = min(sure or t, t), t, verdict
        self._feed(Field(t, since, at.process.pid, verdict, rect, at.masks()))
