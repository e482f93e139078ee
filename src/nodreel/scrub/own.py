"""A policy's own shapes of secrets: RE2, in time linear to the text and with bounded memory.

They are known whole only: what begins one cannot be told from the pattern. Of one that is typed
more slowly than the hold-back lasts, all but what was typed within it stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.policy.patterns import compiled
from nodreel.scrub.shape import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nodreel.policy import SecretPattern

_HALVES = re.compile("[\ud800-\udfff]")  # half characters have no bytes to be searched


@dataclass(frozen=True, slots=True)
class Own:
    """One pattern of the policy, compiled."""

    name: str
    pattern: re.Pattern[str]

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where it stands in ``text``, from left to right; what is empty does not count."""
        for found in self.pattern.finditer(_HALVES.sub("\ufffd", text)):
            if found.end() > found.start():
                yield Span(found.start(), found.end(), self.name)


def own_shapes(patterns: Iterable[SecretPattern]) -> tuple[Own, ...]:
    """Return what finds them. Raises ValueError for one that RE2 does not take."""
    return tuple(Own(own.name, compiled(own.pattern)) for own in patterns)
