"""Asking for what was sent to be deleted, until the answer is there. Needs no consent.

A consent that was taken back has its request signed already (``consent/requests.py``). What the
person deletes here of an episode that was sent, or begun, is asked for as soon as it can be signed:
the whole episode, rather more than less.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.consent import read_grant
from nodreel.consent.acknowledgement import LARGEST
from nodreel.consent.requests import answered, prepare, requests
from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.errors import EpisodeError, NoConsentError, StoreError
from nodreel.host.files import read_private
from nodreel.store.store import TOMBSTONES as DELETED_HERE
from nodreel.upload.objects import ANSWERS, TOMBSTONES
from nodreel.upload.queue import open_episode_folder
from nodreel.upload.sent import SENT, SentLedger

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.consent.requests import Request
    from nodreel.paths import Paths
    from nodreel.upload.objects import ObjectStore
    from nodreel.upload.sent import Sending

_NOTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One request after a try: ``objects`` that went when it is done; else ``why`` not yet."""

    request: Request
    objects: int | None = None
    why: str = ""


def note_deletions(paths: Paths, clock: Clock) -> int:
    """Prepare a request for each episode that was sent, or begun, and is deleted or cut here.

    Returns how many. Raises StoreError. Under a consent that is over, the request for all of it
    does.
    """
    ledger = SentLedger(paths.data / SENT)
    due = [n for n in ledger.all() if n.state != "gone" and _is_deleted(paths, n)]
    if not due:
        return 0
    try:
        grant = read_grant(paths, clock)
    except NoConsentError:
        return 0
    count = 0
    for noted in due:
        upload = grant.policy.upload
        if noted.consent != grant.consent_id or upload is None:
            continue
        prepare(paths, upload, grant, [noted.episode], asked=True)
        ledger.note(noted.model_copy(update={"state": "gone"}))
        count += 1
    return count


def _is_deleted(paths: Paths, noted: Sending) -> bool:
    """Whether all of an episode was deleted here, or a part of it after its first batch left."""
    try:
        note = json.loads(
            read_private(paths.data / DELETED_HERE / f"{noted.episode}.json", limit=_NOTE)
        )
    except FileNotFoundError:
        return False
    except (StoreError, ValueError, RecursionError):
        return True  # something was deleted there, and nobody can tell how much
    if not isinstance(note, dict) or note.get("removed") == "all":
        return True
    try:
        with open_episode_folder(paths, noted.episode) as folder:
            return hashlib.sha256(folder.read(CHAIN, MAX_CHAIN)).hexdigest() != noted.chain
    except (StoreError, EpisodeError):
        return False  # it is not here any more, because all of it is there


def ask_for_deletion(paths: Paths, reach: Callable[[Request], ObjectStore]) -> list[Asked]:
    """Send each open request and look for its answer; ``reach`` opens the store it goes to.

    Raises UploadError when a store cannot be reached: all that is open stays open.
    """
    asked = []
    for request in requests(paths, "open"):
        objects = reach(request)
        key = f"{TOMBSTONES}/{request.name}"
        if objects.get(key, len(request.data)) != request.data:
            objects.put(key, request.data)
        answer = objects.get(f"{ANSWERS}/{request.name}", LARGEST)
        if answer is None:
            asked.append(Asked(request, why="There is no answer yet."))
            continue
        try:
            asked.append(Asked(request, objects=answered(request, answer)))
        except EpisodeError as error:
            asked.append(Asked(request, why=str(error)))
    return asked
