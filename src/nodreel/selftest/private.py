"""A second nodreel beside the person's own: a folder that goes again, a key in memory, its own yes.

``python -m nodreel.selftest.private ceremony|agent`` is that nodreel's ceremony and agent, the very
ones of the real one; NODREEL_HOME names its folder. Managed policies do not apply to it: they name
recipients whose keys this machine does not have. What it records stays here and is deleted, also
when whoever started it dies: its standard input then ends, and so does it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import pyrage

from nodreel.agent.run import log_to, run, tidy
from nodreel.clock import SystemClock
from nodreel.consent.ceremony import hold
from nodreel.consent.terminal import Terminal
from nodreel.errors import ControlError, NoConsentError, NodreelError, NotRunningError
from nodreel.events import Kind
from nodreel.host import harden, is_interactive, private_dir, refuse_root
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Stop
from nodreel.paths import Paths, default_paths
from nodreel.policy import Policy, load_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodreel.agent.agent import Agent
    from nodreel.ipc.wire import Status

PURPOSE: Final = (
    "A test on this machine only: words and colours are planted where nothing may be recorded,"
    " and then searched for in all that was recorded. The recording is deleted when the test ends."
)
RECIPIENT: Final = "Nobody: a key in this computer's memory, thrown away when the test ends"
_STOPS_S: Final = 10.0
_PREFIX: Final = "nodreel-selftest-"


def narrowed(policy: Policy, kinds: frozenset[Kind], key: str) -> Policy:
    """Return what the test may record: what was agreed to, for the test, sealed to ``key``."""
    told = policy.model_dump(mode="json")
    told["purpose"] |= {"id": "self-test", "text": PURPOSE}
    told["recipients"] = [{"name": RECIPIENT, "key": key}]
    told["kinds"] = [kind.value for kind in policy.kinds if kind in kinds - {Kind.ACCESSIBILITY}]
    told["review_key"] = False
    told["limits"] |= {"validity_days": 1, "server_days": 0, "device_days": 1}
    return Policy.model_validate_json(json.dumps(told))


class Private:
    """Makes the folder; ``with`` ends the agent and deletes all of it."""

    def __init__(self, policy: Policy, kinds: frozenset[Kind]) -> None:
        self.home = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.paths = _unmanaged(
            Paths(self.home / "data" / "v1", self.home / "run", self.home / "config", self.home)
        )
        key = pyrage.x25519.Identity.generate()
        self.identity = str(key)  # in memory only
        self._agent: subprocess.Popen[bytes] | None = None
        for folder in (self.home, self.paths.data.parent, self.paths.config, self.temp):
            private_dir(folder)
        narrow = narrowed(policy, kinds, str(key.to_public()))
        self.paths.policy.write_text(toml(narrow.model_dump(mode="json", exclude_none=True)))
        self.paths.policy.chmod(0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def temp(self) -> Path:
        """Where its agent puts temporary files, if it makes any."""
        return self.home / "tmp"

    def _env(self) -> dict[str, str]:
        return {**os.environ, "NODREEL_HOME": str(self.home), "TMPDIR": str(self.temp)}

    def ask(self) -> int:
        """Hold the ceremony in this terminal; returns its exit code, 0 only for a yes."""
        return subprocess.run(_command("ceremony"), env=self._env(), check=False).returncode

    def start(self) -> None:
        """Start the agent; what it prints goes to a file that is searched, too."""
        with (self.home / "printed.log").open("wb") as printed:
            self._agent = subprocess.Popen(
                _command("agent"), env=self._env(), cwd="/", stdin=subprocess.PIPE,
                stdout=printed, stderr=printed, start_new_session=True,
            )  # fmt: skip

    def status(self) -> Status | None:
        """Ask the agent; None while it does not answer. Raises NotRunningError when it ended."""
        if self._agent is None or self._agent.poll() is not None:
            raise NotRunningError("The test's own recording has ended before its time.")
        with suppress(NodreelError):
            return call(self.paths, AskStatus()).status
        return None

    def stop(self) -> None:
        """Let the agent write what it has, and end it."""
        agent, self._agent = self._agent, None
        if agent is None:
            return
        with suppress(NodreelError):
            call(self.paths, Stop(), timeout=_STOPS_S)
        try:
            agent.wait(_STOPS_S)
        except subprocess.TimeoutExpired:
            agent.kill()
            agent.wait()
        finally:
            if agent.stdin is not None:
                agent.stdin.close()

    def files(self) -> list[Path]:
        """Return all files that it has left, links not followed."""
        found = (path for path in self.home.rglob("*") if not path.is_symlink())
        return sorted(path for path in found if path.is_file())

    def episodes(self) -> list[Path]:
        """Return the folders of what it recorded."""
        return sorted(path.parent for path in self.paths.episodes.glob("*/chain.jsonl"))


def toml(value: Mapping[str, Any]) -> str:
    """Write a policy as TOML."""
    return "".join(f"{_word(key)} = {_toml(one)}\n" for key, one in value.items())


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_word(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return _word(value) if isinstance(value, str) else json.dumps(value)


def _word(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _command(what: str) -> list[str]:
    return [sys.executable, "-P", "-m", "nodreel.selftest.private", what]


def _unmanaged(paths: Paths) -> Paths:
    return replace(paths, managed=paths.config / "no-managed-policy")


def _ceremony(paths: Paths) -> int:
    if not is_interactive():
        raise NoConsentError("Consent is given by a person at a terminal, and this is none.")
    private_dir(paths.data)
    private_dir(paths.grant.parent)
    hold(Terminal(), paths, SystemClock(), load_policy(paths).policy)
    return 0


def _be_agent(paths: Paths) -> int:
    log_to(paths)
    alone = threading.Event()

    def begin(agent: Agent) -> None:
        tidy(agent)
        threading.Thread(target=_end_with_starter, args=(alone, agent), daemon=True).start()

    code = run(paths, begin=begin)
    if alone.is_set():  # nobody is left to search it and to delete it
        shutil.rmtree(paths.config.parent, ignore_errors=True)
    return code


def _end_with_starter(alone: threading.Event, agent: Agent) -> None:
    """Wait for the end of standard input, then stop the agent."""
    while os.read(0, 1):
        pass
    alone.set()
    agent.quit()


def main(what: str) -> int:
    """Be the ceremony or the agent; a failure is a line, and its exit code."""
    paths = _unmanaged(default_paths())
    try:
        refuse_root()
        if not paths.config.parent.name.startswith(_PREFIX):
            raise ControlError("This is for `nodreel selftest` only.")
        harden()
        if what == "ceremony":
            return _ceremony(paths)
        return _be_agent(paths)
    except NodreelError as error:
        sys.stderr.write(f"{error} {error.advice}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
