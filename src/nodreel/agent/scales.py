"""What nodreel costs is weighed now and then, and the governor told."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nodreel.agent.governor import STIRRED
from nodreel.events import SECOND, Nanos
from nodreel.host import trim_memory
from nodreel.host.load import surroundings, used_s

if TYPE_CHECKING:
    from nodreel.agent.governor import Governor
    from nodreel.clock import Clock

log = logging.getLogger(__name__)

EVERY = Nanos(10 * SECOND)


class Scales:
    """Asked at each beat; most of the time that is a comparison."""

    def __init__(self, clock: Clock, governor: Governor) -> None:
        self._clock, self._governor = clock, governor
        self._weighed, self._used = clock.mono(), 0.0

    def weigh(self, sign: int | None) -> None:
        """Measure what we and the process of the sign cost, and how the machine is."""
        now = self._clock.mono()
        passed = now - self._weighed
        if passed < EVERY:
            return
        used, before = used_s(filter(None, (sign,))), self._governor.words
        percent = 100 * max(0.0, used - self._used) * SECOND / passed
        self._weighed, self._used = now, used
        self._governor.weigh(percent, surroundings())
        if percent >= STIRRED:  # else there are no new holes
            trim_memory()
        if self._governor.words != before:
            log.info("given up now: %s", self._governor.words or "nothing")
