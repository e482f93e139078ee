"""One visit to the store, from the first question to the last: what ``nodreel upload`` does.

Deletions are asked for first, and without any consent; then comes what was released.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from nodreel.consent import Ledger
from nodreel.consent.requests import requests, unreadable
from nodreel.errors import LedgerError, NoConsentError, StoreError, UploadError
from nodreel.host import private_dir
from nodreel.host.files import refuse_foreign
from nodreel.host.load import surroundings
from nodreel.host.network import metered
from nodreel.host.owned import read_owned
from nodreel.upload.asking import Asked, ask_for_deletion, note_deletions
from nodreel.upload.conditions import why_wait
from nodreel.upload.credentials import find_credentials
from nodreel.upload.pace import Pace
from nodreel.upload.permit import Permit, permit
from nodreel.upload.queue import Staying, Waiting, queue
from nodreel.upload.remote import open_store
from nodreel.upload.run import Outcome, Uploader, Waits
from nodreel.upload.sent import SENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nodreel.clock import Clock
    from nodreel.consent.requests import Request
    from nodreel.paths import Paths
    from nodreel.policy import Upload
    from nodreel.upload.objects import ObjectStore

_CA: Final = 1 << 20  # bytes
_LOCK: Final = "upload.lock"


@dataclass(slots=True)
class Visit:
    """What a visit led to: ``asked`` about deletions, and ``outcome`` of sending, if any.

    ``unreadable``: requests to delete that are damaged here, so that nobody can ask for them.
    """

    asked: list[Asked] = field(default_factory=list)
    unreadable: tuple[Path, ...] = ()
    outcome: Outcome = field(default_factory=Outcome)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a visit would do now: ``waits`` says why it would do nothing of it yet."""

    permit: Permit
    waiting: list[Waiting]
    staying: list[Staying]
    open_requests: int
    waits: str | None


def look_ahead(paths: Paths, clock: Clock) -> Plan:
    """Say what would be sent, without asking any network; raises what ``permit`` raises."""
    allowed = permit(paths, clock)
    waiting, staying = queue(paths, clock, allowed.grant)
    open_requests = len(requests(paths, "open"))
    return Plan(allowed, waiting, staying, open_requests, _wait(allowed.upload, clock))


def visit(
    paths: Paths, clock: Clock, told: Callable[[int, int], None],
    reach: Callable[[Upload], ObjectStore] | None = None, *, scheduled: bool = False,
) -> Visit:  # fmt: skip
    """Ask for deletions, then send. Raises UploadError, NoConsentError, PolicyError, StoreError.

    ``told`` hears of bytes confirmed and in all. Without a consent only deletions are asked for;
    ``scheduled``: nor is anything else done unless terms and person let it happen by itself.
    """
    done, reach = Visit(), reach or reach_store
    with _alone(paths):
        _ask(paths, clock, done, reach)
        try:
            allowed = permit(paths, clock)
        except (NoConsentError, UploadError):
            if done.asked or done.unreadable:
                return done  # that was what there was to do
            raise
        if scheduled and not allowed.upload.automatic:
            done.outcome.waits = "It is sent when you say so: `nodreel upload`."
        else:
            _send(paths, clock, done, allowed, told, reach)
        note_deletions(paths, clock)
    return done


def reach_store(upload: Upload) -> ObjectStore:
    """Open the store that a policy names, with what the person or the broker has for it."""
    ca = None
    if upload.ca is not None:
        try:
            ca = read_owned(Path(upload.ca), limit=_CA, owners=None, folders=None)
        except (StoreError, FileNotFoundError) as error:
            raise UploadError(
                f"The certificate authority of the policy cannot be used: {error}", again=False
            ) from error
    return open_store(upload, find_credentials(upload), ca=ca)


def _ask(paths: Paths, clock: Clock, done: Visit, reach: Callable[[Upload], ObjectStore]) -> None:
    def to(request: Request) -> ObjectStore:
        return reach(request.upload)

    note_deletions(paths, clock)
    done.asked = ask_for_deletion(paths, to)
    done.unreadable = unreadable(paths)
    for asked in done.asked:
        if asked.objects is not None:
            name = asked.request.name.partition(".")[0]
            _log(paths, clock, "deletion_confirmed", {"request": name, "objects": asked.objects})


def _send(  # noqa: PLR0917  one visit's parts
    paths: Paths, clock: Clock, done: Visit, allowed: Permit,
    told: Callable[[int, int], None], reach: Callable[[Upload], ObjectStore],
) -> None:  # fmt: skip
    done.outcome.waits = _wait(allowed.upload, clock)
    if done.outcome.waits is not None or not queue(paths, clock, allowed.grant)[0]:
        done.outcome.staying = queue(paths, clock, allowed.grant)[1]
        return
    upload = allowed.upload
    pace = Pace(
        paths.data / SENT, clock, kib_s=upload.max_kib_s, daily_mb=upload.daily_mb,
        sleep=time.sleep,
    )  # fmt: skip

    def check() -> Permit:
        """Ask everything again: a moment later it may be battery, evening, or a withdrawal."""
        now = permit(paths, clock)
        if now.upload.to != upload.to or now.upload.endpoint != upload.endpoint:
            raise Waits("The policy names another place now.")
        why = _wait(now.upload, clock)
        if why is not None:
            raise Waits(why)
        return now

    run = Uploader(paths, clock, objects=reach(upload), gauge=pace, check=check, told=told)
    done.outcome = run.outcome
    try:
        run.run()
    finally:
        if run.outcome.sent:
            counts = {"episodes": len(run.outcome.sent), "segments": run.outcome.segments}
            _log(paths, clock, "sent", counts)


def _wait(upload: Upload, clock: Clock) -> str | None:
    return why_wait(upload, clock.wall(), battery=surroundings().battery, metered=metered())


def _log(paths: Paths, clock: Clock, event: str, data: Mapping[str, int | str]) -> None:
    """Note it; a log that cannot be written holds nothing up."""
    try:
        Ledger(paths.audit, clock).append("nodreel", event, data)
    except (StoreError, LedgerError):
        return


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    """Keep two visits apart: the second has nothing to add."""
    place = private_dir(paths.data) / _LOCK
    refuse_foreign(place)
    lock = FileLock(place, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise UploadError(
            "Something is being sent already.", advice="Wait for it to end."
        ) from None
    try:
        yield
    finally:
        lock.release()
