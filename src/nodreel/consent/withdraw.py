"""Taking a yes back: at once, in one order, never in the other direction.

gate off -> the grant leaves its name (first thing on disk) -> RAM is thrown away -> ledger -> what
is stored, and what was sent -> the signing key -> receipt. Each step may be repeated; what fails is
kept for ``settle`` and holds up nothing that comes after it.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from nodreel.clock import iso
from nodreel.consent import requests
from nodreel.consent.auditline import NOTHING
from nodreel.consent.decision import (
    Decision,
    deadline,
    forget_deadline,
    last_decision,
    save_deadline,
    save_decision,
)
from nodreel.consent.ids import new_id
from nodreel.consent.ledger import Ledger
from nodreel.consent.record import Event, Receipt, Record, load_receipt, save_receipt
from nodreel.consent.state import State
from nodreel.consent.withdrawal import Stored, Withdrawal, exists, unfinished, unlink_grant
from nodreel.errors import NoConsentError, StoreError
from nodreel.host.accessibility import restore
from nodreel.host.files import destroy, refuse_foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.clock import Clock
    from nodreel.paths import Paths

    Dispose = Callable[[str], None]
    Do = Callable[[], None]

LATER_DAYS = 7
_PATIENCE_S = 10


def withdraw(
    paths: Paths,
    clock: Clock,
    *,
    stored: Stored,
    gate_off: Do | None = None,
    discard: Do | None = None,
    dispose: Dispose | None = None,
    end: State = State.WITHDRAWN,
) -> Receipt:
    """End the consent; what is stored is deleted, kept, or decided about within seven days.

    ``dispose(stored)`` does that and may be called again. Safe to repeat, with or without an
    agent, on a full disk. ``end``: REVOKED when it is not the person who ends it, see
    ``revocation``. The receipt's ``pending`` names what could not be done yet. Raises
    NoConsentError when there never was anything to withdraw, StoreError when the grant stays.
    """
    try:
        if gate_off is not None:
            gate_off()
    finally:
        bare = _bare(unlink_grant(paths, stored, end))
    try:
        if discard is not None:
            discard()
    finally:
        with _alone(paths):
            # Whoever was told meanwhile may have finished it: what is on disk decides.
            found = unfinished(paths) or bare
            receipt = (
                _again(paths, clock, stored, dispose)
                if found is None
                else _finish(paths, clock, found, dispose)
            )
    return receipt


def refuse(paths: Paths, clock: Clock) -> Receipt | None:
    """End a consent because its person said no in a new ceremony; what is stored stays."""
    bare = _bare(unlink_grant(paths, "keep", State.REFUSED))
    with _alone(paths):
        found = unfinished(paths) or bare
        return None if found is None else _finish(paths, clock, found, None)


def settle(paths: Paths, clock: Clock, *, dispose: Dispose | None = None) -> Receipt | None:
    """Finish what a crash or a full disk left of a withdrawal, and delete what is overdue.

    Called at the start of the agent and of every consent command; None: there was nothing to do.
    """
    if not exists(paths.grant.parent):
        return None
    if dispose is not None and _overdue(paths, clock):
        dispose("delete")
        forget_deadline(paths)
    with _alone(paths):
        found = unfinished(paths)
        if found is not None:
            return _finish(paths, clock, found, dispose)
        if not exists(paths.grant):
            destroy(paths.signing_key)  # of a ceremony that did not come to its end
    return None


def _overdue(paths: Paths, clock: Clock) -> bool:
    try:
        due = deadline(paths)
    except StoreError:
        return False  # it is looked at again at the next start
    return due is not None and clock.wall() >= due


def is_unsettled(paths: Paths) -> bool:
    """Whether a withdrawal is unfinished, or what was stored is still to be decided about.

    Raises StoreError when that cannot be told.
    """
    return unfinished(paths) is not None or deadline(paths) is not None


def _bare(found: Withdrawal | None) -> Withdrawal | None:
    """Keep in memory what left no note on disk."""
    return found if found is not None and found.note is None else None


def _finish(paths: Paths, clock: Clock, it: Withdrawal, dispose: Dispose | None) -> Receipt:
    """Do all steps that follow the unlinking; each may have been done before."""
    _log(paths, clock, it)
    _dispose(paths, clock, it, dispose)
    shutil.rmtree(paths.trial, ignore_errors=True)  # whoever holds its key deletes it, too
    if it.end is not State.REFUSED:
        with it.later("asking for what was sent to be deleted"):
            requests.ask(paths)
    with it.later("destroying the signing key"):
        destroy(paths.signing_key)
    with it.later("switching accessibility off again"):
        if exists(paths.accessibility):
            restore(paths.accessibility)
    receipt = _receipt(paths, clock, it)
    if not it.pending:
        it.close()
    return Receipt(receipt.record, receipt.path, tuple(it.pending))


def _log(paths: Paths, clock: Clock, it: Withdrawal) -> None:
    if it.logged:
        return
    with it.later("the line in the audit log"):
        data = {"consent": it.consent_id, "stored": it.stored}
        actor = "policy" if it.end is State.REVOKED else "person"
        Ledger(paths.audit, clock).append(actor, it.event, data)
        it.mark_logged()


def _dispose(paths: Paths, clock: Clock, it: Withdrawal, dispose: Dispose | None) -> None:
    with it.later(f"what is stored ({it.stored})"):
        if it.stored != "later":
            forget_deadline(paths)
        elif deadline(paths) is None:
            save_deadline(paths, clock, LATER_DAYS)
        if dispose is not None:
            dispose(it.stored)
        elif it.stored == "delete":
            it.pending.append("what is stored (delete): nobody was there to do it")


def _receipt(paths: Paths, clock: Clock, it: Withdrawal) -> Receipt:
    try:
        return load_receipt(paths, it.receipt_id)
    except StoreError:
        record = _record(paths, clock, it)
    with it.later("the receipt"):
        _remember(paths, clock, it)
        return save_receipt(paths, record)
    return Receipt(record, paths.receipts / f"{it.receipt_id}.json")


def _remember(paths: Paths, clock: Clock, it: Withdrawal) -> None:
    sha256 = "" if it.file is None else it.file.policy_sha256
    save_decision(
        paths,
        Decision(state=it.end, at=clock.wall(), policy_sha256=sha256, receipt_id=it.receipt_id),
    )


def _record(paths: Paths, clock: Clock, it: Withdrawal) -> Record:
    """Continue the record of the consent; an unknown consent gets the little that is known."""
    event = Event(event_time=iso(clock.wall()), event_state=it.end, stored=it.stored)
    try:
        head = Ledger(paths.audit, clock).head()
    except StoreError:
        head = NOTHING
    try:
        before = load_receipt(paths, "" if it.file is None else it.file.receipt_id).record
    except StoreError:
        return Record(
            record_id=new_id(),
            receipt_id=it.receipt_id,
            pii_principal_id=new_id(),
            os_account_binding="unknown",
            events=(event,),
            audit_head=head,
        )
    return before.model_copy(
        update={
            "receipt_id": it.receipt_id,
            "previous_record": before.sha256,
            "events": (*before.events, event),
            "audit_head": head,
        }
    )


def _again(paths: Paths, clock: Clock, stored: Stored, dispose: Dispose | None) -> Receipt:
    """Withdraw after a withdrawal: only what is stored can still be decided about."""
    decision = last_decision(paths)
    if not exists(paths.grant):
        destroy(paths.signing_key)
    if decision is None or decision.receipt_id is None or decision.state.permits:
        raise NoConsentError("There is nothing to withdraw: no consent was given here.")
    try:
        requests.ask(paths)
    finally:  # what lies here goes even if nobody elsewhere can be asked yet
        if stored != "later":
            if dispose is not None:
                dispose(stored)
            forget_deadline(paths)
            with suppress(StoreError):
                Ledger(paths.audit, clock).append("person", "decided", {"stored": stored})
    return load_receipt(paths, decision.receipt_id)


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    """Keep two finishers apart where possible; a lock that cannot be had holds nobody up."""
    if not exists(paths.grant.parent):
        yield  # the lock would make the folder, and not as a private one
        return
    place = paths.grant.with_name("withdraw.lock")
    lock = FileLock(place, timeout=_PATIENCE_S, mode=0o600)
    try:
        refuse_foreign(place)
        lock.acquire()
    except (Timeout, OSError, StoreError):
        yield
        return
    try:
        yield
    finally:
        lock.release()
