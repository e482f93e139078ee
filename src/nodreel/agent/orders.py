"""Carries out the organisation's order to delete, as soon as the policy has one that is due."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol

from nodreel.agent.notice import Occasion
from nodreel.clock import WallNanos
from nodreel.consent.revocation import Hands, carry_out, is_done
from nodreel.errors import NodreelError
from nodreel.events import SECOND, Nanos
from nodreel.policy import load_policy

if TYPE_CHECKING:
    from nodreel.agent.notices import Notices
    from nodreel.agent.permission import Permission
    from nodreel.clock import Clock
    from nodreel.paths import Paths
    from nodreel.policy import Policy
    from nodreel.store import Store

log = logging.getLogger(__name__)

EVERY: Final = Nanos(60 * SECOND)
"""How often it is looked without a consent, and tried again after a failure."""


class Known(Protocol):
    """What is asked of the agent."""

    permission: Permission
    store: Store
    notices: Notices

    def shut(self) -> None:
        """Let nothing more in."""
        ...

    def discard_recording(self) -> None:
        """Forget what is not on disk."""
        ...

    def dispose(self, stored: str) -> None:
        """Delete what is stored."""
        ...


class Orders:
    """Asked at each beat of the agent; costs a comparison unless there is an order."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock
        self._load_at = self._again_at = Nanos(0)
        self._done = ""

    def look(self, agent: Known) -> None:
        """Do what is ordered and due; what fails is tried again."""
        now = self._clock.mono()
        policy = self._load(now) if agent.permission.grant is None else agent.permission.loaded
        moment = policy.revoked_before if policy is not None else None
        if moment is None or moment == self._done or now < self._again_at:
            return
        try:
            self._carry_out(agent, moment)
        except NodreelError as error:
            self._again_at = Nanos(now + EVERY)
            log.warning("order to delete: %s", error)

    def _load(self, now: Nanos) -> Policy | None:
        """Return the policy as it lies on disk, now and then: without a consent nobody reads it."""
        if now < self._load_at:
            return None
        self._load_at = Nanos(now + EVERY)
        try:
            return load_policy(self._paths).policy
        except NodreelError:
            return None

    def _carry_out(self, agent: Known, moment: str) -> None:
        def until(due: WallNanos) -> None:
            agent.discard_recording()
            grant = agent.permission.grant
            agent.store.delete_range(WallNanos(0), due, grant.sign if grant else None)

        hands = Hands(agent.shut, agent.discard_recording, agent.dispose, until)
        receipt = carry_out(self._paths, self._clock, moment, hands)
        if receipt is not None:
            agent.notices.tell(Occasion.REVOKED, moment)
        if is_done(self._paths, moment):
            self._done = moment
