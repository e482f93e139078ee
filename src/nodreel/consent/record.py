"""The consent record, shaped like ISO/IEC TS 27560, and the receipts it is saved as.

A receipt is the whole record as it stood after one decision: what was shown, what was given or
taken back, how presence was proved. It holds no name, no reading behaviour and no working hours.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from nodreel.clock import iso
from nodreel.consent import terms
from nodreel.consent.ids import PATTERN, new_id
from nodreel.consent.state import State
from nodreel.errors import StoreError
from nodreel.events import Kind
from nodreel.host import private_dir
from nodreel.host.files import read_private, replace_private
from nodreel.policy import Organisation, Presence, Recipient, canonical

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.paths import Paths
    from nodreel.policy import Policy

SCHEMA = "nodreel-consent/1 (ISO/IEC TS 27560:2023 shaped)"
LARGEST = 1 << 20  # bytes of one receipt
RIGHTS = ("access", "erasure", "portability", "object", "complain")
SENSITIVE = frozenset(Kind) - {Kind.POINTER, Kind.ACCESSIBILITY}  # can hold words of people

Id = Annotated[str, StringConstraints(pattern=f"^{PATTERN}$")]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Notice(_Part):
    """What the person was shown, word by word (``text``), and when."""

    id: str
    sha256: Sha256
    language: str
    shown_at: str
    text: str


class PurposeGiven(_Part):
    """The purpose that was asked for."""

    id: str
    text: str
    granted: bool
    lawful_basis: str = "consent-6-1-a"


class PiiInformation(_Part):
    """One kind of data, and whether it was ticked."""

    pii_type: Kind
    optional: bool = True
    granted: bool
    sensitive: bool


class Scope(_Part):
    """What the decision was about: the policy by hash and version, its apps and its sites."""

    policy_sha256: Sha256
    policy_version: int
    apps: tuple[str, ...]
    sites: tuple[str, ...] = ()
    max_fps: float


class Retention(_Part):
    """How long recordings are kept."""

    undo_hours: int
    device_days: int
    server_days: int


def _name() -> str:
    from importlib.metadata import version  # noqa: PLC0415  slow to import, seldom asked for

    return f"nodreel {version('nodreel')}"


class Event(_Part):
    """One decision. ``presence`` is how it was proved that a person made it."""

    event_time: str
    event_type: str = "explicitly-expressed"
    event_state: State
    entity_id: str = "principal"
    validity: str | None = None
    ceremony: str | None = None
    presence: Presence | None = None
    stored: str | None = None
    agent: str = Field(default_factory=_name)


class Record(_Part):
    """The whole record; the parts about the terms are missing only where they are unknown."""

    schema_version: str = SCHEMA
    record_id: Id
    receipt_id: Id
    previous_record: Sha256 | None = None
    pii_principal_id: Id
    os_account_binding: str
    notice: Notice | None = None
    purposes: tuple[PurposeGiven, ...] = ()
    not_purposes: tuple[str, ...] = ()
    pii_information: tuple[PiiInformation, ...] = ()
    scope: Scope | None = None
    parties: tuple[Organisation, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    jurisdiction: str | None = None
    works_agreement_ref: str | None = None
    supervisory_authority: str | None = None
    storage_locations: tuple[str, ...] = ("device", "recipients")
    retention: Retention | None = None
    collection_method: str = "desktop agent with a visible sign"
    withdrawal_method: str = terms.WITHDRAWAL
    rights: tuple[str, ...] = RIGHTS
    events: Annotated[tuple[Event, ...], Field(max_length=64)]
    public_key: Sha256 | None = None
    audit_head: Sha256

    @property
    def sha256(self) -> str:
        """Hex digest over the canonical JSON of the record."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A saved record. ``pending``: what of a withdrawal could not be finished yet, in words."""

    record: Record
    path: Path
    pending: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The receipt's id, which is also its file's name."""
        return self.record.receipt_id

    def __str__(self) -> str:
        """Say in words what was decided, where the receipt lies, and what is not done yet."""
        said = f"{_SAID.get(self.record.events[-1].event_state, '')} Your receipt: {self.path}"
        if self.pending:
            said += f"\nNot done yet, and tried again: {'; '.join(self.pending)}"
        return said


_SAID = {
    State.GIVEN: "You have agreed.",
    State.RENEWED: "You have agreed again.",
    State.REFUSED: "You have said no. Nothing is recorded.",
    State.WITHDRAWN: "You have withdrawn. Nothing is recorded any more.",
    State.REVOKED: "Your organisation has ended all consents. Nothing is recorded any more.",
}


def describe(policy: Policy, kinds: Collection[Kind], shown: terms.Terms, clock: Clock,
             *, granted: bool, binding: str, audit_head: str) -> Record:  # fmt: skip
    """Build the record of what was shown; ``kinds`` are those ticked. Add events with ``after``."""
    organisation, limits = policy.organisation, policy.limits
    return Record(
        record_id=new_id(),
        receipt_id=new_id(),
        pii_principal_id=new_id(),
        os_account_binding=binding,
        notice=Notice(
            id=shown.version, sha256=shown.sha256, language=shown.language,
            shown_at=iso(clock.wall()), text=shown.text,
        ),
        purposes=(
            PurposeGiven(id=policy.purpose.id, text=policy.purpose.text, granted=granted),
        ),
        not_purposes=policy.purpose.not_purposes,
        pii_information=tuple(
            PiiInformation(
                pii_type=kind, granted=granted and kind in kinds, sensitive=kind in SENSITIVE
            )
            for kind in policy.kinds
        ),
        scope=Scope(
            policy_sha256=policy.sha256, policy_version=policy.version,
            apps=tuple(app.id for app in policy.apps),
            sites=tuple(f"{site.id} ({site.place})" for site in policy.sites),
            max_fps=limits.max_fps,
        ),
        parties=(organisation,),
        recipients=policy.recipients,
        jurisdiction=organisation.jurisdiction,
        works_agreement_ref=organisation.works_agreement_ref,
        supervisory_authority=organisation.authority,
        retention=Retention(
            undo_hours=limits.undo_hours, device_days=limits.device_days,
            server_days=limits.server_days,
        ),
        events=(),
        audit_head=audit_head,
    )  # fmt: skip


def save_receipt(paths: Paths, record: Record) -> Receipt:
    """Write the record to receipts/<receipt id>.json, durably; an existing one is replaced."""
    private_dir(paths.data)
    private_dir(paths.receipts.parent)
    path = private_dir(paths.receipts) / f"{record.receipt_id}.json"
    replace_private(path, record.model_dump_json(indent=2).encode("utf-8") + b"\n")
    return Receipt(record, path)


def load_receipt(paths: Paths, receipt_id: str) -> Receipt:
    """Read one receipt back; StoreError when it is missing or damaged."""
    if not re.fullmatch(PATTERN, receipt_id):
        raise StoreError(f"{receipt_id!r} is no id of a receipt.")
    path = paths.receipts / f"{receipt_id}.json"
    try:
        data = read_private(path, limit=LARGEST)
        return Receipt(Record.model_validate_json(data), path)
    except FileNotFoundError as error:
        raise StoreError(f"There is no receipt {path}.") from error
    except (ValidationError, RecursionError, json.JSONDecodeError) as error:
        raise StoreError(f"The receipt {path} is damaged.") from error


def receipts(paths: Paths) -> tuple[Receipt, ...]:
    """Return every readable receipt, oldest decision first; damaged ones are left out."""
    found = []
    for path in sorted(paths.receipts.glob("*.json")) if paths.receipts.is_dir() else ():
        try:
            found.append(load_receipt(paths, path.stem))
        except StoreError:
            continue
    return tuple(sorted(found, key=_decided))


def last_retention(paths: Paths) -> Retention | None:
    """Return how long recordings stay by what was last agreed to, whatever became of that yes."""
    for receipt in reversed(receipts(paths)):
        record = receipt.record
        if record.retention is not None and any(e.event_state.permits for e in record.events):
            return record.retention
    return None


def _decided(receipt: Receipt) -> str:
    events = receipt.record.events
    return events[-1].event_time if events else ""
