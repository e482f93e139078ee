"""nodreel delete: take back what was recorded, for good."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from nodreel.cli.reading import json_option, say_json
from nodreel.clock import SystemClock, WallNanos
from nodreel.consent import Ledger, read_grant
from nodreel.errors import ControlError, LedgerError, NoConsentError, NotRunningError, StoreError
from nodreel.events import SECOND
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Delete
from nodreel.paths import default_paths
from nodreel.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.paths import Paths
    from nodreel.store import Deleted

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_PATIENCE: Final = 30.0  # seconds; a slow disk may have much to give back


class Span(click.ParamType[int]):
    """A length of time such as 90s, 5m, 2h or 1d, in seconds."""

    name = "span"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the seconds."""
        found = re.fullmatch(r"(\d{1,6})([smhd])", str(value))
        if found is None or int(found[1]) == 0:
            self.fail(f"{value!r} is no length of time like 90s, 5m, 2h or 1d.", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


_WHEN = click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@click.command()
@click.option("--last", type=Span(), help="What was recorded in the last 90s, 5m, 2h, 1d.")
@click.option("--episode", help="One episode, by its id.")
@click.option("--all", "everything", is_flag=True, help="All that is stored.")
@click.option("--from", "since", type=_WHEN, help="With --to: a stretch of your local time.")
@click.option("--to", "until", type=_WHEN, help="With --from.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def delete(  # noqa: PLR0917  click passes them by name
    last: int | None, episode: str | None, everything: bool, since: datetime | None,  # noqa: FBT001
    until: datetime | None, yes: bool, as_json: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Delete recordings from this machine for good. Needs no consent, no network and no reason."""
    stretch = (since, until) if since and until else None
    chosen = [last is not None, episode is not None, everything, stretch is not None]
    if sum(chosen) != 1 or (stretch is None and (since or until)):
        raise click.UsageError("Name exactly one of --last, --episode, --all, or --from with --to.")
    if not yes:
        click.confirm("Deleted for good, nobody can bring it back. Delete?", abort=True)
    paths, clock = default_paths(), SystemClock()
    if stretch is None:
        said = _by_agent(paths, last, episode, everything) or str(
            _here(paths, clock, last, episode)
        )
    else:
        said = str(_stretch(paths, clock, *stretch))
    if as_json:
        say_json({"deleted": said})
    else:
        click.echo(said)


def _by_agent(
    paths: Paths, last: int | None, episode: str | None, everything: bool  # noqa: FBT001
) -> str | None:  # fmt: skip
    """Ask the agent, which may be writing; None when there is none."""
    request = Delete(last_seconds=last, episode=episode, everything=True if everything else None)
    try:
        return call(paths, request, _PATIENCE).text
    except NotRunningError:
        return None


def _here(paths: Paths, clock: Clock, last: int | None, episode: str | None) -> Deleted:
    """Delete without an agent."""
    store, sign = Store(paths, clock), _sign(paths, clock)
    if episode is not None:
        deleted = store.delete_episode(episode, sign)
    elif last is not None:
        now = clock.wall()
        deleted = store.delete_range(WallNanos(now - last * SECOND), now, sign)
    else:
        deleted = store.delete_all(sign)
    _audit(paths, clock, deleted)
    return deleted


def _stretch(paths: Paths, clock: Clock, since: datetime, until: datetime) -> Deleted:
    try:
        call(paths, AskStatus())
    except NotRunningError:
        first, last = (
            WallNanos(round(t.astimezone(UTC).timestamp()) * SECOND) for t in (since, until)
        )
        deleted = Store(paths, clock).delete_range(first, last, _sign(paths, clock))
        _audit(paths, clock, deleted)
        return deleted
    raise ControlError(
        "The agent is running, and may be writing into that stretch of time.",
        advice="`nodreel stop` first; or use --last or --episode, which the agent does itself.",
    )


def _sign(paths: Paths, clock: Clock) -> Callable[[bytes], bytes] | None:
    """Return the signing of the current consent; None when there is none."""
    try:
        return read_grant(paths, clock).sign
    except (NoConsentError, StoreError):
        return None


def _audit(paths: Paths, clock: Clock, deleted: Deleted) -> None:
    """Note it; a log that cannot be written stops no deletion."""
    try:
        Ledger(paths.audit, clock).append("person", "deleted", {"segments": deleted.segments})
    except (StoreError, LedgerError):
        click.echo("(It could not be noted in the audit log.)", err=True)
