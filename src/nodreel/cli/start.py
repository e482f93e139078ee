"""nodreel start: ask the person if need be, then start the agent and see it up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import click

from nodreel import errors
from nodreel.agent.switches import Switches, read_switches, write_switches
from nodreel.cli.answers import answer, json_option, want_a_person
from nodreel.cli.settling import settled
from nodreel.clock import SystemClock
from nodreel.consent import Ledger, read_grant
from nodreel.errors import ControlError, NoConsentError, NodreelError, NotRunningError
from nodreel.host import private_dir, refuse_root
from nodreel.host.files import SAFELY
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Done
from nodreel.paths import default_paths
from nodreel.policy import load_policy, narrower_or_equal
from nodreel.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.paths import Paths

PATIENCE_S = 20.0
_STEP_S = 0.05
_LONGEST_WORDS = 2000


@click.command()
@json_option
def start(*, as_json: bool) -> None:
    """Start recording your designated apps. Asks you first if you have not agreed yet."""
    refuse_root()
    paths, clock = default_paths(), SystemClock()
    running = _asked(paths)
    if running is not None:
        sentence = running.status.sentence if running.status else ""
        running = running.model_copy(
            update={"text": f"nodreel is already running. {sentence}".strip()}
        )
        answer(running, as_json=as_json)
        return
    want_a_person("start")
    if _must_ask(paths, clock):
        _hold_ceremony()
        read_grant(paths, clock)  # nobody takes the ceremony's word for it
    _lift_stop(paths, clock)
    done = _launched(paths)
    told = f"{done.text} {_offer_review(paths, clock)}".strip()
    answer(done.model_copy(update={"text": told}), as_json=as_json)


def _asked(paths: Paths) -> Done | None:
    """Return how the agent is, None when there is none."""
    try:
        return call(paths, AskStatus())
    except NotRunningError:
        return None


def _must_ask(paths: Paths, clock: Clock) -> bool:
    """Whether there is no valid yes to what would be recorded now."""
    try:
        grant = read_grant(paths, clock)
    except NoConsentError:
        return True
    return bool(narrower_or_equal(load_policy(paths).policy, grant.policy))


def _hold_ceremony() -> None:
    """Let the person read and decide, in a process of its own; raises when it was no yes."""
    ceremony = subprocess.run([sys.executable, "-m", "nodreel.cli", "consent", "give"], check=False)
    if ceremony.returncode:
        click.get_current_context().exit(ceremony.returncode)  # it has said why


def _lift_stop(paths: Paths, clock: Clock) -> None:
    """Lift the person's own stop; a pause stays a pause."""
    if read_switches(paths.state).stopped:
        write_switches(paths.state, Switches())
    private_dir(paths.audit.parent)
    Ledger(paths.audit, clock).append("person", "started", {})


def _offer_review(paths: Paths, clock: Clock) -> str:
    """Offer a look at what is held; nothing leaves before that was offered once."""
    held = Store(paths, clock).offer_review()
    if not held:
        return ""
    return f"Held for you to look at or delete: {held} (`nodreel list` shows them)."


def _launched(paths: Paths) -> Done:
    """Start the agent in a session of its own and wait until it says how it is."""
    words = private_dir(paths.state) / "agent.err"
    with os.fdopen(os.open(words, os.O_RDWR | os.O_CREAT | os.O_TRUNC | SAFELY, 0o600)) as said:
        agent = subprocess.Popen(
            [sys.executable, "-m", "nodreel.agent"],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, cwd="/",
        )  # fmt: skip
    for _ in range(round(PATIENCE_S / _STEP_S)):
        code = agent.poll()
        if code is not None:
            raise _why_not(code, words)
        done = _asked(paths)
        if done is not None:
            done = settled(paths)
            sentence = done.status.sentence if done.status else ""
            return done.model_copy(update={"text": f"nodreel is on. {sentence}".strip()})
        time.sleep(_STEP_S)
    raise ControlError(
        f"The agent was started and does not answer after {PATIENCE_S:.0f} seconds.",
        advice=f"See {words} and `nodreel doctor`.",
    )


def _why_not(code: int, words: Path) -> NodreelError:
    """Make the agent's own error out of how it ended and what it said."""
    said = words.read_text(encoding="utf-8", errors="replace")[-_LONGEST_WORDS:].strip()
    kinds = {
        kind.exit_code: kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, NodreelError)
    }
    last = said.splitlines()[-1] if said else f"it ended with code {code} and said nothing"
    kind = kinds.get(code, NodreelError)
    return kind(f"The agent did not start: {last}")
