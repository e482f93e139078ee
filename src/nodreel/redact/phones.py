"""Telephone numbers, as the plans of the countries have them (the library phonenumbers)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.errors import UnsupportedError
from nodreel.scrub.shape import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

PHONE: Final = "phone number"
_ENOUGH: Final = re.compile(r"(?:\d\D{0,3}){7}")  # digits; else the library need not look
_WRITTEN: Final = re.compile(r"\+|00|\(?0\d|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$")
"""As people write them; other numbers are numbers."""


@dataclass(frozen=True, slots=True)
class Phones:
    """Finds numbers written with a country's code, and those of ``regions`` without."""

    regions: tuple[str, ...]

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where numbers stand, from left to right. Raises UnsupportedError."""
        if not _ENOUGH.search(text):
            return
        found: set[tuple[int, int]] = set()
        for region in self.regions or (None,):
            found |= set(_numbers(text, region))
        yield from (Span(start, end, PHONE) for start, end in sorted(found))


def _numbers(text: str, region: str | None) -> Iterator[tuple[int, int]]:
    try:
        from phonenumbers import Leniency, PhoneNumberMatcher
    except ImportError as error:
        raise UnsupportedError(
            "Scrubbing needs phonenumbers, which is not installed.",
            advice="Install it with: pip install 'nodreel[scrub]'",
        ) from error
    for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
        written = match.raw_string
        if _WRITTEN.match(written):
            yield match.start, match.end
