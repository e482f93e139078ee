"""What other threads want done on the agent's thread, and what wakes it."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from nodreel.errors import ControlError
from nodreel.events import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.events import Nanos

Result = TypeVar("Result")

IT_WILL = "It will be done; the disk may be slow. `nodreel status` says how things are."


class Errands:
    """``ask`` and ``wake`` are for any thread, the rest is for the one that runs the errands."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._woken = threading.Event()
        self._woken.set()  # the first look is at once

    def wake(self) -> None:
        """Look at once: something changed."""
        self._woken.set()

    def ask(self, job: Callable[[], Result], patience_s: float) -> Result:
        """Have ``job`` run and return what it returns; ControlError when that takes too long."""
        future: Future[Result] = Future()

        def carry_out() -> None:
            try:
                future.set_result(job())
            except Exception as error:  # noqa: BLE001  goes to the one who asked
                future.set_exception(error)

        self._asked.put(carry_out)
        self.wake()
        try:
            return future.result(patience_s)
        except TimeoutError as error:
            raise ControlError("The agent is still busy with it.", advice=IT_WILL) from error

    def wait(self, patience: Nanos) -> bool:
        """Wait until there is something to look at, or ``patience`` is over; whether there is."""
        woken = self._woken.wait(patience / SECOND)
        if woken:  # who wakes us just after that is seen next time
            self._woken.clear()
        return woken

    def run(self) -> None:
        """Do what was asked for, oldest first."""
        while not self._asked.empty():
            self._asked.get()()
