"""Pausing and going on, whether an agent runs or not: one that starts later keeps to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.errors import ControlError, NotRunningError
from nodreel.events import SECOND
from nodreel.ipc.client import call
from nodreel.ipc.wire import Done, Pause, Resume

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.paths import Paths

PATIENCE_S: Final = 10.0
_MINUTE: Final = 60 * SECOND


def pause(paths: Paths, clock: Clock, minutes: int | None) -> Done:
    """Pause for ``minutes``, or until the person resumes. Raises NodreelError."""
    try:
        return call(paths, Pause(minutes=minutes), timeout=PATIENCE_S)
    except NotRunningError:
        _keep(paths, clock, minutes)
        return Done(text="nodreel is not running; the pause holds for one that starts.")


def resume(paths: Paths) -> Done:
    """Lift the person's own pause. Raises NodreelError."""
    try:
        return call(paths, Resume(), timeout=PATIENCE_S)
    except NotRunningError:
        _lift(paths)
        return Done(text="The pause is over. nodreel is not running: `nodreel start` starts it.")


# What follows loads much, and mostly an agent runs.


def _keep(paths: Paths, clock: Clock, minutes: int | None) -> None:
    from nodreel.consent.switches import (  # noqa: PLC0415
        FOREVER,
        Switches,
        read_switches,
        write_switches,
    )

    until = FOREVER if minutes is None else clock.wall() + minutes * _MINUTE
    write_switches(paths.state, Switches(read_switches(paths.state).stopped, until))


def _lift(paths: Paths) -> None:
    from nodreel.consent.switches import Switches, read_switches, write_switches  # noqa: PLC0415

    if read_switches(paths.state).stopped:
        raise ControlError(
            "nodreel was stopped, or not started yet.", advice="Start it with `nodreel start`."
        )
    write_switches(paths.state, Switches())
