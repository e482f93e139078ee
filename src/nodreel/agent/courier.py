"""Starts ``nodreel upload`` when something waits to be sent, or to be deleted where it was sent.

The agent itself reaches no network: it starts a process that does, at the lowest priority, and only
takes note of how it ended. What may be sent, and when, that process asks before each batch.
"""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from nodreel.consent.requests import waiting
from nodreel.errors import StoreError
from nodreel.events import SECOND, Nanos
from nodreel.host.preferences import preferences

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.agent.permission import Permission
    from nodreel.clock import Clock
    from nodreel.paths import Paths
    from nodreel.store import Store

log = logging.getLogger(__name__)

LOOK: Final = Nanos(60 * SECOND)
"""How often it is looked whether something waits."""
EVERY: Final = Nanos(15 * 60 * SECOND)
"""How often what is released is sent."""
ASK: Final = Nanos(3600 * SECOND)
"""How often it is asked whether what was sent is deleted; also the longest pause after failures."""
FAILED: Final = Nanos(5 * 60 * SECOND)
"""The first pause after a failure; each further one doubles it."""
_LOWEST: Final = 19
_PROCESS: Final = 0  # PRIO_PROCESS, on every system that has it


class Known(Protocol):
    """What is looked at of the agent."""

    permission: Permission
    store: Store


class Visit(Protocol):
    """A process that was started."""

    def poll(self) -> int | None:
        """Return its exit code, None while it runs."""
        ...

    def terminate(self) -> None:
        """Have it end; what it was doing is gone on with by the next."""
        ...


def start() -> Visit:
    """Start a visit to the store; OSError where no process can be started."""
    visit = subprocess.Popen(
        [sys.executable, "-P", "-m", "nodreel.cli", "upload", "--scheduled", "--json"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, cwd="/",
    )  # fmt: skip
    lower = getattr(os, "setpriority", None)
    if lower is not None:
        with suppress(OSError):
            lower(_PROCESS, visit.pid, _LOWEST)
    return visit


class Courier:
    """Asked at each beat of the agent; costs a comparison unless a minute has passed."""

    def __init__(self, paths: Paths, clock: Clock, start: Callable[[], Visit] = start) -> None:
        self._paths, self._clock, self._start = paths, clock, start
        self._visit: Visit | None = None
        self._asked = frozenset[str]()
        self._sending = False
        self._failures = 0
        self._look_at = self._due = Nanos(0)

    def look(self, agent: Known) -> None:
        """Start a visit that is due, end one that nobody wants any more."""
        now = self._clock.mono()
        if self._visit is not None:
            self._follow(self._visit, agent, now)
            return
        if now < self._look_at:
            return
        self._look_at = Nanos(now + LOOK)
        asked, sends = waiting(self._paths), self._sends(agent)
        if not asked <= self._asked or ((asked or sends) and now >= self._due):
            self._asked, self._sending = asked, sends
            try:
                self._visit = self._start()
            except OSError as error:
                log.warning("upload: %s", error.strerror)

    def stop(self) -> None:
        """End a visit that is under way."""
        if self._visit is not None:
            self._visit.terminate()

    def _follow(self, visit: Visit, agent: Known, now: Nanos) -> None:
        code = visit.poll()
        if code is None:
            if self._sending and not self._may_send(agent) and not self._asked:
                visit.terminate()
            return
        self._visit = None
        self._failures = 0 if code == 0 else self._failures + 1
        if self._failures:
            log.warning("upload: ended with %d", code)
            pause = min(ASK, FAILED << min(self._failures - 1, 8))
        else:
            pause = EVERY if self._sending else ASK
        self._due = Nanos(now + pause * 3 // 4 + secrets.randbelow(pause // 2))

    def _sends(self, agent: Known) -> bool:
        if not self._may_send(agent):
            return False
        own = preferences(self._paths.config, "upload")
        if own.get("off", False) or not own.get("automatic", True):
            return False
        try:
            return agent.store.counts()["released"] > 0
        except StoreError:
            return False

    def _may_send(self, agent: Known) -> bool:
        """Whether terms, policy and person let it happen by itself; a pause is of recording."""
        permission = agent.permission
        upload = permission.policy.upload if permission.policy else None
        agreed = permission.grant is not None and upload is not None and upload.automatic
        return agreed and not permission.switches.stopped
