"""How much of what was done in designated places was recorded. Pure.

Privacy is cheap if nothing is recorded: this is the other half of the campaign.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND, Button, Cause, Element, Key, Scroll

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bed.injector import Sent

NEAR = 3 * MILLISECOND  # how far the server's time of an event may lie outside of the injector's
WHEEL = {4: (0, 1), 5: (0, -1), 6: (-1, 0), 7: (1, 0)}


class What(StrEnum):
    CLICK = "clicks"
    SCROLL = "scrolls"
    SHORTCUT = "shortcuts"


@dataclass(frozen=True, slots=True)
class Deed:
    """A press in a designated place; ``group``: in which program or on which page."""

    group: str
    what: What
    sent: Sent


@dataclass
class Kept:
    """Counts by group and by what it was: done and kept; and clicks that came with an element."""

    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    elements: Counter[str] = field(default_factory=Counter)
    missed: list[Deed] = field(default_factory=list)

    def share(self, groups: Iterable[str]) -> float:
        """Return the kept share of all that was done in these groups, 0 to 1; 0 if nothing was."""
        wanted = set(groups)
        done = sum(n for (group, _), n in self.done.items() if group in wanted)
        kept = sum(n for (group, _), n in self.kept.items() if group in wanted)
        return kept / done if done else 0.0

    def with_element(self, groups: Iterable[str]) -> float:
        """Return the share of kept clicks in these groups that have an element, 0 to 1."""
        wanted = set(groups)
        clicks = sum(self.kept[group, What.CLICK] for group in wanted)
        return sum(self.elements[group] for group in wanted) / clicks if clicks else 0.0


def judge(deeds: Sequence[Deed], events: Iterable[tuple[int, object]]) -> Kept:
    """Find the record of each deed; ``events`` carry absolute times in ns."""
    presses: dict[object, list[tuple[int, int]]] = defaultdict(list)
    named: list[int] = []
    for t, event in events:
        match event:
            case Button(press=True) | Key(press=True) | Scroll():
                presses[print_of(event)].append((t, event.t))
            case Element(cause=Cause.CLICK):
                named.append(event.t)
    for times in presses.values():
        times.sort()
    named.sort()
    found = Kept()
    for deed in deeds:
        kind = deed.group, deed.what
        found.done[kind] += 1
        at = take(presses[look_of(deed)], deed.sent)
        if at is None:
            found.missed.append(deed)
            continue
        found.kept[kind] += 1
        if deed.what is What.CLICK:
            found.elements[deed.group] += beside(named, at)
    return found


def print_of(event: Button | Key | Scroll) -> object:
    match event:
        case Button():
            return "button", event.button, event.x, event.y
        case Key():
            return "key", event.keycode
        case Scroll():
            return "scroll", event.dx, event.dy, event.x, event.y


def look_of(deed: Deed) -> object:
    sent = deed.sent
    match deed.what:
        case What.CLICK:
            return "button", sent.detail, sent.x, sent.y
        case What.SHORTCUT:
            return "key", sent.detail
        case What.SCROLL:
            return "scroll", *WHEEL[sent.detail], sent.x, sent.y


def take(times: list[tuple[int, int]], sent: Sent) -> int | None:
    """Take the record of that press; returns its time within its episode."""
    at = bisect_left(times, (sent.before - NEAR, 0))
    if at < len(times) and times[at][0] <= sent.after + NEAR:
        return times.pop(at)[1]
    return None


def beside(named: list[int], t: int) -> bool:
    at = bisect_left(named, t - NEAR)
    return at < len(named) and named[at] <= t + NEAR
