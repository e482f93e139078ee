"""Random names for consents and receipts: 128 bits that say nothing, least of all when."""

from __future__ import annotations

import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
PATTERN = f"[0-7][{_CROCKFORD}]{{{LENGTH - 1}}}"


def new_id() -> str:
    """Return 128 random bits as 26 characters of Crockford's base 32."""
    return spell(secrets.token_bytes(16))


def spell(bits: bytes) -> str:
    """Write 16 bytes as 26 characters of Crockford's base 32."""
    number = int.from_bytes(bits, "big")
    digits = [_CROCKFORD[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5)]
    return "".join(digits)
