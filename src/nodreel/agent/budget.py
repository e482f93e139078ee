"""What the person lets nodreel use of the machine: one number in a small file of their own."""

from __future__ import annotations

import logging
import math
import tomllib
from typing import TYPE_CHECKING, Final

from nodreel.agent.governor import Budget
from nodreel.errors import StoreError
from nodreel.host.owned import read_owned

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

NAME: Final = "preferences.toml"
LARGEST: Final = 16 * 1024
LEAST, MOST = 0.5, 100.0  # percent of one core


def read_budget(folder: Path) -> Budget:
    """Read ``[budget] cpu_percent`` of ``preferences.toml``; without it, or with nonsense, ours."""
    try:
        raw = read_owned(folder / NAME, limit=LARGEST, owners=None, folders=None)
        wanted = tomllib.loads(raw.decode()).get("budget", {})["cpu_percent"]
    except (FileNotFoundError, KeyError):
        return Budget()
    except (StoreError, ValueError, AttributeError, TypeError) as error:
        log.warning("preferences: %s", type(error).__name__)
        return Budget()
    number = isinstance(wanted, int | float) and not isinstance(wanted, bool)
    if not number or not math.isfinite(wanted):
        log.warning("preferences: cpu_percent is not a number")
        return Budget()
    return Budget(min(MOST, max(LEAST, float(wanted))))
