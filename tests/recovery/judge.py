"""Compares actions with what was done: for each kind precision, recall and F1. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from nodreel.action import ActionKind, Settings
from nodreel.action.keysyms import name_of
from nodreel.events import MILLISECOND
from tests.action.lines import keysym, write
from tests.recovery.player import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.action import Action
    from nodreel.events import Gap
    from tests.bed.injector import Sent
    from tests.recovery.player import Truth

SLACK = 300 * MILLISECOND  # a focus is told a little after the keys that brought it
NEAR = 1  # pixel
LONG = Settings().wait_ms * MILLISECOND
HARDLY = 50 * MILLISECOND  # so near to it, and which side it is on is not known
BY_THE_WAY = frozenset({"end", "alt"})  # keys the player presses to get to where a deed begins


@dataclass
class Score:
    """What was found, missed and made up, by kind."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    unrecorded: int = 0  # deeds in gaps: the recording itself says that it lacks something there
    untold: int = 0  # texts of which the recorder kept only how long they are, and says so

    def add(self, other: Score) -> None:
        """Take in what another one counted."""
        self.found += other.found
        self.missed += other.missed
        self.invented += other.invented
        self.unrecorded += other.unrecorded
        self.untold += other.untold

    def f1(self, kind: str) -> float:
        right = 2 * self.found[kind]
        total = right + self.missed[kind] + self.invented[kind]
        return right / total if total else 1.0

    @property
    def kinds(self) -> list[str]:
        return sorted({*self.found, *self.missed, *self.invented})

    def table(self) -> str:
        """Return one line for each kind."""
        rows = [
            f"{kind:13} found {self.found[kind]:4} missed {self.missed[kind]:3}"
            f" invented {self.invented[kind]:3} F1 {self.f1(kind):.4f}"
            for kind in self.kinds
        ]
        return "\n".join(rows)


def judge(
    actions: Sequence[Action], start: int, truth: Sequence[Truth], sent: Sequence[Sent],
    gaps: Sequence[Gap] = (),
) -> Score:  # fmt: skip
    """Match each deed with one action of its kind in its time; ``start``: the episodes' zero.

    ``sent`` is what the hands did: where they rested, somebody waited, planned or not. ``gaps``
    are what the recording says it lacks: what was done there it need not know.
    """
    score, left = Score(), [a for a in actions if a.kind is not ActionKind.WAIT]
    holes = [(start + gap.t - SLACK, start + gap.until + SLACK) for gap in gaps]
    for deed in truth:
        kind = deed.deed.kind.value
        if deed.deed.kind is ActionKind.WAIT:
            continue
        if any(deed.began < until and deed.ended > since for since, until in holes):
            score.unrecorded += 1
            there = [a for a in left if during(a, start, deed)]
            left = [a for a in left if a not in there]
            continue
        there = [a for a in left if during(a, start, deed)]
        right = next((a for a in there if says(a, deed)), None)
        if right is None:
            score.missed[kind] += 1
            ms = [(t - start) // MILLISECOND for t in (deed.began, deed.ended)]
            told = [write(a)[:300] for a in there]
            score.remarks.append(f"missed {ms} {deed.app} {deed.deed} {deed.text!r}: {told}")
        else:
            score.found[kind] += 1
            score.untold += right.kind is ActionKind.TYPE and right.text is None
            left.remove(right)
    for action in left:
        at = start + action.start
        if by_the_way(action) or not truth or not truth[0].began <= at <= truth[-1].ended:
            continue
        score.invented[action.kind.value] += 1
        score.remarks.append(f"invented {write(action)}")
    if truth:
        own = [s for s in sent if truth[0].began <= s.before and s.after <= truth[-1].ended]
        _judge_waits([a for a in actions if a.kind is ActionKind.WAIT], start, own, holes, score)
    return score


def _judge_waits(
    waits: Sequence[Action], start: int, sent: Sequence[Sent], holes: Sequence[tuple[int, int]],
    score: Score,
) -> None:  # fmt: skip
    """Compare waits with the rests of the hands, which know no plan and no recorder.

    After a switch the app in front is waited for, which comes a little later than the keys.
    """
    kind, left = ActionKind.WAIT.value, list(waits)
    for a, b in pairwise(sent):
        if b.after - a.before < LONG - HARDLY:
            continue
        there = [w for w in left if _rests(w, start, a, b)]
        left = [w for w in left if w not in there]
        if there:
            score.found[kind] += 1
        elif any(a.after < until and b.before > since for since, until in holes):
            score.unrecorded += 1
        elif b.before - a.after >= LONG + SLACK:
            score.missed[kind] += 1
            score.remarks.append(f"missed a wait of {(b.before - a.after) // MILLISECOND} ms")
    for wait in left:
        if sent and sent[0].before <= start + wait.start and start + wait.end <= sent[-1].after:
            score.invented[kind] += 1
            score.remarks.append(f"invented {write(wait)}")


def _rests(wait: Action, start: int, a: Sent, b: Sent) -> bool:
    """Whether a wait is the rest between two things that the hands did one after the other."""
    begins, ends = start + wait.start, start + wait.end
    return a.before - HARDLY <= begins and abs(ends - b.after) <= HARDLY + (b.after - b.before)


def during(action: Action, start: int, truth: Truth) -> bool:
    """Whether an action began in the time of a deed."""
    return truth.began - SLACK <= start + action.start <= truth.ended + SLACK


def by_the_way(action: Action) -> bool:
    return action.kind is ActionKind.KEY and set(action.keys) <= BY_THE_WAY


def says(action: Action, truth: Truth) -> bool:
    """Whether an action says of a deed what it has to.

    A text that the recorder was not sure it may keep (the field was not known yet) has its length;
    where it may not tell which keys they were, a dead key counts as one more character.
    """
    deed = truth.deed
    if action.kind is not deed.kind or action.app != truth.app:
        return False
    if truth.x is not None and truth.y is not None:
        near = abs((action.x or 0) - truth.x) <= NEAR and abs((action.y or 0) - truth.y) <= NEAR
        if not near:
            return False
    keys = tuple(name_of(keysym(k), None) for k in deed.keys)
    text = truth.text if truth.confirmed else plain(deed.text)
    return {
        ActionKind.TYPE: text == action.text
        or (action.text is None and len(text) <= action.length <= len(text) + truth.dead),
        ActionKind.HOTKEY: action.keys == keys,
        ActionKind.KEY: action.keys == keys,
        ActionKind.SELECT: action.names == deed.names,
        ActionKind.SCROLL: (action.dx, action.dy) == (0, deed.notches),
    }.get(deed.kind, True)
