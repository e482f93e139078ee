"""The yes: terms, grant, ledger, states, withdrawal. The ceremony is a process of its own."""

from __future__ import annotations

from nodreel.consent.decision import deadline, may_ask
from nodreel.consent.grant import Grant, check_grant, read_grant
from nodreel.consent.ids import new_id
from nodreel.consent.ledger import Ledger
from nodreel.consent.record import Receipt, last_retention, receipts
from nodreel.consent.standing import current_state
from nodreel.consent.state import State
from nodreel.consent.terms import build_terms
from nodreel.consent.withdraw import is_unsettled, settle, withdraw

__all__ = [
    "Grant",
    "Ledger",
    "Receipt",
    "State",
    "build_terms",
    "check_grant",
    "current_state",
    "deadline",
    "is_unsettled",
    "last_retention",
    "may_ask",
    "new_id",
    "read_grant",
    "receipts",
    "settle",
    "withdraw",
]
