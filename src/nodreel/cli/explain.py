"""nodreel explain: why this second, or one before it, is or is not recorded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from nodreel.agent.coverage import Span, read_spans
from nodreel.agent.moments import Stretch, around, told
from nodreel.cli.delete import Span as Length
from nodreel.cli.reading import json_option, say_json
from nodreel.clock import SystemClock, WallNanos, iso
from nodreel.errors import ControlError, EpisodeError, NodreelError, NotRunningError
from nodreel.events import SECOND
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus
from nodreel.paths import default_paths
from nodreel.review.inert import inert
from nodreel.store import Store

if TYPE_CHECKING:
    from nodreel.ipc.wire import Status

ADVICE: Final = {
    "grant": "`nodreel consent give` asks you; nothing is recorded before.",
    "pause": "`nodreel resume` goes on.",
    "policy": "`nodreel policy explain` tells what may be recorded at most.",
    "disk": "`nodreel doctor` finds what is wrong with the disk.",
    "senses": "`nodreel doctor` finds what is wrong.",
    "sign": "The sign has to be in full view: bring it to the front.",
    "remote": "End that program, or leave it: nothing is recorded while it is there.",
    "context": "`nodreel policy explain` lists the apps and sites that are recorded.",
}
_LONGEST: Final = 400
_NEAR: Final = 120 * SECOND  # before and after the moment
_CLOCK: Final = ("%H:%M", "%H:%M:%S")
_WHEN: Final = click.DateTime(
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", *_CLOCK]
)


@click.command()
@click.option("--at", "at", type=_WHEN, help="Your local time, such as 10:15 (the last one).")
@click.option("--ago", type=Length(), help="So long ago: 30s, 5m, 2h, 1d.")
@click.option("--episode", help="The time of one episode, by its id.")
@json_option
def explain(*, at: datetime | None, ago: int | None, episode: str | None, as_json: bool) -> None:
    """Say in one sentence why this second is recorded or not; or any second before it.

    What was recorded when is known on this machine only, and never leaves it.
    """
    if sum(choice is not None for choice in (at, ago, episode)) > 1:
        raise click.UsageError("Name at most one of --at, --ago, --episode.")
    if episode is not None:
        _table(*_of(episode), as_json=as_json)
    elif at is not None or ago is not None:
        now = SystemClock().wall()
        _then(WallNanos(now - ago * SECOND) if ago else _moment(at, now), as_json=as_json)
    else:
        _now(as_json=as_json)


def _now(*, as_json: bool) -> None:
    try:
        status = call(default_paths(), AskStatus()).status
    except NotRunningError as error:
        raise NotRunningError("nodreel is not running, so nothing is recorded.") from error
    if status is None:
        raise NotRunningError("The agent does not say how it is.")
    advice = _advice(status)
    if as_json:
        say_json({
            "recorded": status.recording, "state": status.state, "sentence": status.sentence,
            "open": [lock.name for lock in status.interlocks if not lock.closed], "advice": advice,
        })  # fmt: skip
        return
    click.echo(inert(status.sentence, _LONGEST))
    if advice:
        click.echo(advice)


def _advice(status: Status) -> str:
    """Return what to do about the first condition that is not met."""
    names = (lock.name for lock in status.interlocks if not lock.closed)
    return "" if status.recording else ADVICE.get(next(names, ""), "")


def _moment(at: datetime | None, now: WallNanos) -> WallNanos:
    """Return the wall time meant; a time without a day is the last one there was."""
    if at is None:
        return now
    today = datetime.fromtimestamp(now / SECOND, tz=UTC).astimezone().date()
    only_clock = at.year == 1900  # noqa: PLR2004  what a format without a date is read as
    here = at.replace(year=today.year, month=today.month, day=today.day) if only_clock else at
    meant = WallNanos(round(here.astimezone().timestamp() * SECOND))
    return WallNanos(meant - 86_400 * SECOND) if only_clock and meant > now else meant


def _then(moment: WallNanos, *, as_json: bool) -> None:
    spans = _spans()
    here = [span for span in spans if span.start <= moment < span.end]
    if not here:
        raise ControlError(
            f"Nothing is known of {_clock(moment)}.",
            advice=f"The ledger knows of {_known(spans)}." if spans else "nodreel never ran here.",
        )
    near = around(spans, WallNanos(moment - _NEAR), WallNanos(moment + _NEAR))
    sentence = told(here[-1])
    if as_json:
        recorded = here[-1].state == "recorded"
        say_json({
            "at": iso(moment), "recorded": recorded, "state": here[-1].state, "sentence": sentence,
            "around": [_plain(stretch) for stretch in near],
        })  # fmt: skip
        return
    click.echo(f"{_clock(moment)}  {inert(sentence, _LONGEST)}")
    click.echo()
    _rows(near, moment)


def _spans() -> list[Span]:
    """Return the ledger and what holds since its last line: any change begins a new one."""
    spans = list(read_spans(default_paths().coverage))
    with suppress(NodreelError):
        status = call(default_paths(), AskStatus()).status
        if status is not None and spans:
            spans.append(_goes_on(status, spans[-1].end))
    return spans


def _goes_on(status: Status, since: WallNanos) -> Span:
    state = {"recording": "recorded", "paused": "paused"}.get(status.state, "blocked")
    open_ = next((lock for lock in status.interlocks if not lock.closed), None)
    why, says = (open_.name, open_.sentence) if open_ and state == "blocked" else ("", "")
    return Span(since, SystemClock().wall(), state, why, says)


def _known(spans: list[Span]) -> str:
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    return f"{_clock(first)} to {_clock(last)}"


def _of(episode: str) -> tuple[WallNanos, WallNanos]:
    """Return when an episode began and ended. Raises EpisodeError."""
    for found in Store(default_paths(), SystemClock()).episodes():
        if found.id == episode and found.started is not None:
            return found.started, WallNanos(found.started + found.length)
    raise EpisodeError(
        "There is no such episode here, or it is not known when it was recorded.",
        advice="`nodreel list` shows what is stored.",
    )


def _table(since: WallNanos, until: WallNanos, *, as_json: bool) -> None:
    near = around(_spans(), since, until)
    if as_json:
        say_json({"from": iso(since), "to": iso(until), "around": [_plain(s) for s in near]})
        return
    click.echo(f"From {_clock(since)} to {_clock(until)}:" if near else "Nothing is known of it.")
    _rows(near, None)


def _rows(stretches: list[Stretch], moment: WallNanos | None) -> None:
    for stretch in stretches:
        here = moment is not None and stretch.start <= moment < stretch.end
        click.echo(
            f"{'>' if here else ' '} {_clock(stretch.start)}  {_clock(stretch.end)}"
            f"  {inert(stretch.sentence, _LONGEST)}"
        )


def _clock(wall: WallNanos) -> str:
    """Write a wall time as a clock here shows it, with the day unless it is today."""
    at = datetime.fromtimestamp(wall / SECOND, tz=UTC).astimezone()
    today = datetime.fromtimestamp(SystemClock().wall() / SECOND, tz=UTC).astimezone().date()
    return f"{at:%H:%M:%S}" if at.date() == today else f"{at:%Y-%m-%d %H:%M:%S}"


def _plain(stretch: Stretch) -> dict[str, object]:
    return {**asdict(stretch), "start": iso(stretch.start), "end": iso(stretch.end)}
