"""Which split a consent belongs to, and where in it: keyed hashes, so that growth moves nobody.

The key is the research key's, hashed: with it each data set of one institute has the same split,
and without it nobody can tell, or choose, where a person's recordings go. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, Literal

from nodreel.errors import StoreError

Split = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")
BITS: Final = 64
_DOMAIN: Final = b"nodreel/split/1\n"


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of a hundred consents go where; raises StoreError unless they are a hundred."""

    train: int = 80
    validation: int = 10
    test: int = 10

    def __post_init__(self) -> None:
        parts = (self.train, self.validation, self.test)
        if sum(parts) != 100 or min(parts) < 0:  # noqa: PLR2004
            raise StoreError(
                f"Shares of {'/'.join(map(str, parts))} are not a hundred in all.",
                advice="Give three numbers that add up to 100, such as 80,10,10.",
            )


DEFAULT: Final = Shares()


def split_key(secret: str) -> bytes:
    """Return the key of the splits; ``secret`` is a research key or any text kept for it."""
    return hashlib.sha256(_DOMAIN + secret.strip().encode()).digest()


def key_name(key: bytes) -> str:
    """Return what may be shown of a key: whether two data sets were split by the same."""
    return hmac.digest(key, b"name", "sha256").hex()[:16]


def split_of(key: bytes, consent: str, shares: Shares) -> Split:
    """Return the split that all episodes of a consent belong to."""
    place = _number(key, "split", consent) * 100 >> BITS
    if place < shares.train:
        return "train"
    return "validation" if place < shares.train + shares.validation else "test"


def position(key: bytes, consent: str, episode: str) -> int:
    """Return 64 bits that order episodes: those of one consent lie together, in no order."""
    half = BITS // 2
    above = _number(key, "consent", consent) >> half
    return above << half | _number(key, "episode", episode) >> half


def _number(key: bytes, what: str, name: str) -> int:
    return int.from_bytes(hmac.digest(key, f"{what}\n{name}".encode(), "sha256")[: BITS // 8])
