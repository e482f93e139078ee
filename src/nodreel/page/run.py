"""The process of the pages: opens a browser on them and goes when nobody looks any more."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final

from nodreel.agent.aside import forget
from nodreel.clock import SystemClock
from nodreel.errors import NodreelError
from nodreel.events import SECOND, Nanos
from nodreel.host import claim, harden, private_dir, refuse_root
from nodreel.host.files import remove
from nodreel.page.door import door, take_first, write_door
from nodreel.page.server import PageServer
from nodreel.page.site import Site
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from nodreel.paths import Paths

IDLE: Final = Nanos(20 * 60 * SECOND)
"""Without a request for so long the pages close; an open ceremony has then had no answer."""
_LOOK_S: Final = 1.0
LOCK: Final = "page.lock"


def run(paths: Paths, stop: threading.Event) -> None:
    """Serve until ``stop``, or until nobody has asked for anything for 20 minutes."""
    clock = SystemClock()
    for folder in (paths.data, paths.runtime):
        private_dir(folder)
    alone = claim(paths.runtime / LOCK)
    if alone is None:
        return  # the pages are there already; the door leads to them
    forget(paths)  # of pages that were killed
    site = Site(paths, clock)
    with alone, PageServer(clock, site.get, site.post) as server:
        server.let_in = lambda: write_door(paths, server.enter)
        server.first = lambda: take_first(paths)
        server.let_in()
        try:
            while not stop.wait(_LOOK_S) and server.idle() < IDLE:
                pass
        finally:
            site.close()
            remove(door(paths))


def main() -> int:
    """Serve the pages of whoever starts this; returns the exit code."""
    try:
        refuse_root()
        harden()
        os.umask(0o077)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run(default_paths(), stop)
    except NodreelError as error:
        sys.stderr.write(f"{error} {error.advice}\n")
        return error.exit_code
    return 0
