"""A stand-in for the agent behind a real control socket, for commands that only talk to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nodreel.ipc import wire
from nodreel.ipc.server import ControlServer
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.errors import NodreelError

LOCKS = (
    wire.Interlock(name="grant", closed=True, sentence="You agreed."),
    wire.Interlock(name="context", closed=False, sentence="The app in front is not designated."),
)
WAITING = wire.Status(
    state="waiting",
    sentence="The app in front is not designated.",
    interlocks=LOCKS,
    last_written_s=3.4,
    episodes=wire.Episodes(held=2, released=1),
    dropped={"not designated": 12},
    paths={"data": "/there"},
    pid=77,
    version="0.1.0",
)


class Agent:
    """Answers every request with ``answer`` and remembers it; raises ``error`` if there is one."""

    def __init__(self) -> None:
        self.answer = wire.Done(status=WAITING)
        self.error: NodreelError | None = None
        self.heard: list[wire.Request] = []

    def __call__(self, message: wire.Request, pid: int) -> wire.Done:
        self.heard.append(message)
        if self.error is not None and not isinstance(message, wire.AskStatus):
            raise self.error
        return self.answer


@contextmanager
def listening() -> Iterator[Agent]:
    """Listen where this test's commands look for their agent."""
    agent, paths = Agent(), default_paths()
    for folder in (paths.runtime.parent, paths.runtime):
        folder.mkdir(mode=0o700, exist_ok=True)
    with ControlServer(paths, agent):
        yield agent
