"""nodreel upload: send what was released, and ask for what was withdrawn to be deleted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from nodreel.cli.reading import json_option, say_json, size
from nodreel.clock import SystemClock
from nodreel.errors import UploadError
from nodreel.host import is_interactive, refuse_root
from nodreel.host.keyring import delete_upload_credentials, store_upload_credentials
from nodreel.paths import default_paths
from nodreel.review.inert import inert
from nodreel.upload.credentials import LARGEST, read_credentials
from nodreel.upload.visit import Plan, Visit, look_ahead, visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.upload.queue import Staying

_LONGEST = 300


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be sent; ask no network.")
@click.option("--credentials", is_flag=True, help="Read JSON from standard input into the keyring.")
@click.option("--forget-credentials", is_flag=True, help="Remove them from the keyring.")
@click.option("--scheduled", is_flag=True, help="As nodreel does it by itself: ask for deletions,"
              " and send only if your terms say so.")  # fmt: skip
@json_option
def upload(
    *, dry_run: bool, credentials: bool, forget_credentials: bool, scheduled: bool, as_json: bool
) -> None:
    """Send released recordings to the place that your terms name, and delete them here.

    Only what waited, was offered to you for review and released ever leaves; each byte is read back
    before anything is deleted here. What you withdrew or deleted is asked to be deleted there, too,
    until that is confirmed. It can be stopped at any moment and goes on where it was.

    Exit code 75: not now, it can be tried again; 77: without your yes nothing is sent.
    """
    refuse_root()
    if credentials or forget_credentials:
        _keep_credentials(forget=forget_credentials, as_json=as_json)
        return
    paths, clock = default_paths(), SystemClock()
    if dry_run:
        _tell_plan(look_ahead(paths, clock), as_json=as_json)
        return
    shown = is_interactive() and not as_json
    done = visit(paths, clock, _progress if shown else _silent, scheduled=scheduled)
    if shown:
        click.echo("\r\033[K", nl=False, err=True)
    _tell(done, as_json=as_json)
    if done.unreadable or any(one.objects is None and not one.lies_there for one in done.asked):
        click.get_current_context().exit(UploadError.exit_code)


def _progress(done: int, total: int) -> None:
    percent = 100 * done // max(1, total)
    click.echo(f"\r{percent:3d} %  {size(done)} of {size(total)} ", nl=False, err=True)


def _silent(done: int, total: int) -> None:
    del done, total


def _keep_credentials(*, forget: bool, as_json: bool) -> None:
    if forget:
        kept, said = delete_upload_credentials(), "They are out of your keyring."
    else:
        text = sys.stdin.read(LARGEST + 1)
        read_credentials(text.encode())
        kept, said = store_upload_credentials(text), "They are in your keyring."
    if not kept:
        raise UploadError(
            "Your keyring cannot be reached, or is locked.",
            advice="Unlock it, or ask whoever writes the policy for a `broker`.",
        )
    say_json({"keyring": said}) if as_json else click.echo(said)


def _tell_plan(plan: Plan, *, as_json: bool) -> None:
    total = sum(episode.bytes for episode in plan.waiting)
    upload = plan.permit.upload
    if as_json:
        say_json({
            "to": upload.to, "endpoint": upload.endpoint, "bytes": total, "waits": plan.waits,
            "episodes": [{"id": e.id, "bytes": e.bytes} for e in plan.waiting],
            "staying": _plain(plan.staying), "open_requests": plan.open_requests,
        })  # fmt: skip
        return
    place = upload.endpoint or upload.to
    click.echo(f"{len(plan.waiting)} episodes, {size(total)}, would go to {inert(place)}.")
    for episode in plan.waiting:
        click.echo(f"  {episode.id}  {size(episode.bytes):>10}")
    _tell_staying(plan.staying)
    if plan.open_requests:
        click.echo(f"{plan.open_requests} requests to delete what was sent would be sent again.")
    if plan.waits:
        click.echo(f"Not now: {plan.waits}")


def _tell(done: Visit, *, as_json: bool) -> None:
    outcome, asked = done.outcome, done.asked
    confirmed = [a for a in asked if a.objects is not None]
    if as_json:
        say_json({
            "sent": outcome.sent, "segments": outcome.segments, "bytes": outcome.bytes,
            "staying": _plain(outcome.staying), "waits": outcome.waits,
            "deletions": {
                "confirmed": [a.request.name for a in confirmed],
                "open": {a.request.name: a.why for a in asked if a.objects is None},
                "unreadable": [str(path) for path in done.unreadable],
                "unheard": [a.request.name for a in asked if not a.lies_there],
            },
        })  # fmt: skip
        return
    for path in done.unreadable:
        click.echo(
            f"A request to delete what was sent is damaged and cannot be asked: {path}. Tell"
            " whoever is responsible for the recordings; your receipt names your consent."
        )
    for one in asked:
        if not one.lies_there:
            click.echo(
                "What was sent is to be deleted, and that could not be asked for yet."
                f" {inert(one.why, _LONGEST)}"
            )
        elif one.objects is None:
            click.echo(f"Asked for what was sent to be deleted. {inert(one.why, _LONGEST)}")
        else:
            click.echo(
                f"What was sent is deleted there, as its keeper signed: {one.objects} objects."
            )
    if outcome.sent:
        count = len(outcome.sent)
        click.echo(f"Sent, read back, deleted here: {count} episodes, {size(outcome.bytes)}.")
    _tell_staying(outcome.staying)
    if outcome.waits:
        click.echo(f"Nothing more for now. {outcome.waits}")
    elif not outcome.sent and not asked:
        click.echo("There is nothing to send.")


def _tell_staying(staying: Sequence[Staying]) -> None:
    for one in staying:
        click.echo(f"Stays here: {one.id}. {inert(one.why, _LONGEST)}")


def _plain(staying: Sequence[Staying]) -> dict[str, str]:
    return {one.id: inert(one.why, _LONGEST) for one in staying}
