"""What is looked for: the recorder's secret shapes, what names people, one's own words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from nodreel.redact.personal import MAIL, PERSONAL, USER, below
from nodreel.redact.phones import PHONE, Phones
from nodreel.scrub.detectors import secrets
from nodreel.scrub.numbers import CARD, card
from nodreel.scrub.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodreel.scrub.shape import Finder, Span

WORD: Final = "word of the list"
LEAST: Final = 4  # characters of what is looked for elsewhere because it was found once
MOST_WORDS: Final = 4000
_NAMED: Final = re.compile(r"([^\W\d_]{2,30})[._]([^\W\d_]{2,30})")

READ_AS_ONE: Final = Shape(CARD, re.compile(r"(?<!\d)\d(?: ?\d){12,18}(?!\d)", re.ASCII), card)
"""A card as it is read from pixels, where spaces are easily lost."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a release must not hold besides what is always looked for.

    ``regions``: countries (ISO 3166) whose numbers count without a code; ``words``: names of
    people, customers, projects; ``domains``: whose hosts are nobody's business.
    """

    regions: tuple[str, ...] = ("US", "GB", "DE", "FR")
    words: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    def finders(self) -> tuple[Finder, ...]:
        """Return what finds all that is personal; secret shapes are found besides."""
        own = tuple(below(domain) for domain in self.domains)
        return (*PERSONAL, Phones(self.regions), *own, *words(self.words))


def words(listed: Iterable[str]) -> tuple[Finder, ...]:
    """Return what finds these words, however they are written, as words of their own."""
    known = sorted({w.strip() for w in listed if w.strip()}, key=len, reverse=True)[:MOST_WORDS]
    if not known:
        return ()
    spelled = "|".join(r"\s{1,4}".join(map(re.escape, word.split())) for word in known)
    return (Shape(WORD, re.compile(rf"(?<!\w)(?:{spelled})(?!\w)", re.IGNORECASE)),)


def found_in(text: str, finders: Sequence[Finder]) -> list[Span]:
    """Return all secret and personal spans of a text; they may overlap."""
    return secrets(text, finders)


def betrayed(pieces: Iterable[tuple[str, str]]) -> set[str]:
    """Return what has to go wherever it stands, for it was found: (name of the shape, text).

    ``anna.moser@…`` also gives away "Anna Moser".
    """
    out: set[str] = set()
    for name, text in pieces:
        if name not in {MAIL, USER, PHONE, WORD} or len(text) < LEAST:
            continue
        out.add(text)
        person = text.rpartition("@")[0] or text
        if name in {MAIL, USER} and (both := _NAMED.fullmatch(person)):
            first, last = both.groups()
            out |= {person, f"{first} {last}", f"{last} {first}", f"{last}, {first}"}
    return set(sorted(chain(out), key=len)[:MOST_WORDS])
