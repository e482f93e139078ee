"""Stops a process for a while now and then, as a machine does that has too much to do."""

from __future__ import annotations

import os
import random
import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

LASTS, APART = (0.3, 2.6), (1.0, 4.0)  # seconds, from and to


class Stalls:
    """``with Stalls(lambda: pid, seed) as stalls: ...``; ``count``: how often it was stopped."""

    def __init__(self, pid: Callable[[], int | None], seed: int) -> None:
        self._pid, self._rng = pid, random.Random(seed)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.count = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(self._rng.uniform(*APART)):
            pid = self._pid()
            if pid is None or not sent(pid, signal.SIGSTOP):
                continue
            self.count += 1
            try:
                self._ending.wait(self._rng.uniform(*LASTS))
            finally:
                sent(pid, signal.SIGCONT)


def sent(pid: int, number: int) -> bool:
    """Send a signal; False when there is no such process any more."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
