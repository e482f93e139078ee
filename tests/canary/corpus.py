"""What is planted and must never be found: strings and colours that nothing else has. Pure.

The same seed gives the same corpus. No two canaries share eight characters in a row, so whatever is
found names the one it is a piece of, and with it the channel it came through.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from stdnum import luhn

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = "shown on purpose"  # the channel of what must be found, or the search is blind
LEAST = 8  # characters in a row that count as found
LEAST_DIGITS = 12  # times and sizes are numbers too: eight digits in a row prove nothing
LETTERS = (
    "bcdfghjkmnpqrtvwxyz"  # no vowels: no word of any language; nothing that is read as l or 1
)
DIGITS = "346789"
BRIGHT, DARK = range(0xE1, 0x100, 2), range(0x03, 0x30, 2)
APART = 30  # of two colours, summed over the three channels


class Form(StrEnum):
    """What a canary looks like."""

    WORD = "word"
    TOKEN = "token"
    CARD = "card"
    IBAN = "iban"


@dataclass(frozen=True, slots=True)
class Canary:
    """``text`` is planted; ``core`` is the part of it that is nobody else's."""

    text: str
    core: str
    channel: str
    form: Form = Form.WORD

    @property
    def least(self) -> int:
        """How many characters of ``core`` in a row count as found."""
        return LEAST_DIGITS if self.core.isdigit() else LEAST

    def pieces(self) -> Iterator[str]:
        """Yield every piece of ``least`` characters, folded to lower case."""
        core = self.core.lower()
        for start in range(len(core) - self.least + 1):
            yield core[start : start + self.least]


@dataclass(frozen=True, slots=True)
class Patch:
    """A colour (0xRRGGBB) that only the windows of one channel show."""

    rgb: int
    channel: str

    @property
    def css(self) -> str:
        return f"#{self.rgb:06x}"


@dataclass
class Corpus:
    """Hands out canaries and colours, each once."""

    seed: int
    canaries: list[Canary] = field(default_factory=list)
    patches: list[Patch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)
        self._pieces: set[str] = set()

    def strings(self, channel: str, count: int, form: Form = Form.WORD) -> list[Canary]:
        """Return new canaries of that channel."""
        return [self._string(channel, form) for _ in range(count)]

    def secrets(self, channel: str, count: int) -> list[Canary]:
        """Return new canaries of all the shapes that secrets have, in turn."""
        shapes = (Form.TOKEN, Form.CARD, Form.IBAN)
        return [self._string(channel, shapes[n % len(shapes)]) for n in range(count)]

    def colours(self, channel: str, count: int) -> list[Patch]:
        """Return new colours of that channel."""
        return [self._colour(channel) for _ in range(count)]

    def _string(self, channel: str, form: Form) -> Canary:
        while True:
            text, core = MAKERS[form](self._rng)
            made = Canary(text, core, channel, form)
            pieces = set(made.pieces())
            if not pieces & self._pieces:
                self._pieces |= pieces
                self.canaries.append(made)
                return made

    def _colour(self, channel: str) -> Patch:
        while True:
            bright, dark = self._rng.choice(BRIGHT), self._rng.choice(DARK)
            parts = [bright, dark, self._rng.randrange(0x03, 0x100, 2)]
            self._rng.shuffle(parts)
            red, green, blue = parts
            rgb = red << 16 | green << 8 | blue
            if all(distance(rgb, other.rgb) >= APART for other in self.patches):
                self.patches.append(Patch(rgb, channel))
                return self.patches[-1]


def distance(one: int, other: int) -> int:
    """Return how far two colours are apart, summed over their channels."""
    return sum(abs((one >> shift & 255) - (other >> shift & 255)) for shift in (0, 8, 16))


def word(rng: random.Random) -> tuple[str, str]:
    """Letters and digits as a good password has them, some of them capital."""
    length = rng.randint(10, 14)
    signs = [rng.choice(LETTERS + DIGITS) for _ in range(length)]
    capital, digit = rng.sample(range(length), 2)
    signs[capital], signs[digit] = rng.choice(LETTERS).upper(), rng.choice(DIGITS)
    text = "".join(signs)
    return text, text


def token(rng: random.Random) -> tuple[str, str]:
    """A token of a provider whose beginning is public and whose rest is not."""
    opening, length = rng.choice((("ghp_", 36), ("glpat-", 20), ("AKIA", 16), ("npm_", 36)))
    signs = string.ascii_uppercase + DIGITS if opening == "AKIA" else LETTERS + DIGITS
    core = "".join(rng.choice(signs) for _ in range(length))
    return opening + core, core


def card(rng: random.Random) -> tuple[str, str]:
    """A card number that an issuer could have given out."""
    first = "".join(rng.choice(string.digits) for _ in range(14))
    digits = "4" + first
    digits += luhn.calc_check_digit(digits)
    return digits, digits


def iban(rng: random.Random) -> tuple[str, str]:
    """A German account number with its right check digits; bank and account are the secret."""
    account = "".join(rng.choice(string.digits) for _ in range(18))
    check = 98 - int(f"{account}131400") % 97
    return f"DE{check:02d}{account}", account


MAKERS = {Form.WORD: word, Form.TOKEN: token, Form.CARD: card, Form.IBAN: iban}
