"""The sign on a real desktop, with a stand-in for the agent behind a real control socket."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from nodreel.events import Rect
from nodreel.ipc import wire
from nodreel.ipc.server import ControlServer
from nodreel.paths import default_paths
from tests.bed.fixtures import bed, hands, on_bed, windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed

__all__ = ["agent", "bed", "hands", "on_bed", "windows"]

RECORDING = wire.Status(
    state="recording", sentence="Recording.", recording=True, app="Mousepad", last_written_s=1.0
)
PAUSED = wire.Status(state="paused", sentence="You paused.")


LEFT, RIGHT = Rect(0, 0, 960, 1080), Rect(960, 0, 960, 1080)


@contextmanager
def two_monitors(bed: Bed) -> Iterator[None]:
    """Split the bed's screen into two monitors; the right one is the primary one."""
    bed.run("xrandr", "--setmonitor", "*R", "960/254x1080/285+960+0", "screen")
    bed.run("xrandr", "--setmonitor", "L", "960/254x1080/285+0+0", "none")
    try:
        yield
    finally:
        bed.run("xrandr", "--delmonitor", "R")
        bed.run("xrandr", "--delmonitor", "L")


class Agent:
    """Answers like the agent: ``status`` is what it says, ``heard`` what it was told."""

    def __init__(self) -> None:
        self.status = RECORDING
        self.heard: list[wire.Request] = []
        self.pids: set[int] = set()

    def __call__(self, message: wire.Request, pid: int) -> wire.Done:
        self.heard.append(message)
        self.pids.add(pid)
        match message:
            case wire.Pause():
                self.status = PAUSED
            case wire.Resume():
                self.status = RECORDING
        return wire.Done(status=self.status)

    def beats(self) -> list[wire.SignBeat]:
        return [message for message in self.heard if isinstance(message, wire.SignBeat)]

    def others(self) -> list[wire.Request]:
        return [message for message in self.heard if not isinstance(message, wire.SignBeat)]


@pytest.fixture
def agent() -> Iterator[Agent]:
    made, paths = Agent(), default_paths()
    paths.runtime.mkdir(mode=0o700, parents=True)
    with ControlServer(paths, made):
        yield made
