"""What the person decided last, kept so that nobody asks again too soon; no reason, no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from nodreel.clock import WallNanos
from nodreel.consent.grant_file import DAY
from nodreel.consent.state import State
from nodreel.errors import StoreError
from nodreel.host import private_dir
from nodreel.host.files import read_private, remove, replace_private

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.paths import Paths
    from nodreel.policy import Policy

LATER_DAYS = 30
_LONGEST = 4096
_FINAL = {State.REFUSED, State.WITHDRAWN}


class Decision(BaseModel):
    """``until``: before that nobody asks by itself. ``receipt_id``: of this decision, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: State
    at: int
    policy_sha256: str
    until: int | None = None
    receipt_id: str | None = None


def save_decision(paths: Paths, decision: Decision) -> None:
    """Keep the decision; the one before it is forgotten (the audit log has it)."""
    private_dir(paths.data)
    private_dir(paths.state)
    replace_private(_path(paths), decision.model_dump_json().encode("ascii"))


def last_decision(paths: Paths) -> Decision | None:
    """Return the last decision; None when there is none or it cannot be read."""
    try:
        return Decision.model_validate_json(read_private(_path(paths), limit=_LONGEST))
    except (FileNotFoundError, StoreError, ValidationError):
        return None


def may_ask(paths: Paths, clock: Clock, policy: Policy) -> bool:
    """Whether a program may ask by itself: not while it was put off, and never after a no.

    Refusing and withdrawing are final until the person opens the terms; anything else is asked
    about once for each policy.
    """
    decision = last_decision(paths)
    if decision is None:
        return True
    if decision.state in _FINAL:
        return False
    if decision.until is not None:
        return clock.wall() >= decision.until
    return decision.policy_sha256 != policy.sha256


def later(clock: Clock) -> WallNanos:
    """Return when "later" is over."""
    return WallNanos(clock.wall() + LATER_DAYS * DAY)


def forget_deadline(paths: Paths) -> None:
    """Note that it has been decided what becomes of what is stored."""
    remove(_deadline_path(paths))


def save_deadline(paths: Paths, clock: Clock, days: int) -> None:
    """Note that what is stored is deleted in ``days`` days, unless decided otherwise."""
    private_dir(paths.data)
    private_dir(paths.state)
    replace_private(_deadline_path(paths), f"{clock.wall() + days * DAY}\n".encode("ascii"))


def deadline(paths: Paths) -> WallNanos | None:
    """Return when what is stored is deleted; None when nothing is left to decide. Nonsense: now.

    Raises StoreError when it cannot be read: a bad moment of the disk is no reason to delete.
    """
    try:
        return WallNanos(int(read_private(_deadline_path(paths), limit=32)))
    except FileNotFoundError:
        return None
    except ValueError:
        return WallNanos(0)


def _path(paths: Paths) -> Path:
    return paths.state / "decision.json"


def _deadline_path(paths: Paths) -> Path:
    return paths.state / "decide-by"
