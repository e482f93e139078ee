"""What was planted, when, and whether it was really there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bed.injector import Sent
    from tests.canary.corpus import Canary, Patch
    from tests.canary.kept import Deed


@dataclass(frozen=True, slots=True)
class Planted:
    """A canary that an app confirmed; ``keys`` are the presses of its core, if it was typed.

    ``more`` are the presses around them: Shift, slips and what took them back.
    """

    canary: Canary
    t: int
    keys: tuple[Sent, ...] = ()
    more: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposed:
    """One exposure: from when to when something of that channel was there (monotonic ns)."""

    channel: str
    t: int
    until: int


@dataclass
class Log:
    """Grows while the campaign plays."""

    planted: list[Planted] = field(default_factory=list)
    shown: dict[int, int] = field(default_factory=dict)  # colour -> most pixels seen on the screen
    patches: dict[int, Patch] = field(default_factory=dict)
    exposures: list[Exposed] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    markers: dict[str, Patch] = field(default_factory=dict)  # what pictures have to show, by name
    failures: list[str] = field(default_factory=list)  # parts that could not be played to the end
    again: list[str] = field(default_factory=list)  # what had to be done once more, and why

    def exposure_at(self, t: int) -> Exposed | None:
        """Return the exposure in which ``t`` lies."""
        return next((e for e in self.exposures if e.t <= t <= e.until), None)


def stopped_for_others(coverage: str, since: int) -> bool:
    """Whether recording stopped after ``since`` (ns) because somebody elsewhere might look in.

    That is so when another test of the same person starts such a program; ``coverage`` is the log.
    """
    rows = [json.loads(line) for line in coverage.splitlines()]
    return any((row["state"], row["why"]) == ("blocked", "remote") and row["to"] > since
               for row in rows)  # fmt: skip
