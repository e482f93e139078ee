"""What goes into the audit log by itself: refused consents, jumps of the clock, a head each day."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nodreel.clock import Steps
from nodreel.consent import current_state
from nodreel.consent.heads import last_day, sign_head, today
from nodreel.errors import NodreelError
from nodreel.events import MILLISECOND, SECOND, Nanos

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.consent import Grant, Ledger
    from nodreel.errors import GrantError
    from nodreel.paths import Paths

log = logging.getLogger(__name__)

EVERY = Nanos(60 * SECOND)
"""How often at most one of these is written: whoever forges by the second fills no disk."""


class Witness:
    """Asked at each beat of the agent; costs a comparison unless something happened."""

    def __init__(self, paths: Paths, clock: Clock, ledger: Ledger) -> None:
        self._paths, self._clock, self._ledger = paths, clock, ledger
        self._steps, self._stepped = Steps(clock), 0
        self._jump_at = self._refuse_at = self._sign_at = clock.mono()
        self._why: str | None = None
        self._signed: tuple[str, str] | None = None

    def look(self, grant: Grant | None, refused: GrantError | None) -> None:
        """Write down what has to be; what the log cannot take stops nothing."""
        self._ledger.signer = grant
        try:
            self._clock_jump()
            if refused is None:
                self._why = None
            else:
                self._refusal(str(refused))
            if grant is not None:
                self._sign(grant)
        except NodreelError:
            log.warning("cannot write the audit log")

    def _clock_jump(self) -> None:
        now = self._clock.mono()
        self._stepped += self._steps.by()
        if self._stepped and now >= self._jump_at:
            by, self._stepped, self._jump_at = self._stepped, 0, Nanos(now + EVERY)
            self._ledger.append("agent", "clock_jump", {"ms": by // MILLISECOND})

    def _refusal(self, why: str) -> None:
        now = self._clock.mono()
        if why != self._why and now >= self._refuse_at:
            self._why, self._refuse_at = why, Nanos(now + EVERY)
            state = current_state(self._paths, self._clock, None)
            self._ledger.append("agent", "grant_refused", {"state": state.value})

    def _sign(self, grant: Grant) -> None:
        now, wanted = self._clock.mono(), (grant.receipt_id, today(self._clock))
        if wanted == self._signed or now < self._sign_at:
            return
        if last_day(self._paths, grant.receipt_id) != wanted[1]:
            self._sign_at = Nanos(now + EVERY)  # if it fails
            sign_head(self._paths, self._clock, self._ledger, grant)
        self._signed, self._sign_at = wanted, now
