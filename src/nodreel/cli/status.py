"""nodreel status: one sentence first, then every condition in plain words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from nodreel.cli.answers import json_option
from nodreel.errors import NotRunningError
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus
from nodreel.paths import default_paths
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from nodreel.ipc.wire import Status

_LONGEST = 400
_EVERY_S = 1.0


@click.command()
@click.option("--watch", is_flag=True, help="Stay, and say it again whenever it changes.")
@json_option
def status(*, watch: bool, as_json: bool) -> None:
    """Say whether anything is recorded, and if not, why."""
    shown = ""
    while True:
        now = _ask()
        text = now.model_dump_json() if as_json else "\n".join(lines(now))
        gist = f"{now.sentence}{now.interlocks}"
        if gist != shown:
            shown = gist
            click.echo(text)
        if not watch:
            return
        time.sleep(_EVERY_S)


def _ask() -> Status:
    try:
        found = call(default_paths(), AskStatus()).status
    except NotRunningError as error:
        raise NotRunningError("nodreel is not running, so nothing is recorded.") from error
    if found is None:
        raise NotRunningError("The agent does not say how it is.")
    return found


def lines(now: Status) -> list[str]:
    """Return what a person reads; nothing in it can reach into their terminal."""
    told = [now.sentence, ""]
    told += [
        f"  {'yes' if lock.closed else 'NO ':3}  {lock.name:9}  {lock.sentence}"
        for lock in now.interlocks
    ]
    told += ["", f"  last stored  {_age(now.last_written_s)}"]
    told.append(f"  episodes     {now.episodes.held} held here, {now.episodes.released} released")
    if now.spares:
        told.append(f"  given up     {now.spares}")
    if now.dropped:
        dropped = ", ".join(f"{count} {why}" for why, count in sorted(now.dropped.items()))
        told.append(f"  dropped      {dropped}")
    told += [f"  {name:11}  {path}" for name, path in sorted(now.paths.items())]
    return [inert(line, _LONGEST) for line in told]


def _age(seconds: float | None) -> str:
    return "nothing yet" if seconds is None else f"{seconds:.0f} s ago"
