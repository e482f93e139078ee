"""The Grant: proof of a valid yes. Whoever needs permission takes one as an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.clock import WallNanos, iso
from nodreel.consent.binding import binding
from nodreel.consent.decision import last_decision
from nodreel.consent.grant_file import identity, read_file
from nodreel.consent.highwater import open_high_water
from nodreel.errors import GrantError, StoreError
from nodreel.host.files import read_private, user_id

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.consent.grant_file import GrantFile
    from nodreel.consent.highwater import HighWater
    from nodreel.events import Kind
    from nodreel.paths import Paths
    from nodreel.policy import Policy, Presence

_KEY_BYTES = 32
_TOKEN = object()


class Grant:
    """A yes that was valid when it was read; ``check_grant`` says whether it still is.

    ``policy`` is the consented one, ``kinds`` what was ticked, ``expires`` in wall nanoseconds.
    """

    __slots__ = ("_file", "_identity", "_key", "_mark", "kinds", "public_key")
    _file: GrantFile
    _key: Ed25519PrivateKey
    _mark: HighWater
    _identity: tuple[int, ...]
    kinds: frozenset[Kind]
    public_key: bytes

    def __init__(
        self,
        token: object,
        file: GrantFile,
        key: Ed25519PrivateKey,
        mark: HighWater,
        identity: tuple[int, ...],
    ) -> None:
        if token is not _TOKEN:
            raise TypeError("Only consent/ makes a Grant, from the person's own yes.")
        put = object.__setattr__
        put(self, "_file", file)
        put(self, "_key", key)
        put(self, "_mark", mark)
        put(self, "_identity", identity)
        put(self, "kinds", frozenset(file.kinds))
        put(self, "public_key", bytes.fromhex(file.public_key))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("A Grant cannot be changed.")

    @property
    def consent_id(self) -> str:
        """Random id of this consent (26 characters)."""
        return self._file.consent_id

    @property
    def receipt_id(self) -> str:
        """Id of the receipt that the person has."""
        return self._file.receipt_id

    @property
    def policy(self) -> Policy:
        """The policy that was agreed to; the effective one must be narrower or equal."""
        return self._file.policy

    @property
    def policy_sha256(self) -> str:
        """Hex digest of the consented policy."""
        return self._file.policy_sha256

    @property
    def given(self) -> WallNanos:
        """When it was given."""
        return WallNanos(self._file.given)

    @property
    def expires(self) -> WallNanos:
        """When it ends by itself."""
        return WallNanos(self._file.expires)

    @property
    def presence(self) -> Presence:
        """How it was proved that a person gave it."""
        return self._file.presence

    def sign(self, data: bytes) -> bytes:
        """Sign with the key of this consent (Ed25519, 64 bytes); proves integrity only."""
        return self._key.sign(data)

    def __repr__(self) -> str:
        """Name the consent, and nothing secret."""
        return f"Grant({self.consent_id}, until {iso(self.expires)})"

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("A Grant cannot be copied out of its process.")


def read_grant(paths: Paths, clock: Clock) -> Grant:
    """Return the valid grant of this person on this machine, and advance the clock mark.

    NoConsentError: there is none. GrantError: damaged, foreign, forged or expired.
    """
    file, which = read_file(paths)
    _check_binding(paths, file)
    _check_still_meant(paths)
    key = _signing_key(paths, file)
    mark = open_high_water(paths, clock)
    _check_expiry(file, mark)
    return Grant(_TOKEN, file, key, mark, which)


def check_grant(grant: Grant, paths: Paths, clock: Clock) -> None:
    """Check every second: the file is the one that was read, and its time has not come.

    Costs one lstat. NoConsentError when it is gone, GrantError when replaced or expired.
    """
    del clock  # the mark has the one it was opened with
    if identity(paths.grant) != grant._identity:  # noqa: SLF001  the other half of Grant
        raise GrantError(
            "The consent on disk is not the one that was read.",
            advice="Recording goes on by itself if the new one is valid.",
        )
    _check_expiry(grant._file, grant._mark)  # noqa: SLF001


def _check_binding(paths: Paths, file: GrantFile) -> None:
    if file.uid != user_id():
        raise GrantError("The consent was given by another person of this machine.")
    if file.machine != binding(paths):
        raise GrantError("The consent was given on another machine.")


def _check_still_meant(paths: Paths) -> None:
    """Refuse a copy that came back, from a backup or by somebody's hand, after the person's no."""
    decision = last_decision(paths)
    if decision is not None and not decision.state.permits:
        raise GrantError(
            "A consent lies here again although it was taken back since.",
            advice="Remove it with `nodreel consent withdraw`, or agree anew with"
            " `nodreel consent give`.",
        )


def _signing_key(paths: Paths, file: GrantFile) -> Ed25519PrivateKey:
    try:
        raw = read_private(paths.signing_key, limit=_KEY_BYTES)
        key = Ed25519PrivateKey.from_private_bytes(raw)
    except (FileNotFoundError, StoreError, ValueError) as error:
        raise GrantError("The key of the consent is missing or damaged.") from error
    if key.public_key().public_bytes_raw().hex() != file.public_key:
        raise GrantError("The key on this machine is not the one of the consent.")
    return key


def _check_expiry(file: GrantFile, mark: HighWater) -> None:
    now = mark.now()
    if now >= file.expires:
        mark.keep(now)  # so that it stays expired, whatever the clock says tomorrow
        raise GrantError(
            f"The consent ended on {iso(WallNanos(file.expires))}.",
            advice="Read the terms with `nodreel consent show`, agree anew with"
            " `nodreel consent give`, or leave it.",
        )
