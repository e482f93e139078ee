"""Compares what was recorded with what was done. Pure: events and deeds in, figures out.

An episode's times count from its start, which it does not tell (it would give away the time of
day); where it lies on the injector's clock is found from the events themselves.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND, Button, Key, Move, Scroll
from tests.demo.truth import Deed, What, Whose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nodreel.events import Event

Input = Key | Button | Scroll | Move
REACH = 15 * MILLISECOND  # how far from its deed an event may lie and still be taken for it
BIN = 5 * MILLISECOND
NAMES = {What.KEY: "keys", What.BUTTON: "clicks", What.SCROLL: "scrolls", What.MOVE: "moves"}


@dataclass(slots=True)
class Verdict:
    """``matched`` maps the number of a deed to the recorded event (with its absolute time)."""

    injected: Counter[str] = field(default_factory=Counter)
    recorded: Counter[str] = field(default_factory=Counter)
    foreign: list[Input] = field(default_factory=list)
    missed: list[Deed] = field(default_factory=list)
    wrong_app: int = 0
    unpaired: int = 0
    errors: list[int] = field(default_factory=list)  # ns outside of the injector's interval
    matched: dict[int, int] = field(default_factory=dict)  # deed -> time on the injector's clock
    starts: list[int] = field(default_factory=list)

    @property
    def time_error_p99_ms(self) -> float | None:
        """How far recorded times lie outside of what the injector knows: 99th percentile."""
        if not self.errors:
            return None
        ordered = sorted(self.errors)
        return round(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] / MILLISECOND, 3)


def what_of(event: Input) -> What:
    match event:
        case Key():
            return What.KEY
        case Button():
            return What.BUTTON
        case Scroll():
            return What.SCROLL
        case Move():
            return What.MOVE


def fits(event: Input, deed: Deed) -> bool:
    """Whether that event can be the record of that deed, time apart."""
    match event:
        case Key():
            same = event.keycode is None or event.keycode == deed.detail
            return deed.what is What.KEY and same and event.press == deed.press
        case Button():
            same = (event.button, event.press) == (deed.detail, deed.press)
            return deed.what is What.BUTTON and same and (event.x, event.y) == (deed.x, deed.y)
        case Scroll():
            same = (event.dx, event.dy) == (0, deed.detail)
            return deed.what is What.SCROLL and same and (event.x, event.y) == (deed.x, deed.y)
        case Move():
            return deed.what is What.MOVE and (event.x, event.y) == (deed.x, deed.y)


def find_start(events: Sequence[Input], deeds: Sequence[Deed]) -> int | None:
    """Return the injector's time at which the episode began, None when nothing matches."""
    votes: Counter[int] = Counter()
    marks = [e for e in events if not isinstance(e, Move)] or list(events)
    for event in marks:
        for deed in deeds:
            if fits(event, deed):
                votes[(deed.before - event.t) // BIN] += 1
    if not votes:
        return None
    best = max(votes, key=lambda place: votes[place - 1] + votes[place] + votes[place + 1])
    low, high = (best - 1) * BIN, (best + 2) * BIN
    middles = sorted(
        start
        for event in marks
        for deed in deeds
        if fits(event, deed) and low <= (start := (deed.before + deed.after) // 2 - event.t) < high
    )
    return middles[len(middles) // 2]


def judge(episodes: Iterable[Sequence[Event]], deeds: Sequence[Deed]) -> Verdict:
    """Match each episode's input events with the deeds, each deed and event at most once."""
    verdict = Verdict()
    ordered = sorted(range(len(deeds)), key=lambda n: deeds[n].before)
    befores = [deeds[n].before for n in ordered]
    afters = [deeds[n].after for n in ordered]  # in order too: one deed ends before the next begins
    open_deeds = set(ordered)
    for episode in episodes:
        events = [e for e in episode if isinstance(e, Input)]
        real = [e for e in events if not (isinstance(e, Key | Button) and e.released_unseen)]
        start = find_start(real, deeds)
        verdict.starts.append(start if start is not None else 0)
        verdict.unpaired += unpaired(events)
        if start is None:
            verdict.foreign += real
            continue
        for event in sorted(real, key=says_little):  # who says most chooses first
            at = event.t + start
            near = ordered[bisect_left(afters, at - REACH) : bisect_right(befores, at + REACH)]
            fitting = [n for n in near if n in open_deeds and fits(event, deeds[n])]
            if not fitting:
                verdict.foreign.append(event)
                continue
            nearest = min(fitting, key=lambda n: outside(at, deeds[n]))
            open_deeds.discard(nearest)
            _count(verdict, event, deeds[nearest], nearest, at)
    verdict.missed = [
        deed for n, deed in enumerate(deeds) if deed.whose is Whose.OURS and n in open_deeds
    ]
    for press, release in whole(deeds):
        name = NAMES[deeds[press].what]
        verdict.injected[name] += 1
        complete = press not in open_deeds and (release is None or release not in open_deeds)
        verdict.recorded[name] += complete
    return verdict


def says_little(event: Input) -> bool:
    """Tell whether an event fits more than one deed done at about the same time."""
    return isinstance(event, Key) and event.keycode is None


def outside(at: int, deed: Deed) -> int:
    """How far a time lies outside of the interval in which the deed was done, in ns."""
    return max(0, deed.before - at, at - deed.after)


def _count(verdict: Verdict, event: Input, deed: Deed, number: int, at: int) -> None:
    verdict.matched[number] = at
    verdict.errors.append(outside(at, deed))
    if deed.whose is Whose.THEIRS:
        verdict.foreign.append(event)
    elif deed.whose is Whose.OURS:
        verdict.wrong_app += event.app != deed.app


def whole(deeds: Sequence[Deed]) -> Iterator[tuple[int, int | None]]:
    """Yield what is ours: (number of the press, of its release); notches and moves have none."""
    down: dict[tuple[What, int], int] = {}
    for n, deed in enumerate(deeds):
        if deed.what in {What.SCROLL, What.MOVE}:
            if deed.whose is Whose.OURS:
                yield n, None
        elif deed.press:
            down[deed.what, deed.detail] = n
        else:
            press = down.pop((deed.what, deed.detail), None)
            if press is not None and deeds[press].whose is Whose.OURS:
                yield press, n if deed.whose is Whose.OURS else None


def unpaired(events: Sequence[Input]) -> int:
    """Count presses without a release (of any kind) and releases without a press."""
    down: Counter[tuple[str, int | None]] = Counter()
    wrong = 0
    for event in events:
        if not isinstance(event, Key | Button):
            continue
        name = ("key", event.keycode) if isinstance(event, Key) else ("button", event.button)
        if event.press:
            down[name] += 1
        elif down[name]:
            down[name] -= 1
        else:
            wrong += 1
    return wrong + sum(down.values())
