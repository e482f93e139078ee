"""Where the audit log stood, day by day, signed with the key of the consent.

The agent signs once a day of recording permission: into the log, and into a file beside the
receipt. Whoever holds a copy of that file can tell whether the log was changed since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from nodreel.clock import iso
from nodreel.consent.auditline import HEAD, head_signed
from nodreel.consent.record import LARGEST, Sha256
from nodreel.errors import StoreError
from nodreel.host import private_dir
from nodreel.host.files import append_private, read_private, read_tail

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.consent.grant import Grant
    from nodreel.consent.ledger import Ledger
    from nodreel.consent.record import Receipt
    from nodreel.paths import Paths


_LONGEST = 1024  # more than two lines


class SignedHead(BaseModel):
    """``head``: hash of the log's last line when it was signed, ``key`` the consent's (hex)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    day: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    head: Sha256
    key: Sha256
    signature: Annotated[str, StringConstraints(pattern="^[0-9a-f]{128}$")]

    @property
    def is_genuine(self) -> bool:
        """Whether the key has signed exactly this."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.signature), head_signed(self.day, self.head))
        except (InvalidSignature, ValueError):
            return False
        return True


def today(clock: Clock) -> str:
    """Return the day in UTC, as in the audit log's times."""
    return iso(clock.wall())[:10]


def sign_head(paths: Paths, clock: Clock, ledger: Ledger, grant: Grant) -> SignedHead:
    """Sign where the log stands now: a line in the log, and one beside the grant's receipt."""
    day, head = today(clock), ledger.head()
    found = SignedHead(
        day=day, head=head, key=grant.public_key.hex(),
        signature=grant.sign(head_signed(day, head)).hex(),
    )  # fmt: skip
    ledger.append("agent", HEAD, found.model_dump())
    private_dir(paths.receipts)
    append_private(heads_path(paths, grant.receipt_id), found.model_dump_json().encode() + b"\n")
    return found


def heads_path(paths: Paths, receipt_id: str) -> Path:
    """Where the heads that belong to a receipt lie."""
    return paths.receipts / f"{receipt_id}.heads"


def heads_of(paths: Paths, receipt: Receipt) -> tuple[SignedHead, ...]:
    """Return what was signed under the consent of a receipt; StoreError when it was changed."""
    path = heads_path(paths, receipt.id)
    try:
        data = read_private(path, limit=LARGEST)
    except FileNotFoundError:
        return ()
    *whole, _torn = data.split(b"\n")
    return believed(path, whole, {receipt.record.public_key or ""})


def last_day(paths: Paths, receipt_id: str) -> str | None:
    """Return the day that was signed last beside a receipt; None when there is none to be read."""
    try:
        lines = read_tail(heads_path(paths, receipt_id), limit=_LONGEST).split(b"\n")
        return SignedHead.model_validate_json(lines[-2]).day
    except (FileNotFoundError, StoreError, IndexError, ValidationError):
        return None


def believed(path: Path, lines: Iterable[bytes], keys: Collection[str]) -> tuple[SignedHead, ...]:
    """Read signed heads, one a line; StoreError for one that none of the keys has signed."""
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            head = SignedHead.model_validate_json(line)
        except ValidationError:
            head = None
        if head is None or head.key not in keys or not head.is_genuine:
            raise StoreError(
                f"{path}, line {number}: this signed head was changed.",
                advice="Compare it with a copy of your receipt, if you saved one.",
            )
        found.append(head)
    return tuple(found)
