"""How good an episode is to learn from, as a number and the shares it is made of. Pure.

Each is a share between 0 and 1 of what ought to be there, and the score is the product of four:
what lacks half of its pictures is worth half. It says nothing about how well somebody works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.action import ActionKind
from nodreel.events import SECOND, Button, Gap, Move, Scroll, Withheld

if TYPE_CHECKING:
    from nodreel.export.source import Source

_STALE: Final = 60 * SECOND  # a picture that old says little of what was seen
_NOTHING_DONE: Final = frozenset({ActionKind.WAIT, ActionKind.SWITCH})


@dataclass(frozen=True, slots=True)
class Quality:
    """The shares of an episode.

    ``seen``: actions with a picture before them, not older than a minute. ``sure``: actions of
    which no part was inferred. ``inside``: pointer events that lie on the screen. ``whole``: the
    time in which nothing is missing. ``told``: texts whose characters are known; it is no part of
    the score, since that is what was agreed to, and no flaw.
    """

    seen: float
    sure: float
    inside: float
    whole: float
    told: float

    @property
    def score(self) -> float:
        """The first four together, to four places."""
        return round(self.seen * self.sure * self.inside * self.whole, 4)


def quality(source: Source) -> Quality:
    """Return how good a recording is; one without a deed has nothing seen, and so no worth."""
    deeds = [a for a in source.actions if a.kind not in _NOTHING_DONE]
    texts = [a for a in deeds if a.kind is ActionKind.TYPE]
    pointer = sum(isinstance(e, Button | Move | Scroll) for e in source.events)
    missing = sum(e.until - e.t for e in source.events if isinstance(e, Gap | Withheld))
    length = source.episode.length
    return Quality(
        seen=_share(sum(_seen(a.before, a.start) for a in deeds), len(deeds), 0.0),
        sure=_share(sum(a.sure for a in deeds), len(deeds), 1.0),
        inside=_share(pointer, pointer + source.outside, 1.0),
        whole=_share(max(0, length - missing), length, 1.0),
        told=_share(sum(a.text is not None for a in texts), len(texts), 1.0),
    )


def _seen(before: int | None, start: int) -> bool:
    return before is not None and start - before <= _STALE


def _share(part: int, whole: int, empty: float) -> float:
    return round(part / whole, 4) if whole else empty
