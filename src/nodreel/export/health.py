"""What is good and what is doubtful in a recording, before anybody trains on it. Pure.

Finding nothing is no proof: canaries are only found where they stand as text, not in pictures.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from nodreel.action import ActionKind
from nodreel.events import SECOND, Button, Element, Focus, Gap, Key, KeyClass, Note, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nodreel.export.source import Source

_STALE = 60 * SECOND  # a frame before an action that is older says little of what was seen
_MANY = 0.05  # that share of actions may lack something before it is called bad


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at; ``count`` is how many were bad, or simply how many."""

    name: str
    mark: Literal["ok", "bad", "note"]
    count: int
    sentence: str


def examine(source: Source, canaries: Iterable[str] = ()) -> Iterator[Sign]:
    """Yield what was found, one sign for each question, in the same order each time."""
    yield _coverage(source)
    yield _order(source)
    yield _signed(source)
    outside = source.outside
    yield _judged("bounds", outside, 1, f"{outside} pointer events lie outside the screen.")
    yield from _frames(source)
    yield _modifiers(source)
    yield _pairs(source)
    yield _twins(source)
    yield _balance(source)
    yield _inferred(source)
    leaks = _leaks(source, list(canaries))
    yield _judged("canaries", len(leaks), 1, f"{len(leaks)} texts hold a canary.")


def _judged(name: str, count: int, most: float, sentence: str) -> Sign:
    return Sign(name, "ok" if count < most else "bad", count, sentence)


def _coverage(source: Source) -> Sign:
    spans = [e for e in source.events if isinstance(e, Gap | Withheld)]
    missing = sum(e.until - e.t for e in spans) / SECOND
    total = source.episode.length / SECOND
    return Sign(
        "coverage", "note", len(spans),
        f"{total:.0f} s, of which {missing:.0f} s in {len(spans)} gaps or withheld spans.",
    )  # fmt: skip


def _order(source: Source) -> Sign:
    late = sum(b.t < a.t for a, b in pairwise(source.events))
    late += sum(b < a for a, b in pairwise(source.frames))
    after = sum(e.t > source.episode.length for e in source.events)
    said = f"{late} events or frames are out of order, {after} later than the end."
    return _judged("time", late + after, 1, said)


def _signed(source: Source) -> Sign:
    damage = source.episode.damage
    return _judged("damage", len(damage), 1, f"{len(damage)} parts could not be read.")


def _frames(source: Source) -> Iterator[Sign]:
    deeds = [a for a in source.actions if a.kind is not ActionKind.WAIT]
    most = max(1.0, _MANY * len(deeds))
    none = sum(a.before is None for a in deeds)
    yield _judged("frames", none, most, f"{none} of {len(deeds)} actions have no frame before.")
    old = sum(a.before is not None and a.start - a.before > _STALE for a in deeds)
    yield Sign("stale", "note", old, f"{old} have one that is older than a minute (nothing moved).")


def _modifiers(source: Source) -> Sign:
    """Shortcuts of which the modifier key itself was never seen going down."""
    held: set[int | None] = set()
    lacking = 0
    for event in source.events:
        if isinstance(event, Gap):
            held.clear()
        if not isinstance(event, Key):
            continue
        if event.key_class is KeyClass.MODIFIER:
            held = held | {event.keycode} if event.press else held - {event.keycode}
        elif event.press and event.key_class is KeyClass.SHORTCUT:
            lacking += not held
    said = f"{lacking} shortcuts lack the key that was held for them."
    return _judged("modifiers", lacking, 1, said)


def _pairs(source: Source) -> Sign:
    """Presses that never came up, or came up twice."""
    down: Counter[tuple[str, int | None]] = Counter()
    for event in source.events:
        if isinstance(event, Key | Button) and not (isinstance(event, Key) and not event.keycode):
            what = event.keycode if isinstance(event, Key) else event.button
            down[type(event).__name__, what] += 1 if event.press else -1
    odd = sum(map(abs, down.values()))
    return Sign("pairs", "note", odd, f"{odd} presses or releases have no other half.")


def _twins(source: Source) -> Sign:
    twins = sum(a == b for a, b in pairwise(source.events))
    return _judged("duplicates", twins, 1, f"{twins} events stand there twice.")


def _balance(source: Source) -> Sign:
    counted = Counter(a.kind.value for a in source.actions)
    said = ", ".join(f"{count} {kind}" for kind, count in counted.most_common())
    return Sign("balance", "note", len(source.actions), f"{len(source.actions)} actions: {said}.")


def _inferred(source: Source) -> Sign:
    count = sum(not a.sure for a in source.actions)
    return Sign("inferred", "note", count, f"{count} actions are in part inferred.")


def _leaks(source: Source, canaries: Sequence[str]) -> list[str]:
    words = [c.casefold() for c in canaries if c]
    texts = [text for text in _texts(source) if text]
    return [text for text in texts if any(word in text.casefold() for word in words)]


def _texts(source: Source) -> Iterator[str | None]:
    for event in source.events:
        if isinstance(event, Focus):
            yield from (event.title, event.address)
        elif isinstance(event, Element):
            yield from (event.name, *event.path)
        elif isinstance(event, Note):
            yield event.text
    for action in source.actions:
        yield action.text
