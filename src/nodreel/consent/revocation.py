"""An order of the organisation to delete for everyone: like a withdrawal, said by the policy.

Each consent given before the moment that the policy names ends, and all that was recorded until
then goes, here and where it was sent. It is carried out once on each machine, however late that one
hears of it, and may be repeated after a crash at any step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from nodreel.clock import WallNanos
from nodreel.consent import requests
from nodreel.consent.decision import forget_deadline
from nodreel.consent.grant_file import peek
from nodreel.consent.state import State
from nodreel.consent.withdraw import withdraw
from nodreel.errors import GrantError, NoConsentError, StoreError
from nodreel.events import SECOND
from nodreel.host import private_dir
from nodreel.host.files import read_private, replace_private

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.consent.record import Receipt
    from nodreel.paths import Paths

_NAME: Final = "revoked-before"
_LONGEST: Final = 32


@dataclass(frozen=True, slots=True)
class Hands:
    """Who does it: ``until`` deletes what was recorded before a moment, ``dispose`` all of it."""

    gate_off: Callable[[], None]
    discard: Callable[[], None]
    dispose: Callable[[str], None]
    until: Callable[[WallNanos], None]


def carry_out(paths: Paths, clock: Clock, moment: str, hands: Hands) -> Receipt | None:
    """Carry out the order of that moment, unless it is done or not yet due.

    Returns the receipt of the consent that ended, None when none did. Raises StoreError: it is to
    be tried again.
    """
    due = wall_of(moment)
    if clock.wall() < due or is_done(paths, moment):
        return None
    receipt = None
    try:
        file = peek(paths)
    except GrantError:
        receipt = _end(paths, clock, hands)  # nobody can tell when that was given
    except NoConsentError:
        requests.ask(paths)
        hands.dispose("delete")
        forget_deadline(paths)
    else:
        if file.given < due:
            receipt = _end(paths, clock, hands)
        else:
            requests.ask(paths, spared=file.consent_id)
            hands.until(due)
    if receipt is None or not receipt.pending:
        private_dir(paths.data)
        private_dir(paths.state)
        replace_private(paths.state / _NAME, moment.encode("ascii"))
    return receipt


def wall_of(moment: str) -> WallNanos:
    """Return a moment as a policy spells it in nanoseconds of the wall clock."""
    return WallNanos(round(datetime.fromisoformat(moment).timestamp()) * SECOND)


def is_done(paths: Paths, moment: str) -> bool:
    """Whether this machine has carried out the order of that moment."""
    try:
        return read_private(paths.state / _NAME, limit=_LONGEST) == moment.encode("ascii")
    except (FileNotFoundError, StoreError):
        return False


def _end(paths: Paths, clock: Clock, hands: Hands) -> Receipt:
    return withdraw(
        paths, clock, stored="delete", end=State.REVOKED, gate_off=hands.gate_off,
        discard=hands.discard, dispose=hands.dispose,
    )  # fmt: skip
