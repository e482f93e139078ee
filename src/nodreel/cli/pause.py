"""nodreel pause: nothing is recorded for a while, or until the person resumes."""

from __future__ import annotations

import re

import click

from nodreel.agent import pausing
from nodreel.cli.answers import answer, json_option
from nodreel.clock import SystemClock
from nodreel.ipc.wire import DAY_MINUTES
from nodreel.paths import default_paths

_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h)?")
_UNTIL = re.compile(r"until( i)? resume", re.IGNORECASE)


@click.command()
@click.argument("span", nargs=-1, metavar="[15m|1h|until I resume]")
@json_option
def pause(span: tuple[str, ...], *, as_json: bool) -> None:
    """Pause for 15m, 1h and the like (at most a day), or until you resume."""
    minutes = minutes_of(" ".join(span))
    answer(pausing.pause(default_paths(), SystemClock(), minutes), as_json=as_json)


def minutes_of(span: str) -> int | None:
    """Read a length of time; None for "until I resume" and for nothing at all."""
    if not span or _UNTIL.fullmatch(span):
        return None
    found = _SPAN.fullmatch(span)
    minutes = int(found[1]) * (60 if found[2] == "h" else 1) if found else 0
    if not 1 <= minutes <= DAY_MINUTES:
        raise click.UsageError(f"{span!r} is no pause: say 15m, 1h (at most 24h), or nothing.")
    return minutes
