"""A person with a real desktop, a real agent process and their own consent, for the tests here."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import psutil
import pyrage
import xcffib.res

from nodreel import open_episode
from nodreel.clock import SystemClock
from nodreel.errors import NodreelError
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Status
from nodreel.paths import Paths
from nodreel.policy import load_policy
from tests.bed.bed import App, Bed, wait_for
from tests.bed.injector import connect
from tests.bed.neighbours import Recorders
from tests.bed.waiting import PATIENCE
from tests.bed.windows import Windows
from tests.consent.yes import agree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nodreel.events import Rect


POLICY = """
version = 1
synthetic = "keep"
presence = "synthetic"
review_key = false
kinds = ["pointer", "keys", "screen", "titles"]

[organisation]
name = "Acme"
address = "1 Road"
contact = "data@acme.example"
jurisdiction = "DE"

[purpose]
id = "train-computer-use"
text = "Teach programs to use computers."

[[recipients]]
name = "Research"
key = "{key}"

[[apps]]
id = "shell"
name = "Shell"
exe = "/usr/bin/xterm"
keys = "full"

[limits]
disk_floor_mb = 1
hold_back_s = 1
seal_s = 0.5
"""


def make_paths(home: Path) -> Paths:
    """Folders of one person below ``home``, which is made."""
    home.mkdir(mode=0o700)
    paths = Paths(home / "data" / "v1", home / "run", home / "config", home / "no-managed-policy")
    paths.config.mkdir(mode=0o700)
    paths.data.mkdir(parents=True, mode=0o700)
    paths.data.parent.chmod(0o700)
    paths.grant.parent.mkdir(mode=0o700)
    return paths


class Journey:
    """One person's nodreel on one desktop; ``home`` must be short-lived and ours."""

    def __init__(self, bed: Bed, home: Path) -> None:
        self.bed, self.clock = bed, SystemClock()
        key = pyrage.x25519.Identity.generate()
        self.identity, self._recipient = str(key), str(key.to_public())
        self.paths = make_paths(home)
        self._home = home
        self.write_policy(POLICY)
        quiet = self.paths.config / "preferences.toml"  # a process for each notice costs time
        quiet.write_text("[notifications]\nshow = false\n")
        self.agents: list[App] = []
        self._apps: list[App] = []
        self._neighbours = Recorders()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for app in (*self.agents, *self._apps):
            app.stop()
        self._neighbours.leave()

    def write_policy(self, text: str) -> None:
        """Put a policy in place, sealed to this journey's research key."""
        self.paths.policy.write_text(text.replace("{key}", self._recipient))
        self.paths.policy.chmod(0o600)

    def consent(self) -> None:
        """Hold the ceremony with a willing person."""
        agree(self.paths, self.clock, load_policy(self.paths).policy)

    def agent(self, env: Mapping[str, str] | None = None, under: Sequence[str] = ()) -> App:
        """Start an agent of this person on the desktop; ``under``: what it is started by."""
        self._neighbours.enter()
        inherited = {k: v for k, v in os.environ.items() if k.startswith("PYTHON")}
        app = self.bed.start(
            *under,
            sys.executable,
            "-m",
            "nodreel.agent",
            env={**inherited, "NODREEL_HOME": str(self._home), **(env or {})},
        )
        self.agents.append(app)
        return app

    def status(self) -> Status | None:
        """Ask the agent; None while it does not answer."""
        try:
            return call(self.paths, AskStatus()).status
        except NodreelError:
            return None

    def say_and_leave(self, line: bytes) -> socket.socket:
        """Send a request without waiting for the answer."""
        agent = socket.socket(socket.AF_UNIX)
        agent.connect(str(self.paths.socket))
        agent.sendall(line)
        return agent

    def until(self, state: str, why: str | None = None, timeout: float = PATIENCE) -> Status:
        """Wait for a state (``why``: the first open interlock) and return what is said then."""

        def there() -> Status | None:
            status = self.status()
            if status is None or status.state != state:
                return None
            first = next((i.name for i in status.interlocks if not i.closed), None)
            return status if why is None or first == why else None

        try:
            return wait_for(there, f"the state {state}", timeout)
        except Exception as error:
            ended = [a.log.read_text()[-2000:] for a in self.agents if a.process.poll()]
            raise AssertionError(f"never {state}: {self.status()} {' '.join(ended)}") from error

    def why(self) -> str:
        """Return what the agent says just now, '' while it does not answer."""
        status = self.status()
        return status.sentence if status else ""

    def open(self, *command: str) -> App:
        """Start an app that is closed with the journey."""
        app = self.bed.start(*command)
        self._apps.append(app)
        return app

    def stored(self) -> list[object]:
        """Everything that can be read back with the research key, in time order per episode."""
        return [item for path in self.episodes() for item in open_episode(path, self.identity)]

    def stored_at(self) -> list[tuple[int, object]]:
        """Every stored event with its monotonic time in ns, as the machine's own clock counts."""
        out = []
        for path in self.episodes():
            start = json.loads((path / "local.json").read_text())["mono"]
            out += [(start + item.t, item) for item in open_episode(path, self.identity)]
        return out

    def sign_pid(self) -> int:
        """Process id of the sign: the child of the newest agent."""
        (child,) = psutil.Process(self.agents[-1].pid).children()
        return child.pid

    @contextmanager
    def cover_the_sign(self, area: Rect | None = None) -> Iterator[None]:
        """Put a small window of another program on top of the sign, or of the mark in ``area``."""
        sign = self.sign_pid()
        with Windows(self.bed.env) as windows:
            x = connect(self.bed.env)
            try:
                cover, root = x.generate_id(), x.get_setup().roots[0].root
                children = x.core.QueryTree(root).reply().children
                at = area or max(
                    (x.core.GetGeometry(w).reply() for w in children if windows.pid(w) == sign),
                    key=lambda g: g.width,
                )
                x.core.CreateWindow(0, cover, root, at.x, at.y, 20, 20, 0, 1, 0, 1 << 9, [1])
                x.core.MapWindow(cover)
                stop = threading.Event()

                def stay_on_top() -> None:
                    while not stop.wait(0.05):
                        x.core.ConfigureWindow(cover, 1 << 6, [0])
                        x.flush()

                thread = threading.Thread(target=stay_on_top)
                thread.start()
                try:
                    yield
                finally:
                    stop.set()
                    thread.join()
            finally:
                x.disconnect()

    def episodes(self) -> list[Path]:
        """Folders of the episodes that have at least one segment."""
        return sorted(p.parent for p in self.paths.episodes.glob("*/chain.jsonl"))


def connected(bed: Bed) -> set[int]:
    """Return the pids of all clients of the X server, as the server itself knows them."""
    x = connect(bed.env)
    try:
        res = x(xcffib.res.key)
        me = x.get_setup().resource_id_base
        pid_mask = 2
        spec = xcffib.res.ClientIdSpec.synthetic(0, pid_mask)
        reply = res.QueryClientIds(1, [spec]).reply()
        return {
            value.value[0]
            for value in reply.ids
            if value.spec.client != me and value.value and value.spec.mask == pid_mask
        }
    finally:
        x.disconnect()
