"""Whether the picture changes all the time by itself: a video in a corner, a spinner, a log.

What nobody causes needs no ten frames a second, and one moving corner must not cost more than all
that a person does. Frames stay what they are, a true picture of one moment; there are fewer.
"""

from __future__ import annotations

from nodreel.events import MILLISECOND, SECOND, Nanos

ATTENDED = Nanos(SECOND)
"""For so long after somebody did anything, also with the pointer, nothing counts as by itself."""
AT_ONCE = 120 * MILLISECOND
"""Drawing that goes on begins again that soon after a look; a cursor blinks more slowly."""
CALM = 400 * MILLISECOND
ENOUGH = 10
"""After so many looks in a row that found it going on it counts as restless."""


class Restless:
    """Tell it what the person does and when a look found drawing; ``now`` is up to the caller."""

    def __init__(self) -> None:
        self._done = Nanos(-ATTENDED)
        self._row = 0

    def __bool__(self) -> bool:
        """Whether it is restless."""
        return self._row >= ENOUGH

    def did(self, t: Nanos) -> None:
        """Take note that the person did something."""
        self._done = max(self._done, t)

    def attended(self, now: Nanos) -> bool:
        """Tell whether somebody did anything just now."""
        return now - self._done < ATTENDED

    def looked(self, now: Nanos, idle: Nanos) -> None:
        """Take note of a look that found drawing which began ``idle`` after the look before.

        While somebody is at work nothing is learnt: what is drawn may be their doing.
        """
        if self.attended(now):
            return
        if idle > CALM:
            self._row = 0
        elif idle <= AT_ONCE:
            self._row += 1
