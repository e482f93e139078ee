"""What ``nodreel doctor`` looks at, one function each; nothing here makes or mends anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from nodreel.clock import iso
from nodreel.consent import read_grant
from nodreel.consent.requests import requests, unreadable
from nodreel.errors import (
    DiskFullError,
    NodreelError,
    NotRunningError,
    StoreError,
    UnsupportedError,
)
from nodreel.host import free_bytes, private_dir, refuse_root
from nodreel.host.keyring import keyring_works
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus
from nodreel.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.paths import Paths

Mark = Literal["ok", "bad", "note"]

FLOOR = 512 << 20
"""Bytes that should be free, where no policy says another number."""
_PROBE_S = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's. ``note``: not needed for recording, or not looked at."""

    name: str
    mark: Mark
    sentence: str
    advice: str = ""
    exit_code: int = 0


def examine(paths: Paths, clock: Clock, *, probe: bool) -> Iterator[Finding]:
    """Look at everything, in the order in which it is best mended."""
    yield _checked("person", _person)
    for name, folder in (("data", paths.data), ("runtime", paths.runtime), ("state", paths.state)):
        yield _checked(name, partial(_folder, folder))
    yield _checked("disk", lambda: _disk(paths))
    yield _checked("policy", lambda: _policy(paths))
    grant = _checked("consent", lambda: _consent(paths, clock))
    yield grant
    yield _display(probe=probe or grant.mark == "ok")
    yield _keyring()
    yield _agent(paths)
    yield from _deletions(paths)


def _checked(name: str, check: Callable[[], str]) -> Finding:
    """Turn what a check says, or raises, into a line."""
    try:
        return Finding(name, "ok", check())
    except NodreelError as error:
        return Finding(name, "bad", str(error), error.advice, error.exit_code)


def _person() -> str:
    refuse_root()
    return "You are an ordinary user, not root."


def _folder(folder: Path) -> str:
    if not os.path.lexists(folder):
        return f"{folder} will be made when it is needed."
    private_dir(folder)
    return f"{folder} is yours alone."


def _disk(paths: Paths) -> str:
    place = paths.data
    while not place.exists():
        place = place.parent
    free = free_bytes(place)
    if free < FLOOR:
        raise DiskFullError(f"Only {free >> 20} MB are free where recordings would go ({place}).")
    return f"{free >> 20} MB are free."


def _policy(paths: Paths) -> str:
    loaded = load_policy(paths)
    apps = ", ".join(app.name for app in loaded.policy.apps) or "no app at all"
    return f"{' and '.join(map(str, loaded.files))} designates {apps}."


def _consent(paths: Paths, clock: Clock) -> str:
    grant = read_grant(paths, clock)
    return f"You agreed; that holds until {iso(grant.expires)} unless you withdraw."


def _display(*, probe: bool) -> Finding:
    """Ask the X server in a process of its own, and only when the person wants it asked."""
    if not os.environ.get("DISPLAY"):
        error = UnsupportedError("There is no X11 display here (DISPLAY is not set).")
        return Finding("display", "bad", str(error), error.advice, error.exit_code)
    if not probe:
        advice = "`nodreel doctor --probe` asks it what it can do; nothing is recorded."
        return Finding("display", "note", "Not asked before you have agreed.", advice)
    return _checked("display", _probed)


def _probed() -> str:
    command = [sys.executable, "-P", "-m", "nodreel.sign.probe"]
    try:
        asked = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_PROBE_S
        )
        told = json.loads(asked.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UnsupportedError("The X server does not answer.") from error
    if "error" in told:
        raise UnsupportedError(told["error"], advice=told["advice"])
    if told["missing"]:
        raise UnsupportedError(
            f"The X server lacks {', '.join(told['missing'])}.",
            advice="Use an ordinary Xorg server; nested and remote ones may lack these.",
        )
    return "The X server has all that recording needs."


def _keyring() -> Finding:
    if keyring_works():
        return Finding("keyring", "ok", "Your keyring is open: you can look at what was recorded.")
    sentence = "No open keyring: recording works, looking at its content here does not."
    return Finding("keyring", "note", sentence, "Unlock or install one (such as gnome-keyring).")


def _deletions(paths: Paths) -> Iterator[Finding]:
    """Say what was asked to be deleted elsewhere and is not confirmed; nothing when all is."""
    damaged, waits = unreadable(paths), len(requests(paths, "open"))
    if damaged:
        yield Finding(
            "deletion", "bad",
            f"A request to delete what was sent is damaged and cannot be asked: {damaged[0]}"
            f"{f', and {len(damaged) - 1} more' if len(damaged) > 1 else ''}.",
            "Tell whoever is responsible for the recordings; your receipt names your consent.",
            StoreError.exit_code,
        )  # fmt: skip
    if waits:
        sentence = f"{waits} requests to delete what was sent have no answer yet."
        yield Finding("deletion", "note", sentence, "`nodreel upload` asks again at once.")


def _agent(paths: Paths) -> Finding:
    try:
        done = call(paths, AskStatus())
    except NotRunningError as error:
        return Finding("agent", "note", "nodreel is not running.", error.advice)
    except NodreelError as error:
        return Finding("agent", "bad", str(error), error.advice, error.exit_code)
    return Finding("agent", "ok", done.status.sentence if done.status else "It runs.")
