"""What is looked for: the recorder's secret shapes, what names people, one's own words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.errors import EpisodeError
from nodreel.redact.personal import MAIL, PERSONAL, USER, below
from nodreel.redact.phones import PHONE, Phones
from nodreel.scrub.detectors import secrets
from nodreel.scrub.numbers import CARD, card
from nodreel.scrub.shape import Shape, Span
from nodreel.scrub.tokens import PRIVATE_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nodreel.scrub.shape import Finder

WORD: Final = "word of the list"
LEAST: Final = 4  # characters of what is looked for elsewhere because it was found once
MOST_WORDS: Final = 100_000
_BEGINS: Final = re.compile(r"(?<!\w)\S")
_AS_ONE: Final = {"\u0131": "i", "\u0130": "i"}  # re takes all these for one, casefold does not
_NAMED: Final = re.compile(r"([^\W\d_]{2,30})[._]([^\W\d_]{2,30})")

READ_AS_ONE: Final = Shape(CARD, re.compile(r"(?<!\d)\d(?: ?\d){12,18}(?!\d)", re.ASCII), card)
"""A card as it is read from pixels, where spaces are easily lost."""


def _mixed(text: str) -> int:
    """Count a line only that has capitals, small letters and digits, as random ones do."""
    kinds = (str.isupper, str.islower, str.isdigit)
    return len(text) if all(any(map(kind, text)) for kind in kinds) else 0


KEY_BODY: Final = Shape(
    PRIVATE_KEY, re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{48,76}={0,2}(?![\w+/=-])"), _mixed
)
"""A line of the inside of a key: a picture need not show the first one."""


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


class Words:
    """Finds words of a list, however they are written, as words of their own.

    At each place only those are tried that begin with the same two characters.
    """

    def __init__(self, listed: Iterable[str]) -> None:
        by_start: dict[str, list[str]] = {}
        for word in sorted(listed, key=len, reverse=True):
            by_start.setdefault(_start(word), []).append(
                r"\s{1,4}".join(map(re.escape, word.split()))
            )
        self._by_start = {
            start: re.compile(rf"(?:{'|'.join(some)})(?!\w)", re.IGNORECASE)
            for start, some in by_start.items()
        }

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where a word of the list stands, from left to right."""
        at = 0
        while place := _BEGINS.search(text, at):
            at = place.start() + 1
            for start in (_start(text[at - 1 : at + 1]), _start(text[at - 1])):
                shape = self._by_start.get(start)
                if shape is not None and (found := shape.match(text, at - 1)):
                    yield Span(found.start(), found.end(), WORD)
                    at = found.end()
                    break


def _start(word: str) -> str:
    """Return the first two characters as case does not matter, and one space is any."""
    return "".join(
        " " if c.isspace() else _AS_ONE.get(c, c.casefold()[:1]) for c in word[:2]
    ).rstrip()


def words(listed: Iterable[str]) -> tuple[Finder, ...]:
    """Return what finds these words; raises EpisodeError when they are too many."""
    known = {w.strip() for w in listed if w.strip()}
    if len(known) > MOST_WORDS:
        raise EpisodeError(f"{len(known):,} words are more than can be looked for.")
    return (Words(known),) if known else ()


def found_in(text: str, finders: Sequence[Finder]) -> list[Span]:
    """Return all secret and personal spans of a text; they may overlap."""
    return secrets(text, finders)


def betrayed(pieces: Iterable[tuple[str, str]]) -> set[str]:
    """Return what has to go wherever it stands, for it was found: (name of the shape, text).

    ``anna.moser@…`` also gives away "Anna Moser".
    """
    out: set[str] = set()
    for name, text in pieces:
        if name not in {MAIL, USER, PHONE} or len(text) < LEAST:
            continue
        out.add(text)
        person = text.rpartition("@")[0] or text
        if name in {MAIL, USER} and (both := _NAMED.fullmatch(person)):
            first, last = both.groups()
            out |= {person, f"{first} {last}", f"{last} {first}", f"{last}, {first}"}
    return out
