"""The real agent with a played clock and desktop; a process of its own, to be killed.

Argument: the clock's file. Everything else is nodreel's own: interlocks, consent, policy, ring,
gate, hindsight, scrub, writer, store, ledgers, control socket. The sign is taken for seen.
"""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.agent import agent as agent_module
from nodreel.agent import capture as capture_module
from nodreel.agent.control import Control
from nodreel.agent.reach import LocalReach
from nodreel.consent import Ledger
from nodreel.events import SECOND, Nanos
from nodreel.host import claim, private_dir
from nodreel.ipc.server import ControlServer
from nodreel.paths import default_paths
from tests.soak.clock import Bell, Dial, PlayedClock
from tests.soak.desktop import BusyDesktop, ClearFields

if TYPE_CHECKING:
    from nodreel.ipc.wire import Done, Request


class SeenSign:
    """A sign that is always in full view."""

    pid = None
    lives = True

    def __init__(self, clock: PlayedClock) -> None:
        self._clock = clock

    @property
    def sure_until(self) -> Nanos:
        return self._clock.mono()

    @property
    def lived_until(self) -> Nanos:
        return self._clock.mono()

    def patience(self, longest: Nanos) -> Nanos:
        return min(longest, Nanos(SECOND))

    def heard(self, window: int, pid: int) -> None: ...

    def ask(self) -> None: ...

    def prepare(self) -> None: ...

    def forgo(self) -> None: ...

    def keep(self) -> None: ...

    def tell(self, what: object, words: object) -> None: ...

    def stop(self) -> None: ...

    def why_unseen(self, scene: object, designated: object) -> None:
        return None


def main() -> None:
    paths = default_paths()
    for folder in (paths.data, paths.runtime, paths.state, paths.episodes):
        private_dir(folder)
    clock = PlayedClock(Dial(Path(sys.argv[1])))
    bell = Bell(clock)
    agent_module.SignKeeper = SeenSign  # type: ignore[assignment,misc]
    capture_module.open_desktop = lambda _grant: BusyDesktop(clock, bell)
    capture_module.open_accessibility = lambda _grant, feed: ClearFields(feed)
    instance = claim(paths.lock)
    assert instance is not None, "another one runs"

    def answer(request: Request, pid: int) -> Done:
        return control(request, pid)  # it takes the agent, and the agent takes the server

    with instance, closing(ControlServer(paths, answer)) as server:
        reach = LocalReach(instance, server)
        agent = agent_module.Agent(paths, clock, Ledger(paths.audit, clock), reach)
        agent._errands._woken = bell
        control = Control(agent)
        agent.recover()
        server.start()
        signal.signal(signal.SIGTERM, lambda *_: agent.quit())
        agent.run()


if __name__ == "__main__":
    main()
