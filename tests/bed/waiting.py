"""Waiting for a condition instead of sleeping."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class BedError(Exception):
    """The test desktop could not be made, or something waited for never came."""


PATIENCE = 8.0 if os.environ.get("NODREEL_LAWS") == "mutant" else 60.0
"""Seconds; waiting that long means failing, so that a busy machine has time to start an agent. A
mutant's test waits in vain for what its guard would have brought about."""


def wait_for(condition: Callable[[], T | None], what: str, timeout: float = PATIENCE) -> T:
    """Ask again and again until the answer is neither None nor False; return it."""
    end = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer is not None and answer is not False:
            return answer
        if time.monotonic() > end:
            raise BedError(f"waited {timeout:g} s in vain for {what}")
        time.sleep(0.005)
