"""The whole agent on one page: started in this order, stopped in reverse."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import closing
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from nodreel.agent.agent import Agent
from nodreel.agent.aside import sweep
from nodreel.agent.control import Control
from nodreel.agent.reach import LocalReach
from nodreel.clock import SystemClock
from nodreel.consent import Ledger
from nodreel.errors import NodreelError
from nodreel.host import claim, give_memory_back, harden, private_dir, refuse_root
from nodreel.ipc.server import ControlServer
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.agent.signkeeper import SignKeeper
    from nodreel.ipc.wire import Done, Request
    from nodreel.paths import Paths

LOG_BYTES = 256 * 1024


def tidy(agent: Agent) -> None:
    """Begin as usual: what a test recording left is nobody's any more."""
    sweep(agent.paths, agent.clock)


def run(
    paths: Paths, sign: SignKeeper | None = None, begin: Callable[[Agent], None] = tidy
) -> int:  # fmt: skip
    """Be the agent until told to stop; returns the exit code. Raises NodreelError.

    ``begin`` is called before it looks at anything, and only if it is the one that runs.
    """
    for folder in (paths.data, paths.runtime, paths.state, paths.episodes):
        private_dir(folder)
    instance = claim(paths.lock)
    if instance is None:
        return 0  # the one that runs already goes on

    def answer(request: Request, pid: int) -> Done:
        return control(request, pid)  # it takes the agent, and the agent takes the server

    with instance, closing(ControlServer(paths, answer)) as server:
        clock = SystemClock()
        reach = LocalReach(instance, server)
        agent = Agent(paths, clock, Ledger(paths.audit, clock), reach, sign)
        control = Control(agent)
        for number in (signal.SIGTERM, signal.SIGINT):  # whoever got an answer may end it
            signal.signal(number, lambda *_: agent.quit())
        begin(agent)
        agent.recover()
        server.start()
        agent.run()
    return 0


def main(sign: SignKeeper | None = None) -> int:
    """Run the agent of whoever starts this; a failure is a line with advice, and its exit code.

    ``sign`` may have been prepared meanwhile, see ``nodreel.agent.early``.
    """
    paths = default_paths()
    try:
        refuse_root()
        harden()
        give_memory_back()
        log_to(paths)
        return run(paths, sign)
    except NodreelError as error:
        sys.stderr.write(f"{error} {error.advice}\n")
        return error.exit_code


def log_to(paths: Paths) -> None:
    """Log to a small file; never titles, keys, text or URLs."""
    path = private_dir(paths.state) / "agent.log"
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
