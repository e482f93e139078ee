"""nodreel consent: read the terms, decide, see where it stands, take it back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from nodreel.clock import SystemClock, iso
from nodreel.consent import (
    Ledger,
    build_terms,
    current_state,
    deadline,
    read_grant,
    receipts,
    settle,
)
from nodreel.consent import withdraw as take_back
from nodreel.consent.heads import heads_of
from nodreel.consent.quoting import inert
from nodreel.consent.receipt_page import page
from nodreel.errors import (
    LedgerError,
    NoConsentError,
    NodreelError,
    NotRunningError,
    PolicyError,
    StoreError,
)
from nodreel.ipc.client import call
from nodreel.ipc.wire import Withdraw
from nodreel.paths import default_paths
from nodreel.policy import load_policy, narrower_or_equal
from nodreel.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.clock import Clock
    from nodreel.consent import Receipt
    from nodreel.paths import Paths
    from nodreel.policy import Difference, Policy

Stored = Literal["delete", "keep", "later"]

# -P: what lies in the current folder must not pass for nodreel
_CEREMONY = (sys.executable, "-P", "-m", "nodreel.consent.ceremony")
_PATIENCE_S = 10.0
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def consent() -> None:
    """Read the terms, decide, see where it stands, take it back."""
    paths, clock = default_paths(), SystemClock()
    try:
        receipt = settle(paths, clock, dispose=_disposal(paths, clock))
    except StoreError as error:
        click.echo(f"An earlier withdrawal still waits: {error}", err=True)
        return
    if receipt is not None:
        click.echo(f"An earlier withdrawal: {receipt}", err=True)


@consent.command()
@_JSON
def show(*, as_json: bool) -> None:
    """Show what would be recorded, where, why, for whom and how long. Decides nothing."""
    policy = load_policy(default_paths()).policy
    terms, changes = build_terms(policy), _changes(policy)
    if as_json:
        _say_json(
            {
                "version": terms.version,
                "sha256": terms.sha256,
                "text": terms.text,
                "policy_sha256": policy.sha256,
                "wider_than_agreed": [str(change) for change in changes],
            }
        )
        return
    click.echo(terms.text)
    for change in changes:
        click.echo(f"Wider than what you agreed to: {inert(str(change))}")


@consent.command()
@click.option("--goes-on", is_flag=True, hidden=True, help="`nodreel start` asks, and then starts.")
def give(*, goes_on: bool) -> None:
    """Hold the ceremony: read the terms in this terminal and decide. No option answers for you."""
    with subprocess.Popen(_CEREMONY) as ceremony:
        while True:
            try:
                code = ceremony.wait()
            except KeyboardInterrupt:
                continue  # the ceremony has heard it too, and takes it as no answer
            break
    if code == 0 and not goes_on:
        click.echo("To begin recording: nodreel start")
    click.get_current_context().exit(code if code >= 0 else NoConsentError.exit_code)


@consent.command()
@_JSON
def status(*, as_json: bool) -> None:
    """Say where your consent stands, until when, and for what."""
    found = _status(default_paths(), SystemClock())
    if as_json:
        _say_json(found)
        return
    for name, value in found.items():
        if value not in (None, []):
            words = "; ".join(value) if isinstance(value, list) else str(value)
            click.echo(f"{name.replace('_', ' ')}: {inert(words)}")


@consent.command()
@click.argument("receipt_id", required=False)
@click.option("--html", type=_FILE, help="Save it as a page to FILE.")
@click.option("--json", "json_", type=_FILE, help="Save it as JSON to FILE.")
def receipt(receipt_id: str | None, html: Path | None, json_: Path | None) -> None:
    """Print or save your receipt: the last one, or the one with that id."""
    paths = default_paths()
    found = _pick(receipts(paths), receipt_id)
    heads = heads_of(paths, found)
    tree = found.record.model_dump(mode="json")
    tree |= {"audit_heads": [head.model_dump() for head in heads]}
    text = json.dumps(tree, indent=2, ensure_ascii=False) + "\n"
    if json_ is not None:
        _save(json_, text)
    if html is not None:
        _save(html, page(found.record, heads))
    if html is None and json_ is None:
        # As ASCII, so that nothing in it can reach the terminal.
        click.echo(json.dumps(tree, indent=2))


@consent.command()
@click.option("--delete", "stored", flag_value="delete", help="Delete what is stored.")
@click.option("--keep", "stored", flag_value="keep", help="Keep it for the days you agreed to.")
@click.option("--later", "stored", flag_value="later", help="Decide within 7 days, else deleted.")
@_JSON
def withdraw(stored: Stored | None, *, as_json: bool) -> None:
    """Take your consent back, at once. Then say what happens to what is stored."""
    paths, clock = default_paths(), SystemClock()
    dispose = _disposal(paths, clock)
    # Recording ends first, whatever is answered about the rest, and if nothing is.
    done = take_back_and_tell(paths, clock, stored or "later")
    if stored is None:
        click.echo("Withdrawn: nothing is recorded any more.", err=True)
        chosen: Stored = click.prompt(
            "What is stored: delete it now, keep it, or decide later (deleted in 7 days)?",
            type=click.Choice(["delete", "keep", "later"]),
            default="delete",
            err=True,
        )
        done = take_back(paths, clock, stored=chosen, dispose=dispose)
    if as_json:
        _say_json({"receipt": str(done.path), "id": done.id, "pending": list(done.pending)})
    else:
        click.echo(str(done))
    if done.pending:
        click.get_current_context().exit(StoreError.exit_code)


def take_back_and_tell(paths: Paths, clock: Clock, stored: Stored) -> Receipt:
    """End the consent, tell an agent that runs, and do with what is stored what was chosen."""
    return take_back(
        paths, clock, stored=stored, discard=lambda: _tell_agent(paths, stored),
        dispose=_disposal(paths, clock),
    )  # fmt: skip


def _disposal(paths: Paths, clock: Clock) -> Callable[[str], None]:
    """Return what does with the store what the person chose."""

    def dispose(stored: str) -> None:
        if stored == "delete":
            Store(paths, clock).delete_all()

    return dispose


def _tell_agent(paths: Paths, stored: Stored) -> None:
    """Tell a running agent; one that cannot be reached sees within a second that it is over."""
    try:
        call(paths, Withdraw(stored=stored), _PATIENCE_S)
    except NotRunningError:
        pass
    except NodreelError as error:
        click.echo(f"The agent could not be told and stops by itself: {error}", err=True)


def _changes(policy: Policy) -> tuple[Difference, ...]:
    try:
        return narrower_or_equal(policy, read_grant(default_paths(), SystemClock()).policy)
    except NoConsentError:
        return ()


def _status(paths: Paths, clock: Clock) -> dict[str, object]:
    found: dict[str, object] = {}
    policy: Policy | None = None
    try:
        policy = load_policy(paths).policy
    except PolicyError as error:
        found["policy"] = str(error)
    state = current_state(paths, clock, policy)
    found = {"state": state.value, "permits_recording": state.permits, **found}
    try:
        grant = read_grant(paths, clock)
    except NoConsentError as error:
        found |= {"why": str(error), "what_next": error.advice}
    else:
        found |= {
            "consent": grant.consent_id,
            "given": iso(grant.given),
            "expires": iso(grant.expires),
            "kinds": sorted(grant.kinds),
            "presence": grant.presence.value,
            "receipt": grant.receipt_id,
        }
        if policy is not None:
            found["wider_than_agreed"] = [str(x) for x in narrower_or_equal(policy, grant.policy)]
    due = deadline(paths)
    if due is not None:
        found["stored_recordings_are_deleted"] = iso(due)
    found["audit_log"] = _audit(paths, clock)
    return found


def _audit(paths: Paths, clock: Clock) -> str:
    try:
        known = [(r.record, heads_of(paths, r)) for r in receipts(paths)]
        held = {r.audit_head for r, _ in known} | {h.head for _, heads in known for h in heads}
        found = Ledger(paths.audit, clock).verify(held)
    except (LedgerError, StoreError) as error:
        return str(error)
    torn = f", torn and marked {found.resets} times" if found.resets else ""
    return f"{found.lines} lines, unbroken{torn}"


def _pick(found: Sequence[Receipt], receipt_id: str | None) -> Receipt:
    chosen = [r for r in found if receipt_id in {None, r.id}]
    if not chosen:
        raise NoConsentError(
            "There is no such receipt."
            if receipt_id
            else "There is no receipt: nothing was decided."
        )
    return chosen[-1]


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"Cannot save the receipt to {path}: {error.strerror}.", advice="Choose another file."
        ) from error
    click.echo(f"Saved: {path}", err=True)


def _say_json(value: object) -> None:
    """Print one line of JSON; ASCII only, so that nothing in it reaches the terminal."""
    click.echo(json.dumps(value, separators=(",", ":")))
