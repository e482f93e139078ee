"""nodreel stop: seal what is there and quit; it stays so until the person starts again."""

from __future__ import annotations

import time

import click

from nodreel.cli.answers import answer, json_option
from nodreel.consent.switches import STOPPED, write_switches
from nodreel.errors import ControlError, NotRunningError
from nodreel.host import claim, private_dir
from nodreel.ipc.client import call
from nodreel.ipc.wire import Done, Stop
from nodreel.paths import Paths, default_paths

PATIENCE_S = 15.0
_STEP_S = 0.05


@click.command()
@json_option
def stop(*, as_json: bool) -> None:
    """Stop, and stay stopped until you start again. What was recorded so far is kept."""
    answer(quit_for_good(default_paths()), as_json=as_json)


def quit_for_good(paths: Paths) -> Done:
    """Stop an agent if there is one, and keep any from recording until the person starts it."""
    try:
        done = call(paths, Stop(), timeout=PATIENCE_S)
    except NotRunningError:
        write_switches(paths.state, STOPPED)
        return Done(text="nodreel was not running; it stays so until you start it.")
    _wait_for_the_end(paths)
    return done


def _wait_for_the_end(paths: Paths) -> None:
    """Return once the agent has let go of its lock, which it does last."""
    private_dir(paths.runtime)
    for _ in range(round(PATIENCE_S / _STEP_S)):
        instance = claim(paths.lock)
        if instance is not None:
            instance.release()
            return
        time.sleep(_STEP_S)
    raise ControlError(
        f"The agent said it would stop and is still there after {PATIENCE_S:.0f} seconds.",
        advice="It records nothing any more; `nodreel status` tells when it is gone.",
    )
