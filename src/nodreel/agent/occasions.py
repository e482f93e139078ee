"""When the person is told something by itself: once for each reason, never a storm. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.agent.notice import PAUSE_S, Occasion
from nodreel.events import SECOND, Nanos

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodreel.clock import WallNanos

DAY: Final = 24 * 3600 * SECOND
MONTH: Final = 30 * DAY
SOON: Final = (7 * DAY, DAY)
"""An agreement's end is told so long before; never before three quarters of its time are over."""
GRACE: Final = {"senses": Nanos(5 * SECOND)}
"""For so long that is no trouble yet: the desktop is only being opened."""
SPACING: Final = Nanos(10 * SECOND)
HOUR: Final = Nanos(3600 * SECOND)
MOST: Final = 6
"""In any hour, whatever happens; and what is broken four times, however often it breaks anew."""
BROKEN_AGAIN: Final = Nanos(15 * 60 * SECOND)


@dataclass(frozen=True, slots=True)
class Facts:
    """How things are. ``question``: what the person could be asked now, '' for nothing.

    ``trouble`` names what keeps from recording though all is agreed and nothing is paused.
    """

    mono: Nanos
    wall: WallNanos
    login: str = ""
    recording: bool = False
    trouble: str = ""
    troubled_since: Nanos | None = None
    paused_s: float | None = None
    paused_until: int = 0
    consent: str = ""
    given: int = 0
    expires: int = 0
    question: str = ""
    wider: bool = False


def occasions(facts: Facts, told: Mapping[str, str]) -> Iterator[tuple[Occasion, str]]:
    """Yield what is to be told and what it is about; ``told`` is what each was about last."""
    for occasion, about in _all(facts, told):
        if about and told.get(occasion) != about:
            yield occasion, about


def _all(facts: Facts, told: Mapping[str, str]) -> Iterator[tuple[Occasion, str]]:
    grace = GRACE.get(facts.trouble, 0)
    since = facts.mono if facts.troubled_since is None else facts.troubled_since
    if facts.trouble and facts.mono - since >= grace:
        yield Occasion.BROKEN, f"{facts.trouble} {since}"
    if facts.paused_s is not None and facts.paused_s <= PAUSE_S:
        yield Occasion.PAUSE_ENDS, str(facts.paused_until)
    yield (Occasion.WIDER if facts.wider else Occasion.ASK), facts.question
    if facts.consent:
        yield Occasion.EXPIRES, _ends(facts)
    if facts.recording:
        yield Occasion.FIRST, facts.login
        yield Occasion.STILL_ON, _month(facts, told.get(Occasion.STILL_ON, ""))


def _ends(facts: Facts) -> str:
    """Name the last of the two moments that is over, '' for none."""
    left, quarter = facts.expires - facts.wall, (facts.expires - facts.given) // 4
    over = [soon for soon in SOON if left <= min(soon, quarter)]
    return f"{facts.consent} {over[-1] // DAY}" if over else ""


def _month(facts: Facts, last: str) -> str:
    """Name this moment when a month has passed since the last time, or since the yes."""
    before = int(last) if last.isascii() and last.isdecimal() else 0
    since = max(facts.given, before if before <= facts.wall else 0)
    return str(facts.wall) if facts.wall - since >= MONTH else last


class Restraint:
    """Grants a notice now and then: apart from each other, and few in an hour."""

    def __init__(self) -> None:
        self._when: deque[Nanos] = deque(maxlen=MOST)
        self._broken: Nanos | None = None

    def grants(self, occasion: Occasion, now: Nanos) -> bool:
        """Whether this may be told now; then it counts as told."""
        full = len(self._when) == MOST and now - self._when[0] < HOUR
        if full or (self._when and now - self._when[-1] < SPACING):
            return False
        if occasion is Occasion.BROKEN:
            if self._broken is not None and now - self._broken < BROKEN_AGAIN:
                return False
            self._broken = now
        self._when.append(now)
        return True
