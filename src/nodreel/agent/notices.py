"""Tells the person what they should know, through the desktop's own notifications.

The agent only decides that; a process of its own shows it (``nodreel.sign.notify``), waits for the
button, and ends. None of that can delay or loosen anything here.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from nodreel.agent.occasions import Facts, Restraint, occasions
from nodreel.consent import may_ask
from nodreel.consent.decision import last_decision
from nodreel.consent.switches import FOREVER
from nodreel.errors import NodreelError, StoreError
from nodreel.events import SECOND, Nanos
from nodreel.host import private_dir
from nodreel.host.apart import start_apart
from nodreel.host.files import read_private, replace_private
from nodreel.host.machine import boot_id
from nodreel.host.preferences import preferences
from nodreel.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.agent.interlocks import Interlock
    from nodreel.agent.notice import Occasion
    from nodreel.agent.permission import Permission
    from nodreel.agent.recording import Recording
    from nodreel.clock import Clock
    from nodreel.paths import Paths

log = logging.getLogger(__name__)

EVERY: Final = Nanos(5 * SECOND)
"""How often it is looked, when nothing happens."""
ASK_EVERY: Final = Nanos(600 * SECOND)
"""How often it is looked whether there is something to ask the person."""
UNWRITTEN: Final = Nanos(10 * SECOND)
TROUBLE: Final = {"disk", "senses"}
"""Interlocks that do not close by themselves. A policy, a pause, a cover are nobody's fault."""
_NAME: Final = "told.json"
_LONGEST: Final = 4096


class Known(Protocol):
    """What is looked at of the agent."""

    permission: Permission
    verdicts: tuple[Interlock, ...]
    recording: Recording | None


def show(occasion: Occasion) -> None:
    """Have it shown; StoreError where no process can be started."""
    start_apart(sys.executable, "-P", "-m", "nodreel.sign.notify", occasion)


class Notices:
    """Asked at each beat of the agent; costs a comparison unless something changed."""

    def __init__(self, paths: Paths, clock: Clock, show: Callable[[Occasion], None] = show) -> None:
        self._paths, self._clock, self._show = paths, clock, show
        self._wanted = preferences(paths.config, "notifications").get("show") is not False
        self._restraint = Restraint()
        self._told = _read(paths.state / _NAME)
        self._login = _login()
        self._seen: object = None
        self._due = self._ask_at = Nanos(0)
        self._question = ""
        self._trouble, self._since = "", clock.mono()

    def look(self, agent: Known) -> None:
        """Tell what has to be told now; whatever goes wrong with that is only logged."""
        now = self._clock.mono()
        open_ = next((v.name for v in agent.verdicts if not v.closed), "")
        seen = (open_, agent.recording)
        if not self._wanted or (seen == self._seen and now < self._due):
            return
        self._seen, self._due = seen, Nanos(now + EVERY)
        for occasion, about in occasions(self._facts(agent, open_, now), self._told):
            if self._restraint.grants(occasion, now):
                self._tell(occasion, about)

    def tell(self, occasion: Occasion, about: str) -> None:
        """Tell what happens once and cannot wait its turn."""
        if self._wanted and self._told.get(occasion) != about:
            self._tell(occasion, about)

    def _tell(self, occasion: Occasion, about: str) -> None:
        self._told[occasion] = about
        with suppress(StoreError):  # a full disk must not keep that from being told
            private_dir(self._paths.state)
            text = json.dumps(self._told).encode("ascii")
            replace_private(self._paths.state / _NAME, text)
        try:
            self._show(occasion)
        except StoreError as error:
            log.warning("notice %s: %s", occasion, error)

    def _facts(self, agent: Known, open_: str, now: Nanos) -> Facts:
        permission, wall = agent.permission, self._clock.wall()
        grant, until = permission.grant, permission.switches.paused_until
        ends = until is not None and until != FOREVER and open_ == "pause"
        recording = agent.recording is not None and not open_
        trouble = open_ if open_ in TROUBLE else ""
        if agent.recording is not None and agent.recording.unwritten(now) > UNWRITTEN:
            trouble = "unwritten"
        if trouble != self._trouble:
            self._trouble, self._since = trouble, now
        return Facts(
            now, wall, self._login,
            recording=recording,
            trouble=trouble,
            troubled_since=self._since,
            paused_s=(until - wall) / SECOND if ends and until is not None else None,
            paused_until=until or 0,
            consent=grant.consent_id if grant else "",
            given=grant.given if grant else 0,
            expires=grant.expires if grant else 0,
            question=self._asked(permission, open_, now),
            wider=permission.wider and grant is not None,
        )  # fmt: skip

    def _asked(self, permission: Permission, open_: str, now: Nanos) -> str:
        """Name what the person could be asked: this policy, after what they decided last."""
        if open_ != "grant" and not permission.wider:
            self._ask_at = now
            return ""
        if now >= self._ask_at:
            self._ask_at, self._question = Nanos(now + ASK_EVERY), ""
            with suppress(NodreelError):  # no policy: nothing to ask
                policy = load_policy(self._paths).policy
                if not policy.suspended and may_ask(self._paths, self._clock, policy):
                    decision = last_decision(self._paths)
                    self._question = f"{policy.sha256} {decision.at if decision else 0}"
        return self._question


def _login() -> str:
    """Name this login: its session, or its bus, and the boot."""
    session = os.environ.get("XDG_SESSION_ID") or os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    return f"{boot_id()} {session[:200]}"


def _read(path: Path) -> dict[str, str]:
    """Read what was told; nonsense is nothing, and then it may be told once more."""
    try:
        raw = json.loads(read_private(path, limit=_LONGEST))
    except (FileNotFoundError, StoreError, ValueError, RecursionError):
        return {}
    if not isinstance(raw, dict):
        return {}
    return {name: about for name, about in raw.items() if isinstance(about, str)}
