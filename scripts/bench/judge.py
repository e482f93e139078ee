"""What of the deeds was recorded, and how exactly: events kept, times, frames, bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodreel import open_episode
from nodreel.events import MILLISECOND, Button, Key, Move, Nanos, Scroll
from tests.bed.injector import BUTTON_PRESS, BUTTON_RELEASE, KEY_PRESS, KEY_RELEASE, MOTION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nodreel.episode.part import Part
    from tests.bed.injector import Sent

WHEEL = range(4, 8)
INPUT = (Key, Button, Scroll, Move)


def parts(episodes: Sequence[Path], identity: Path) -> list[Part]:
    return [part for path in episodes for part in open_episode(path, identity=identity).parts]


def events(opened: Sequence[Part]) -> list[tuple[int, Any]]:
    """Return (CLOCK_MONOTONIC ns, event) of all that was recorded, in order."""
    found: list[tuple[int, Any]] = []
    for part in opened:
        start = part.local.mono if part.local else Nanos(0)
        for seq in part.numbers():
            found += [(start + event.t, event) for event in part.events(seq)]
    return sorted(found, key=lambda item: item[0])


def _name(event: object) -> str:
    match event:
        case Key():
            return "keys"
        case Button():
            return "buttons"
        case Scroll():
            return "scrolls"
        case Move():
            return "moves"
    return ""


def _sort(sent: Sent) -> str:
    if sent.kind in {KEY_PRESS, KEY_RELEASE}:
        return "keys"
    if sent.kind == BUTTON_PRESS and sent.detail in WHEEL:
        return "scrolls"
    if sent.kind in {BUTTON_PRESS, BUTTON_RELEASE} and sent.detail not in WHEEL:
        return "buttons"
    return "moves" if sent.kind == MOTION else ""


def compare(recorded: list[tuple[int, Any]], sent: Sequence[Sent]) -> dict[str, Any]:
    """Say how many of each sort were sent and recorded, and how far times are off (in ms).

    An event has no error while its time lies between the sending and the server's answer.
    """
    counts: dict[str, list[int]] = {}
    errors: list[float] = []
    low, high = sent[0].before, sent[-1].after
    for name in ("keys", "buttons", "scrolls", "moves"):
        given = [s for s in sent if _sort(s) == name]
        had = [t for t, e in recorded if _name(e) == name and low - 10**9 < t < high + 10**9]
        counts[name] = [len(had), len(given)]
        if name != "moves" and len(had) == len(given):
            errors += [
                max(0, s.before - t, t - s.after) / MILLISECOND
                for s, t in zip(given, had, strict=True)
            ]
    errors.sort()
    p99 = errors[int(0.99 * (len(errors) - 1))] if errors else None
    return {"recorded_of_sent": counts, "time_error_p99_ms": p99 and round(p99, 2)}


def frames(opened: Sequence[Part]) -> int:
    return sum(1 for part in opened for seq in part.numbers() for _ in part.frames(seq))
