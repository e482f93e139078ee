"""``python -m nodreel.agent.trial RECIPIENT``: a test recording, by the rules of the yes.

It is the very agent, with its sign, its interlocks and the person's switches. Only what it writes
lies apart, sealed to the one key that whoever asked for the test holds in memory: no research key
opens it, and it can never be uploaded. It prints a line for each second that was recorded, and ends
by itself, at the latest with whoever asked for it (its standard input then ends).
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Final

from nodreel.agent import run
from nodreel.agent.aside import LENGTH, Trial, forget
from nodreel.errors import ControlError, NodreelError
from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.host import harden, private_dir, refuse_root
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.agent.agent import Agent

PATIENCE: Final = Nanos(120 * SECOND)
"""So long it waits for designated apps to be in front."""
_STEP: Final = Nanos(100 * MILLISECOND)


def watch(agent: Agent, told: Callable[[int], None]) -> None:
    """End the agent when enough was recorded, or nothing for too long, or the yes is gone.

    ``told`` hears each whole second. What is in memory when recording ends is forgotten, so a test
    goes on for as long as its last second has to wait there.
    """
    clock = agent.clock
    began = last = clock.mono()
    recorded, waits, seconds = 0, 0, 0
    while recorded < LENGTH + waits and last - began < PATIENCE and agent.paths.grant.exists():
        threading.Event().wait(_STEP / SECOND)
        now, recording = clock.mono(), agent.recording
        if recording is not None and all(verdict.closed for verdict in agent.verdicts):
            recorded += now - last
            waits = round((recording.policy.limits.hold_back_s + 1) * SECOND)
        last = now
        for second in range(seconds + 1, min(recorded, LENGTH) // SECOND + 1):
            seconds = second
            told(second)
    agent.quit()


def end_with_starter(agent: Agent, alone: threading.Event) -> None:
    """Wait for the end of standard input, then end the agent."""
    while os.read(0, 1):
        pass
    alone.set()
    agent.quit()


def _say(second: int) -> None:
    sys.stdout.write(f"{second}\n")
    sys.stdout.flush()


def main(recipient: str) -> int:
    """Hold a test recording; a failure is a line with advice, and its exit code."""
    paths, ours, alone = default_paths(), threading.Event(), threading.Event()

    def begin(agent: Agent) -> None:
        ours.set()
        agent.trial = Trial(private_dir(paths.trial), recipient)
        agent.permission.for_test = True
        for target, *args in ((watch, agent, _say), (end_with_starter, agent, alone)):
            threading.Thread(target=target, args=args, daemon=True).start()

    try:
        refuse_root()
        harden()
        run.log_to(paths)
        run.run(paths, begin=begin)
        if not ours.is_set():
            raise ControlError("nodreel runs already, so there is no test.")
        if alone.is_set():  # nobody is left who could look at it, or delete it
            forget(paths)
    except NodreelError as error:
        sys.stderr.write(f"{error} {error.advice}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
