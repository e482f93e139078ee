"""Starting the agent for a person who wants it: from their terminal, or from a page of theirs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from nodreel import errors
from nodreel.agent.settling import settled
from nodreel.consent import Ledger
from nodreel.consent.switches import Switches, read_switches, write_switches
from nodreel.errors import ControlError, NodreelError, NotRunningError
from nodreel.host import private_dir
from nodreel.host.files import SAFELY
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Done, Resume

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.paths import Paths

PATIENCE_S = 20.0
_STEP_S = 0.05
_LONGEST_WORDS = 2000
_started: list[subprocess.Popen[bytes]] = []
"""Agents outlive who started them; while that one lives, too, it takes note of their end."""


def asked(paths: Paths) -> Done | None:
    """Return how the agent is, None when there is none."""
    try:
        return call(paths, AskStatus())
    except NotRunningError:
        return None


def lift_stop(paths: Paths, clock: Clock) -> None:
    """Lift the person's own stop; a pause stays a pause."""
    if read_switches(paths.state).stopped:
        write_switches(paths.state, Switches())
    private_dir(paths.audit.parent)
    Ledger(paths.audit, clock).append("person", "started", {})


def switched_on(paths: Paths, clock: Clock) -> Done:
    """Lift the person's own stop, with the agent that idles or a new one; say how it is then."""
    lift_stop(paths, clock)
    if asked(paths) is None:
        return launched(paths)
    call(paths, Resume(), timeout=PATIENCE_S)  # it looks at once
    return _is_on(paths)


def launched(paths: Paths) -> Done:
    """Start the agent in a session of its own and wait until it says how it is."""
    words = private_dir(paths.state) / "agent.err"
    with os.fdopen(os.open(words, os.O_RDWR | os.O_CREAT | os.O_TRUNC | SAFELY, 0o600)) as said:
        agent = subprocess.Popen(
            [sys.executable, "-P", "-m", "nodreel.agent"],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, cwd="/",
        )  # fmt: skip
    _started[:] = [*(old for old in _started if old.poll() is None), agent]
    for _ in range(round(PATIENCE_S / _STEP_S)):
        code = agent.poll()
        if code is not None:
            raise _why_not(code, words)
        done = asked(paths)
        if done is not None:
            return _is_on(paths)
        time.sleep(_STEP_S)
    raise ControlError(
        f"The agent was started and does not answer after {PATIENCE_S:.0f} seconds.",
        advice=f"See {words} and `nodreel doctor`.",
    )


def _is_on(paths: Paths) -> Done:
    done = settled(paths)
    sentence = done.status.sentence if done.status else ""
    return done.model_copy(update={"text": f"nodreel is on. {sentence}".strip()})


def _why_not(code: int, words: Path) -> NodreelError:
    """Make the agent's own error out of how it ended and what it said."""
    said = words.read_text(encoding="utf-8", errors="replace")[-_LONGEST_WORDS:].strip()
    kinds = {
        kind.exit_code: kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, NodreelError)
    }
    last = said.splitlines()[-1] if said else f"it ended with code {code} and said nothing"
    kind = kinds.get(code, NodreelError)
    return kind(f"The agent did not start: {last}")
