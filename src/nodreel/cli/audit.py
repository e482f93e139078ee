"""nodreel audit: whether the log of what nodreel did is the one that was written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from nodreel.cli.answers import json_option
from nodreel.clock import SystemClock
from nodreel.consent import Ledger, receipts
from nodreel.consent.audit import Audit, examine
from nodreel.consent.heads import SignedHead, believed, heads_of
from nodreel.consent.record import LARGEST, Record
from nodreel.errors import LedgerError, StoreError
from nodreel.host.files import SAFELY, read_bounded, trouble
from nodreel.paths import default_paths
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.paths import Paths

MOST_LOG = 256 << 20
_FILE = click.Path(dir_okay=False, path_type=Path)
_LONGEST = 400

Known = tuple[Record, tuple[SignedHead, ...]]


@click.group()
def audit() -> None:
    """Check the log of what nodreel did: consents, pauses, recordings, deletions. No contents."""


@audit.command()
@click.option("--log", type=_FILE, help="A copy of a log instead of your own.")
@click.option(
    "--receipt", "saved", type=_FILE, multiple=True,
    help="A receipt saved with `nodreel consent receipt --json FILE`; may be repeated.",
)  # fmt: skip
@json_option
def verify(log: Path | None, saved: tuple[Path, ...], *, as_json: bool) -> None:
    """Check every line, every signature, and that nothing that a receipt knows is missing.

    The first bad line is named. Exit code 0: the log is sound; 80: it is not.
    """
    paths = default_paths()
    known = [_saved(path) for path in saved] if log or saved else _own(paths)
    held = {r.audit_head for r, _ in known} | {h.head for _, heads in known for h in heads}
    keys = {r.public_key for r, _ in known if r.public_key} if known else None
    where = log or paths.audit
    if log is None:
        found = Ledger(where, SystemClock()).examine(held, keys)
    else:
        found = examine(_foreign(where, MOST_LOG), held, keys)
    if as_json:
        click.echo(json.dumps(_plain(found, where, len(known))))
    else:
        for line in _told(found, where, len(known)):
            click.echo(inert(line, _LONGEST))
    if found.problem is not None:
        click.get_current_context().exit(LedgerError.exit_code)


def _own(paths: Paths) -> list[Known]:
    return [(receipt.record, heads_of(paths, receipt)) for receipt in receipts(paths)]


def _saved(path: Path) -> Known:
    """Read a receipt that somebody kept; StoreError for what is none."""
    try:
        tree = json.loads(_foreign(path, 2 * LARGEST))
        heads = tree.pop("audit_heads", [])
        record = Record.model_validate_json(json.dumps(tree))
        lines = [json.dumps(head).encode() for head in heads]
    except (ValueError, TypeError, AttributeError, RecursionError, ValidationError) as error:
        raise StoreError(
            f"{path} is no receipt of nodreel.",
            advice="Give a file that `nodreel consent receipt --json FILE` has saved.",
        ) from error
    return record, believed(path, lines, {record.public_key or ""})


def _foreign(path: Path, limit: int) -> bytes:
    """Read a file of anybody, bounded; no link is followed, nothing waits on a FIFO."""
    try:
        file = os.open(path, os.O_RDONLY | SAFELY)
    except OSError as error:
        raise trouble(path, error) from error
    try:
        return read_bounded(path, file, limit=limit)
    except OSError as error:
        raise trouble(path, error) from error
    finally:
        os.close(file)


def _plain(found: Audit, where: Path, known: int) -> dict[str, object]:
    return {
        "ok": found.problem is None, "log": str(where), "lines": found.lines, "head": found.head,
        "signed_heads": found.signed, "last_signed_day": found.last_day, "resets": found.resets,
        "receipts": known, "confirmed_up_to_line": found.confirmed, "first_bad_line": found.line,
        "problem": found.problem, "sound_since_line": found.sound_since,
    }  # fmt: skip


def _told(found: Audit, where: Path, known: int) -> Iterable[str]:
    if found.problem is not None:
        yield f"{where}, line {found.line}: {found.problem}."
        vouched = f"Lines 1 to {found.confirmed} are" if found.confirmed else "No line is"
        yield (
            f"{vouched} vouched for by a receipt or a signed head. Compare the rest with a copy"
            " that you or your works council kept; recording goes on under a marked reset."
        )
        return
    if not found.lines:
        yield f"There is no line in {where} yet."
        return
    yield f"{found.lines} lines, unbroken. Head: {found.head}"
    if found.last_day:
        yield f"{found.signed} heads of days are signed, the last on {found.last_day}."
    if known:
        yield f"All that {known} receipts know of it is there."
    else:
        yield "No receipt was compared, so the end could be missing: give one with --receipt."
    if found.resets:
        yield f"Torn {found.resets} times, by a crash or by somebody, and marked there."
