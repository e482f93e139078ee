"""The whole agent on one page: started in this order, stopped in reverse."""

from __future__ import annotations

import logging
import signal
import sys
from functools import partial
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from nodreel.agent.agent import Agent
from nodreel.agent.control import Control
from nodreel.clock import SystemClock
from nodreel.consent import Ledger
from nodreel.errors import NodreelError
from nodreel.host import claim, give_memory_back, harden, private_dir, refuse_root
from nodreel.ipc.server import ControlServer
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from nodreel.agent.signkeeper import SignKeeper
    from nodreel.host.instance import Instance
    from nodreel.paths import Paths

LOG_BYTES = 256 * 1024


def run(paths: Paths, sign: SignKeeper | None = None) -> int:
    """Be the agent until told to stop; returns the exit code. Raises NodreelError."""
    for folder in (paths.data, paths.runtime, paths.state, paths.episodes):
        private_dir(folder)
    instance = claim(paths.lock)
    if instance is None:
        return 0  # the one that runs already goes on
    with instance:
        clock = SystemClock()
        agent = Agent(paths, clock, Ledger(paths.audit, clock), sign)
        agent.recover()
        with ControlServer(paths, Control(agent)) as server:
            agent.lost = partial(why_lost, agent, instance, server)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: agent.quit())
            agent.run()
    return 0


def why_lost(agent: Agent, instance: Instance, server: ControlServer) -> str | None:
    """End where another agent may be the one that the person reaches; None: all is well.

    A socket that was taken away is put back. May raise StoreError: nobody could stop us then.
    """
    if not instance.holds():
        agent.quit()
        return "The folder through which you reach nodreel is gone, so it ends."
    server.mend()
    return None


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
