"""A person in a terminal: runs ``nodreel`` on a pty and answers what it asks."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NODREEL = (sys.executable, "-m", "nodreel.cli")
STILL_S = 0.4  # without output, after which a line that has not ended is a question
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Ended:
    """How a command ended and all that the terminal showed."""

    code: int
    text: str


def silent(question: str) -> str:
    raise AssertionError(f"nothing should be asked, but: {question[-400:]}")


def in_terminal(*words: str, reply: Callable[[str], str] = silent) -> Ended:
    """Run ``nodreel WORDS`` in a terminal; ``reply`` gets all shown so far and returns a line."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*NODREEL, *words], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            text = _converse(ours, reply)
            return Ended(process.wait(PATIENCE_S), text)
        finally:
            process.kill()
            os.close(ours)


def _converse(terminal: int, reply: Callable[[str], str]) -> str:
    shown, answered, end = "", 0, time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if select.select([terminal], [], [], STILL_S)[0]:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                return _plain(shown)
            shown += part.decode(errors="replace")
        elif len(shown) > answered and not shown.endswith("\n"):
            answered = len(shown)
            os.write(terminal, reply(_plain(shown)).encode() + b"\n")
    raise AssertionError(f"it did not end:\n{_plain(shown)[-2000:]}")


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", text)


def without_terminal(*words: str) -> subprocess.CompletedProcess[str]:
    """Run ``nodreel WORDS`` as a script would."""
    return subprocess.run(
        [*NODREEL, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False, timeout=PATIENCE_S,
    )  # fmt: skip
