"""Writing the grant: only the ceremony does, and it is the last thing that it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.consent.binding import make_binding
from nodreel.consent.grant_file import DAY, GrantFile
from nodreel.consent.highwater import start_high_water
from nodreel.consent.requests import prepare
from nodreel.consent.ticks import in_order, sensible
from nodreel.host.files import remove, replace_private, user_id
from nodreel.language.speech import ENGLISH
from nodreel.policy import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from nodreel.clock import Clock
    from nodreel.events import Kind
    from nodreel.paths import Paths
    from nodreel.policy import Policy, Presence


@dataclass(frozen=True, slots=True)
class Yes:
    """What a person agreed to in a ceremony, and the key made for it."""

    policy: Policy
    kinds: frozenset[Kind]
    terms_sha256: str
    presence: Presence
    consent_id: str
    receipt_id: str
    key: Ed25519PrivateKey
    language: str = ENGLISH.code

    @property
    def public_key(self) -> bytes:
        """The public half of the key."""
        return self.key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """Sign for this consent."""
        return self.key.sign(data)


def issue(paths: Paths, clock: Clock, yes: Yes) -> None:
    """Write the grant. A crash before its end leaves no consent."""
    remove(paths.grant)
    machine = make_binding(paths)
    replace_private(paths.signing_key, yes.key.private_bytes_raw())
    if yes.policy.upload is not None:  # before anything can be sent, it can be asked back
        prepare(paths, yes.policy.upload, yes)
    given = start_high_water(paths, clock)
    unsigned = GrantFile(
        consent_id=yes.consent_id,
        receipt_id=yes.receipt_id,
        given=given,
        expires=given + yes.policy.limits.validity_days * DAY,
        uid=user_id(),
        machine=machine,
        policy=yes.policy,
        policy_sha256=yes.policy.sha256,
        kinds=in_order(sensible(yes.kinds)),
        terms_sha256=yes.terms_sha256,
        language=yes.language,
        presence=yes.presence,
        public_key=yes.public_key.hex(),
    )
    signature = yes.key.sign(unsigned.signed).hex()
    file = unsigned.model_copy(update={"signature": signature})
    replace_private(paths.grant, canonical(file.model_dump(mode="json")))
