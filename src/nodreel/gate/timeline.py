"""Contexts in the order they were learnt, and what is known of them with hindsight. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND
from nodreel.gate.context import Context, Grab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.events import Nanos

MENU_GRACE = 300 * MILLISECOND
"""A menu is mapped a few ms after it grabbed the keyboard and unmapped a few ms before the end."""


class Timeline:
    """Numbers contexts; an event carries the number of the one it happened in, never a time of it.

    Times would not do: a context is stamped when it was received, an event when it happened.
    """

    def __init__(self) -> None:
        self._contexts: deque[Context] = deque()
        self._triggers: deque[Nanos | None] = deque()
        self._first = 0
        self._pressed: Nanos | None = None
        self._shut = False  # said so; a context may have come shut before that

    def add(self, context: Context) -> int:
        """Append what holds from now on; returns its number."""
        trigger = self._trigger_of(context)
        self._contexts.append(context)
        self._triggers.append(trigger)
        return self.last

    @property
    def is_shut(self) -> bool:
        """Whether it was said that nothing may be recorded."""
        return self._shut

    def shut(self, t: Nanos) -> bool:
        """Say that since ``t`` nothing may be recorded; whether that is news."""
        if self.last < 0 or self._shut:
            return False
        self._shut = True
        for n, context in enumerate(self._contexts):
            if context.t > t:
                self._contexts[n] = replace(context, shut=True)
        if not self[self.last].shut:
            self.add(replace(self[self.last], shut=True, t=t))
        return True

    def reopen(self, t: Nanos) -> None:
        """Say that from ``t`` on it may be recorded again."""
        self._shut = False
        if self.last >= 0 and self[self.last].shut:
            self.add(replace(self[self.last], shut=False, t=t))

    def pressed(self, t: Nanos) -> None:
        """Take note of a key press, whoever's: the last one before a grab may have caused it."""
        self._pressed = t

    def trigger(self, number: int) -> Nanos | None:
        """Return when the key was pressed that made somebody grab the keyboard, if one did."""
        return self._triggers[number - self._first]

    def _trigger_of(self, context: Context) -> Nanos | None:
        if not context.scene.grabbed:
            return None
        if self._contexts and self._contexts[-1].scene.grabbed:
            return self._triggers[-1]
        return self._pressed

    @property
    def last(self) -> int:
        """Number of the newest context, -1 when there is none."""
        return self._first + len(self._contexts) - 1

    def __getitem__(self, number: int) -> Context:
        return self._contexts[number - self._first]

    def forget_before(self, number: int) -> None:
        """Drop contexts that no waiting event refers to; keeps what a grab's judgement may need."""
        while self._first < number and self[self._first].t + MENU_GRACE * 4 < self[number].t:
            self._contexts.popleft()
            self._triggers.popleft()
            self._first += 1

    def following(self, number: int, until: Nanos) -> Iterator[int]:
        """Yield ``number`` and the numbers after it whose context was learnt by ``until``."""
        yield number
        for later in range(number + 1, self.last + 1):
            if self[later].t > until:
                return
            yield later

    def at(self, t: Nanos) -> int:
        """Return the number of the context that was known at ``t``, of the oldest if none was."""
        number = self.last
        while number > self._first and self[number].t > t:
            number -= 1
        return number

    def of(self, t: Nanos) -> int:
        """Return the number of the context of something that happened at ``t`` and comes in now.

        It stands in line with what changed on the desktop, whenever that was stamped; a report may
        have overtaken it, and then says something of it only as far as it reaches back.
        """
        number = self.last
        while (
            number > self._first
            and self[number].t > t
            and self[number].scene is self[number - 1].scene
        ):
            number -= 1
        return number

    def later(self, number: int) -> Iterator[Context]:
        """Yield all contexts that were learnt after ``number``."""
        for later in range(number + 1, self.last + 1):
            yield self[later]

    def grab(self, number: int) -> Grab:
        """Judge a grab with hindsight: secret, unless a menu opened or closed right beside it."""
        context = self[number]
        if context.grab is not Grab.SECRET or context.focus_app is None:
            return context.grab
        run = [*self._same_grab(number, -1), *self._same_grab(number, 1)]
        menu = any(self[n].grab is Grab.MENU for n in run)
        return Grab.MENU if menu else Grab.SECRET

    def _same_grab(self, number: int, step: int) -> Iterator[int]:
        """Walk along one uninterrupted grab of one window, as far as the grace goes."""
        here = self[number]
        n = number + step
        while self._first <= n <= self.last:
            other = self[n]
            # An earlier context held until the next one; a later one begins at its own time.
            apart = here.t - self[n + 1].t if step < 0 else other.t - here.t
            if (
                apart > MENU_GRACE
                or other.grab is Grab.NONE
                or other.scene.focus != here.scene.focus
            ):
                return
            yield n
            n += step
