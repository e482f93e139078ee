"""How sparingly to record, so that the machine stays quick: decided from what was measured. Pure.

It gives up in this order: frame rate, frames that are not next to an action, pointer detail. Keys
and clicks never. Down a step takes two measurements in a row above the budget, up again a minute
well below it, so that it does not swing. What surrounds it counts at once: a battery, little
memory, heat. Where the machine is about to fail, nothing is recorded at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.events import Sparing

if TYPE_CHECKING:
    from nodreel.host.load import Surroundings

STEPS: Final = tuple(Sparing)  # from nothing spared to most
OVER: Final = 2  # measurements in a row
CALM: Final = 6
STIRRED: Final = 0.3  # percent of a core: more than at rest, less than any work
LOW_BATTERY: Final = 0.15
EMPTY_BATTERY: Final = 0.05
TIGHT: Final = 10.0  # percent of the last 10 s in which something waited for memory
CHOKING: Final = 20.0  # percent in which everything did

REASONS: Final = {
    "cpu": "nodreel itself used more of the processor than it may",
    "battery": "the machine runs on its battery",
    "memory": "the machine is short of memory",
    "heat": "the machine is hot",
}


@dataclass(frozen=True, slots=True)
class Budget:
    """What nodreel's processes may use: percent of one core, over ten seconds."""

    cpu_percent: float = 6.0


class Governor:
    """Told a measurement every ten seconds; ``sparing`` says what to give up, ``why`` for what."""

    def __init__(self, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        self._step = self._over = self._calm = 0
        self.sparing = Sparing.NOTHING
        self.why = ""
        self.unwilling: str | None = None

    def weigh(self, cpu_percent: float, around: Surroundings) -> None:
        """Decide anew. ``cpu_percent``: what all our processes used of one core since last time."""
        self._step_by(cpu_percent)
        asked = {
            "cpu": self._step,
            "battery": 0 if around.battery is None else 2 if around.battery < LOW_BATTERY else 1,
            "memory": 2 if around.pressure >= TIGHT else 0,
            "heat": 2 if around.hot else 0,
        }
        why = max(asked, key=lambda name: asked[name])
        self.sparing = STEPS[asked[why]]
        self.why = REASONS[why] if asked[why] else ""
        self.unwilling = _unwilling(around)

    def _step_by(self, cpu_percent: float) -> None:
        allowed = self._budget.cpu_percent
        self._over = self._over + 1 if cpu_percent > allowed else 0
        self._calm = self._calm + 1 if cpu_percent < allowed / 2 else 0
        if self._over >= OVER:
            self._step, self._over = min(self._step + 1, len(STEPS) - 1), 0
        elif self._calm >= CALM:
            self._step, self._calm = max(self._step - 1, 0), 0

    @property
    def words(self) -> str:
        """Say in a few words what is given up and why; empty for nothing."""
        return f"{self.sparing}, because {self.why}" if self.why else ""


def _unwilling(around: Surroundings) -> str | None:
    if around.stalled >= CHOKING:
        return (
            "The machine hardly runs for want of memory; recording goes on when it has recovered."
        )
    if around.battery is not None and around.battery < EMPTY_BATTERY:
        return "The battery is nearly empty; recording goes on when it charges."
    return None
