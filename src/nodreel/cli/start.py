"""nodreel start: ask the person if need be, then start the agent and see it up."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from nodreel.agent.launch import asked, switched_on
from nodreel.cli.answers import answer, json_option, want_a_person
from nodreel.cli.open import open_
from nodreel.clock import SystemClock
from nodreel.consent import read_grant
from nodreel.consent.switches import read_switches
from nodreel.errors import NoConsentError, NodreelError
from nodreel.host import refuse_root
from nodreel.paths import default_paths
from nodreel.policy import load_policy, narrower_or_equal
from nodreel.store import Store

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.paths import Paths


@click.command()
@json_option
def start(*, as_json: bool) -> None:
    """Start recording your designated apps. Asks you first if you have not agreed yet."""
    refuse_root()
    paths, clock = default_paths(), SystemClock()
    running = asked(paths)
    if running is not None and not (_is_stopped(paths) or _must_ask(paths, clock)):
        sentence = running.status.sentence if running.status else ""
        running = running.model_copy(
            update={"text": f"nodreel is already running. {sentence}".strip()}
        )
        answer(running, as_json=as_json)
        if not as_json:
            _show_pages()
        return
    want_a_person("start")
    if _must_ask(paths, clock):
        _hold_ceremony()
        read_grant(paths, clock)  # nobody takes the ceremony's word for it
    done = switched_on(paths, clock)
    told = f"{done.text} {_offer_review(paths, clock)}".strip()
    answer(done.model_copy(update={"text": told}), as_json=as_json)


def _show_pages() -> None:
    """Open the pages: who starts what runs already wants to see it. Without a desktop nothing."""
    if os.environ.get("DISPLAY"):
        with suppress(NodreelError):  # it runs, and that was said
            click.get_current_context().invoke(open_, as_json=True)


def _is_stopped(paths: Paths) -> bool:
    """Whether the agent that is there only idles: it came with the login, say."""
    return read_switches(paths.state).stopped


def _must_ask(paths: Paths, clock: Clock) -> bool:
    """Whether there is no valid yes to what would be recorded now."""
    try:
        grant = read_grant(paths, clock)
    except NoConsentError:
        return True
    return bool(narrower_or_equal(load_policy(paths).policy, grant.policy))


def _hold_ceremony() -> None:
    """Let the person read and decide, in a process of its own; raises when it was no yes."""
    asking = (sys.executable, "-P", "-m", "nodreel.cli", "consent", "give", "--goes-on")
    ceremony = subprocess.run(asking, check=False)
    if ceremony.returncode:
        click.get_current_context().exit(ceremony.returncode)  # it has said why


def _offer_review(paths: Paths, clock: Clock) -> str:
    """Offer a look at what is held; nothing leaves before that was offered once."""
    held = Store(paths, clock).offer_review()
    if not held:
        return ""
    return f"Held for you to look at or delete: {held} (`nodreel list` shows them)."
