"""What the person lets nodreel use of the machine: one number in a small file of their own."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

from nodreel.agent.governor import Budget
from nodreel.host.preferences import preferences

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

LEAST, MOST = 0.5, 100.0  # percent of one core


def read_budget(folder: Path) -> Budget:
    """Read ``[budget] cpu_percent`` of ``preferences.toml``; without it, or with nonsense, ours."""
    table = preferences(folder, "budget")
    if "cpu_percent" not in table:
        return Budget()
    wanted = table["cpu_percent"]
    number = isinstance(wanted, int | float) and not isinstance(wanted, bool)
    if not number or not math.isfinite(wanted):
        log.warning("preferences: cpu_percent is not a number")
        return Budget()
    return Budget(min(MOST, max(LEAST, float(wanted))))
