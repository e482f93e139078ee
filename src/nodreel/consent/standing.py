"""Where a consent stands: what lies on disk, in the words of ``state.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.consent.decision import last_decision
from nodreel.consent.grant import read_grant
from nodreel.consent.grant_file import peek
from nodreel.consent.state import State
from nodreel.errors import GrantError, NoConsentError, StoreError
from nodreel.host.files import read_private
from nodreel.policy import narrower_or_equal

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.paths import Paths
    from nodreel.policy import Policy


def current_state(paths: Paths, clock: Clock, effective: Policy | None) -> State:
    """Return where the consent stands, the person's pause aside (the agent knows that).

    ``effective`` None: the policy cannot be read, so nothing is permitted.
    """
    try:
        grant = read_grant(paths, clock)
    except GrantError:
        return _why_invalid(paths, clock)
    except NoConsentError:
        decision = last_decision(paths)
        is_ended = decision is not None and not decision.state.permits
        return decision.state if decision is not None and is_ended else State.UNKNOWN
    if effective is None or effective.suspended or narrower_or_equal(effective, grant.policy):
        return State.SUSPENDED
    decision = last_decision(paths)
    is_renewed = decision is not None and decision.state is State.RENEWED
    return State.RENEWED if is_renewed else State.GIVEN


def _why_invalid(paths: Paths, clock: Clock) -> State:
    try:
        file = peek(paths)
        mark = int(read_private(paths.state / "high-water", limit=32))
    except (NoConsentError, FileNotFoundError, StoreError, ValueError):
        return State.INVALIDATED
    return State.EXPIRED if max(clock.wall(), mark) >= file.expires else State.INVALIDATED
