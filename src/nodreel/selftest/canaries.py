"""Words and colours that exist nowhere else, and the forms in which a word might lie on a disk."""

from __future__ import annotations

import base64
import secrets
import string
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACES: Final = ("an ordinary box", "a password box", "a box you typed into by hand")
LETTERS: Final = 16  # on every keyboard; 75 bits, so that none is met by chance
_PATCHES: Final = 3
_VOWELS: Final = "aeiou"
_SYLLABLES: Final = 6
_GROUP: Final = 3  # bytes that become four characters of base64
_APART: Final = 0x18  # colours whose channels are nearer to each other or an end are common


@dataclass(frozen=True, slots=True)
class Canaries:
    """``words`` by the place each is planted in; ``colours`` as 0xRRGGBB."""

    words: dict[str, str]
    colours: tuple[int, ...]
    control: str


def plant() -> Canaries:
    """Make new ones, from the system's randomness."""
    words = {place: _word() for place in PLACES[:-1]} | {PLACES[-1]: _syllables()}
    return Canaries(words, tuple(_colour() for _ in range(_PATCHES)), _word())


def forms(word: str) -> Iterator[tuple[str, bytes]]:
    """Yield each form of a word with its name."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        yield encoding, word.encode(encoding)
    raw = word.encode()
    yield "backwards", raw[::-1]
    yield "hexadecimal", raw.hex().encode()
    yield "HEXADECIMAL", raw.hex().upper().encode()
    for shift in range(_GROUP):
        # What stands before shifts the groups; their first and last characters mix with it.
        whole = base64.b64encode(bytes(shift) + raw)
        yield "base64", whole[4 if shift else 0 : len(whole) // 4 * 4 - 4]


def _word() -> str:
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(LETTERS))


def _syllables() -> str:
    """Return a word that a person can type without counting letters; 39 bits."""
    consonants = sorted(set(string.ascii_lowercase) - set(_VOWELS) - {"y"})
    pairs = [secrets.choice(consonants) + secrets.choice(_VOWELS) for _ in range(_SYLLABLES)]
    return "".join(pairs)


def _colour() -> int:
    """Return a colour that hardly anybody draws with: no channel at an end, none like another."""
    while True:
        channels = sorted(secrets.token_bytes(3))
        apart = min(b - a for a, b in pairwise(channels))
        if min(channels[0], 0xFF - channels[-1], apart) >= _APART:
            red, green, blue = secrets.SystemRandom().sample(channels, 3)
            return red << 16 | green << 8 | blue
