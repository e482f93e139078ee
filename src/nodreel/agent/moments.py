"""The ledger of every second in plain words, neighbours that say the same put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from nodreel.events import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.agent.coverage import Span
    from nodreel.clock import WallNanos

RECORDED: Final = "Recorded."
TEST: Final = "Recorded for a test only, which nobody but you could open."
IDLE: Final = "Nothing happened, so there was nothing to record."
PAUSED: Final = "Not recorded: you had paused or stopped nodreel."
NOT: Final = {
    "grant": "Not recorded: there was no valid yes of yours.",
    "policy": "Not recorded: the policy did not stay within what you agreed to, or was suspended.",
    "disk": "Not recorded: the disk was full or broken.",
    "senses": "Not recorded: the desktop was not open to nodreel.",
    "sign": "Not recorded: the recording sign was not in full view.",
    "session": "Not recorded: your session was locked or not in front.",
    "remote": "Not recorded: the desktop could be seen or controlled from elsewhere.",
    "context": "Not recorded: what was in front is not designated.",
}
_CLOSE: Final = SECOND // 2  # a gap in the ledger's own wall times this short is rounding


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time during which one sentence held."""

    start: WallNanos
    end: WallNanos
    state: str
    sentence: str


def told(span: Span) -> str:
    """Return what a span means, in one sentence."""
    if span.state == "recorded":
        return f"{RECORDED} {span.says}".strip()
    if span.state == "test":
        return f"{TEST} {span.says}".strip()
    if span.state == "idle":
        return IDLE
    if span.state == "paused":
        return PAUSED
    if span.state == "blocked":
        return f"Not recorded: {span.says}" if span.says else NOT.get(span.why, "Not recorded.")
    return f"Not recorded: {span.why or 'nobody knows why'}."


def around(spans: Iterable[Span], since: WallNanos, until: WallNanos) -> list[Stretch]:
    """Return what held between two wall times (whole spans), as few stretches as possible."""
    out: list[Stretch] = []
    for span in spans:
        if span.end <= since or span.start >= until:
            continue
        new = Stretch(span.start, span.end, span.state, told(span))
        last = out[-1] if out else None
        same = last is not None and (last.state, last.sentence) == (new.state, new.sentence)
        if last is not None and same and abs(new.start - last.end) <= _CLOSE:
            out[-1] = replace(last, end=new.end)
        else:
            out.append(new)
    return out
