"""A pause holds, and ends, whether an agent runs or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.agent.pausing import pause, resume
from nodreel.clock import SystemClock
from nodreel.consent.switches import (
    FOREVER,
    STOPPED,
    Switches,
    read_switches,
    write_switches,
)
from nodreel.errors import ControlError
from tests.agent.journey import make_paths

if TYPE_CHECKING:
    from pathlib import Path

MINUTE = 60 * 10**9


def test_nobody_runs_and_the_next_one_is_paused(tmp_path: Path) -> None:
    paths, clock = make_paths(tmp_path / "n"), SystemClock()
    pause(paths, clock, None)
    assert read_switches(paths.state) == Switches(paused_until=FOREVER)
    before = clock.wall()
    pause(paths, clock, 15)
    until = read_switches(paths.state).paused_until
    assert until is not None
    assert before + 15 * MINUTE <= until <= clock.wall() + 15 * MINUTE
    resume(paths)
    assert read_switches(paths.state) == Switches()


def test_what_was_stopped_stays_so(tmp_path: Path) -> None:
    paths = make_paths(tmp_path / "n")
    write_switches(paths.state, STOPPED)
    pause(paths, SystemClock(), 15)
    assert read_switches(paths.state).stopped
    with pytest.raises(ControlError, match="stopped"):
        resume(paths)
    assert read_switches(paths.state).stopped
