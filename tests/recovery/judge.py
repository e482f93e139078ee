"""Compares actions with what was done: for each kind precision, recall and F1. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodreel.action import ActionKind
from nodreel.action.keysyms import name_of
from nodreel.events import MILLISECOND
from tests.action.lines import keysym, write
from tests.recovery.player import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.action import Action
    from tests.recovery.player import Truth

SLACK = 300 * MILLISECOND  # a focus is told a little after the keys that brought it
NEAR = 1  # pixel
BY_THE_WAY = frozenset({"end", "alt"})  # keys the player presses to get to where a deed begins


@dataclass
class Score:
    """What was found, missed and made up, by kind."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    invented: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

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


def judge(actions: Sequence[Action], start: int, truth: Sequence[Truth]) -> Score:
    """Match each deed with one action of its kind in its time; ``start``: the episodes' zero."""
    score, left = Score(), list(actions)
    for deed in truth:
        kind = deed.deed.kind.value
        there = [a for a in left if during(a, start, deed)]
        right = next((a for a in there if says(a, deed)), None)
        if right is None:
            score.missed[kind] += 1
            ms = [(t - start) // MILLISECOND for t in (deed.began, deed.ended)]
            told = [write(a)[:300] for a in there]
            score.remarks.append(f"missed {ms} {deed.app} {deed.deed} {deed.text!r}: {told}")
        else:
            score.found[kind] += 1
            left.remove(right)
    for action in left:
        at = start + action.start
        if by_the_way(action) or not truth or not truth[0].began <= at <= truth[-1].ended:
            continue
        score.invented[action.kind.value] += 1
        score.remarks.append(f"invented {write(action)}")
    return score


def during(action: Action, start: int, truth: Truth) -> bool:
    """Whether an action began in the time of a deed; a wait begins where the last deed ended."""
    earliest = start + (action.end if action.kind is ActionKind.WAIT else action.start)
    return truth.began - SLACK <= earliest <= truth.ended + SLACK


def by_the_way(action: Action) -> bool:
    return action.kind is ActionKind.KEY and set(action.keys) <= BY_THE_WAY


def says(action: Action, truth: Truth) -> bool:
    """Whether an action says of a deed what it has to."""
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
        ActionKind.TYPE: action.text == text,
        ActionKind.HOTKEY: action.keys == keys,
        ActionKind.KEY: action.keys == keys,
        ActionKind.SELECT: action.names == deed.names,
        ActionKind.SCROLL: (action.dx, action.dy) == (0, deed.notches),
    }.get(deed.kind, True)
