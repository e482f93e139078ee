"""A secret shape: a pattern that takes time linear in the text, and a check of what it found.

Every repetition is bounded, and nothing that is repeated can read the same text in two ways. A
check that says no makes the search go on one character later: no wrong beginning hides a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Span:
    """Where a shape stands in a text, end exclusive, and which it is."""

    start: int
    end: int
    name: str


class Finder(Protocol):
    """What knows a secret when it reads one."""

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where it stands in ``text``, from left to right."""


@dataclass(frozen=True, slots=True)
class Shape:
    """``check`` gets what the pattern found and returns how much of it counts, 0 for nothing."""

    name: str
    pattern: re.Pattern[str]
    check: Callable[[str], int] = len

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where the shape stands in ``text``, from left to right."""
        at = 0
        while found := self.pattern.search(text, at):
            counts = self.check(found.group())
            if counts:
                yield Span(found.start(), found.start() + counts, self.name)
            at = found.start() + max(counts, 1)
