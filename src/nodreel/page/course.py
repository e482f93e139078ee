"""A test recording as it goes: the process that holds it, the key to it, and how far it is.

The key is made here, never leaves this process's memory and goes with it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import pyrage

from nodreel.errors import ControlError

if TYPE_CHECKING:
    from collections.abc import Callable

ENDS_S: Final = 10.0
"""So long an agent may take to write what it has and to end."""
_ENOUGH: Final = 4096  # bytes of what it says when it fails


def command(recipient: str) -> list[str]:
    """Return what holds a test recording that is sealed to this key."""
    return [sys.executable, "-P", "-m", "nodreel.agent.trial", recipient]


class Course:
    """Begins when it is made. ``afterwards`` is called once it has ended, on the thread ``after``.

    ``key`` opens what it keeps; ``seconds`` were recorded so far; ``why`` is the last reason why
    nothing was. Raises ControlError when it cannot begin.
    """

    def __init__(self, afterwards: Callable[[], None]) -> None:
        identity = pyrage.x25519.Identity.generate()
        self.key, self.seconds, self.why, self.over = str(identity), 0, "", False
        self._news = threading.Condition()
        with ExitStack() as failing:
            try:
                # Not a pipe, which could fill up and hold what speaks.
                self._words = failing.enter_context(tempfile.TemporaryFile())
                self._process = subprocess.Popen(
                    command(str(identity.to_public())),
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._words,
                    start_new_session=True, cwd="/",
                )  # fmt: skip
            except OSError as error:
                raise ControlError("No process can be started for a test.") from error
            failing.pop_all()
        self.after = threading.Thread(target=self._look_after, args=(afterwards,), daemon=True)
        self.after.start()

    def wait(self, known: int, patience_s: float) -> bool:
        """Wait for more seconds than ``known``, for its end, or so long; whether it goes on."""
        with self._news:
            self._news.wait_for(lambda: self.over or self.seconds > known, patience_s)
            return not self.over

    def end(self) -> None:
        """End it early; returns when it has ended, or does not after 10 s."""
        if self._process.poll() is None:
            self._process.terminate()
        with self._news:
            self._news.wait_for(lambda: self.over, ENDS_S)
        self._let_go()  # which ends it if the signal did not, and then keeps nothing

    def _let_go(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _look_after(self, afterwards: Callable[[], None]) -> None:
        """Hear how far it is until it has ended."""
        try:
            self._listen()
            self._process.wait()
            self._let_go()
            if self._process.returncode:
                self.why = self._last_words() or self.why
        finally:
            with self._news:
                self.over = True
                self._news.notify_all()
            self._words.close()
        afterwards()

    def _listen(self) -> None:
        if self._process.stdout is None:
            return
        with self._process.stdout as lines:
            for told in lines:
                if told.strip().isdigit():
                    with self._news:
                        self.seconds = int(told)
                        self._news.notify_all()

    def _last_words(self) -> str:
        size = self._words.seek(0, 2)
        self._words.seek(max(0, size - _ENOUGH))
        said = self._words.read().decode("utf-8", errors="replace").strip()
        return said.splitlines()[-1] if said else ""
