"""grant.json: canonical JSON, signed, believed only byte for byte.

The signature is by an Ed25519 key made in the ceremony. It shows damage and edits; it cannot stop
whoever rules this account or machine, and does not claim to. Anything odd is a GrantError.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from nodreel.consent.record import Id, Sha256
from nodreel.consent.ticks import sensible
from nodreel.errors import GrantError, NoConsentError, StoreError
from nodreel.events import SECOND, Kind
from nodreel.host.files import read_private
from nodreel.language.speech import message
from nodreel.policy import Policy, Presence, canonical

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths

VERSION: Final = 3  # 1 knew no websites, and of text no tick of its own; 2 had no language
LARGEST: Final = 1 << 20  # bytes of grant.json
DAY: Final = 86_400 * SECOND
Tag = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9-]{2,20}$")]


class GrantFile(BaseModel):
    """What stands in grant.json; ``signature`` is over the canonical JSON of all else."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[3] = VERSION
    consent_id: Id
    receipt_id: Id
    given: Annotated[int, Field(ge=0)]
    expires: Annotated[int, Field(ge=0)]
    uid: int
    machine: Sha256
    policy: Policy
    policy_sha256: Sha256
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    terms_sha256: Sha256
    language: Tag
    presence: Presence
    public_key: Sha256
    signature: Annotated[str, StringConstraints(pattern="^([0-9a-f]{128})?$")] = ""

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is over."""
        return canonical(self.model_dump(mode="json", exclude={"signature"}))


def peek(paths: Paths) -> GrantFile:
    """Return what stands in an undamaged grant.json, of whom and however old it may be."""
    return read_file(paths)[0]


def read_file(paths: Paths) -> tuple[GrantFile, tuple[int, ...]]:
    """Return what stands in an undamaged grant.json, and which file that was (see ``identity``)."""
    before = identity(paths.grant)
    try:
        data = read_private(paths.grant, limit=LARGEST)
    except FileNotFoundError as error:
        raise NoConsentError(message("There is no consent.")) from error
    except StoreError as error:
        raise GrantError(f"The consent cannot be believed: {error}") from error
    file = _parse(paths.grant, data)
    _check_itself(paths.grant, file)
    if identity(paths.grant) != before:
        raise GrantError("The consent changed while it was read.")
    return file, before


def _parse(path: Path, data: bytes) -> GrantFile:
    """Turn bytes of anybody into a GrantFile, or say that they are none."""
    try:
        text = data.decode("ascii")
        tree = json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant)
        version = tree.get("version") if isinstance(tree, dict) else None
        if isinstance(version, int) and 0 < version < VERSION:
            raise GrantError(
                "The consent was given to an earlier version of nodreel, under other terms.",
                advice="Read the terms with `nodreel consent show`, agree anew with"
                " `nodreel consent give`, or leave it.",
            )
        file = GrantFile.model_validate_json(data)
        # Each file has one spelling, values and all, so each flipped bit shows.
        is_ours = canonical(file.model_dump(mode="json")) == data
    except (ValueError, RecursionError, TypeError) as error:
        raise GrantError(f"The consent {path} is damaged.") from error
    if not is_ours:
        raise GrantError(f"The consent {path} is not written as a ceremony writes it.")
    return file


def _check_itself(path: Path, file: GrantFile) -> None:
    """Check what the file says about itself: signature, hash, kinds and duration fit together."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(file.public_key))
        key.verify(bytes.fromhex(file.signature), file.signed)
    except (InvalidSignature, ValueError) as error:
        raise GrantError(f"The consent {path} was changed: its signature is wrong.") from error
    if (
        file.policy.sha256 != file.policy_sha256
        or not set(file.kinds) <= set(file.policy.kinds)
        or sensible(file.kinds) != set(file.kinds)
        or file.expires - file.given > file.policy.limits.validity_days * DAY
    ):
        raise GrantError(f"The consent {path} contradicts itself.")


def identity(path: Path) -> tuple[int, ...]:
    """Tell this very file from any that replaces it; NoConsentError when there is none."""
    try:
        found = os.lstat(path)
    except FileNotFoundError as error:
        raise NoConsentError(message("There is no consent.")) from error
    except OSError as error:
        raise GrantError(f"The consent cannot be looked at: {error.strerror}.") from error
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")
