"""Names of episodes: 128 random bits, so that a name tells neither person, place nor time."""

from __future__ import annotations

import re
import secrets
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing looks like another
LENGTH: Final = 26
_BITS: Final = 128
_PATTERN: Final = re.compile(rf"[{_ALPHABET}]{{{LENGTH}}}", re.ASCII)


def new_id() -> str:
    """Return 26 random characters."""
    number = secrets.randbits(_BITS)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * LENGTH - 5, -1, -5))


def is_id(name: str) -> bool:
    """Whether a name could be one of ours; a file name that is not is never touched."""
    return _PATTERN.fullmatch(name) is not None
