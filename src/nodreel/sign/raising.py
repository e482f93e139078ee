"""How eagerly the sign comes back on top: at once, but never in a fight. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND, SECOND, Nanos

if TYPE_CHECKING:
    from nodreel.clock import Clock

GAP = Nanos(250 * MILLISECOND)
ROUNDS = 12
CALM = Nanos(5 * SECOND)


class Raising:
    """Grants a raise at most every 250 ms; who covers us 12 times in a row gets 5 s of peace.

    A lock screen and a sign that both insist would otherwise flicker for ever. While the sign
    is covered nothing is recorded, so giving way is always safe.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wanted = False
        self._last: Nanos | None = None
        self._rounds = 0

    @property
    def wanted(self) -> bool:
        """Whether something may lie on top of us still."""
        return self._wanted

    def want(self) -> None:
        """Something may lie on top of us."""
        self._wanted = True

    def due(self) -> bool:
        """Whether to raise now; says so once."""
        if not self._wanted or self.wait() > 0:
            return False
        now = self._clock.mono()
        quiet = self._last is None or now - self._last >= CALM
        self._rounds = 1 if quiet else self._rounds + 1
        self._last, self._wanted = now, False
        return True

    def wait(self) -> Nanos:
        """Return how long a wanted raise has to wait."""
        if self._last is None:
            return Nanos(0)
        gap = CALM if self._rounds >= ROUNDS else GAP
        return Nanos(max(0, self._last + gap - self._clock.mono()))
