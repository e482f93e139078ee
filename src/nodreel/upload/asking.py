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
from nodreel.consent.requests import answered, ask_for, drop, prepare, requests
from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.errors import EpisodeError, NoConsentError, StoreError, UploadError
from nodreel.host.files import read_private
from nodreel.store.store import TOMBSTONES as DELETED_HERE
from nodreel.upload.objects import ANSWERS, TOMBSTONES, TooLarge
from nodreel.upload.queue import open_episode_folder
from nodreel.upload.sent import SENT, SentLedger

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.consent import Grant
    from nodreel.consent.requests import Request
    from nodreel.paths import Paths
    from nodreel.upload.objects import ObjectStore
    from nodreel.upload.sent import Sending

_NOTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One request after a try: ``objects`` that went when it is done; else ``why`` not yet.

    ``lies_there``: the store has the request; without that it was not even heard.
    """

    request: Request
    objects: int | None = None
    why: str = ""
    lies_there: bool = False


def note_deletions(paths: Paths, clock: Clock) -> int:
    """Have each episode asked back that was sent, or begun, and is deleted or cut here.

    So is what was half sent under a consent that a new one has replaced: it can never become whole.
    Returns how many. Raises StoreError. Its request was signed before its first byte left.
    """
    ledger = SentLedger(paths.data / SENT)
    grant = _grant(paths, clock)
    count = 0
    for noted in ledger.all():
        if noted.state == "gone" or not (_is_deleted(paths, noted) or _is_over(noted, grant)):
            continue
        if _is_asked_whole(paths, noted):
            drop(paths, noted.request)
        elif ask_for(paths, noted.request) or _sign_now(paths, noted, grant):
            count += 1
        else:
            continue
        ledger.note(noted.model_copy(update={"state": "gone"}))
    _drop_needless(paths, ledger)
    return count


def _grant(paths: Paths, clock: Clock) -> Grant | None:
    try:
        return read_grant(paths, clock)
    except NoConsentError:
        return None


def _is_over(noted: Sending, grant: Grant | None) -> bool:
    """Whether an episode was begun under a consent in whose place there is another now."""
    return noted.state == "sending" and grant is not None and noted.consent != grant.consent_id


def _is_asked_whole(paths: Paths, noted: Sending) -> bool:
    """Whether all that was sent under its consent was asked back already."""
    return any(
        not found.tombstone.episodes and found.tombstone.covers(noted.consent, noted.public_key, "")
        for found in requests(paths, "open", "done")
    )


def _sign_now(paths: Paths, noted: Sending, grant: Grant | None) -> bool:
    """Sign a request that is missing, if its consent still can."""
    if grant is None or noted.consent != grant.consent_id or grant.policy.upload is None:
        return False
    prepare(paths, grant.policy.upload, grant, [noted.episode], asked=True)
    return True


def _drop_needless(paths: Paths, ledger: SentLedger) -> None:
    """Remove what a crash left: requests about episodes that are sent whole and gone here."""
    for request in requests(paths, "begun"):
        (episode, *_) = request.tombstone.episodes or ("",)
        noted = ledger.get(episode)
        is_here = (paths.episodes / episode).exists()
        if not is_here and (noted is None or noted.state == "sent"):
            drop(paths, request.name)


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

    What goes wrong with one is said in its ``why`` and holds up no other; a store that could not be
    reached is not tried a second time, since it may take minutes to say nothing.
    """
    asked, dead = list[Asked](), dict[tuple[str, str | None], str]()
    for request in requests(paths, "open"):
        place = (request.upload.to, request.upload.endpoint)
        if place in dead:
            asked.append(Asked(request, why=dead[place]))
            continue
        there = False
        try:
            objects = reach(request)
            there = _lay(objects, request)
            asked.append(_look(objects, request))
        except (UploadError, StoreError, EpisodeError) as error:
            asked.append(Asked(request, why=str(error), lies_there=there))
            if isinstance(error, UploadError) and not there:
                dead[place] = str(error)
    return asked


def _lay(objects: ObjectStore, request: Request) -> bool:
    """Put the request into the store, unless it lies there."""
    key = f"{TOMBSTONES}/{request.name}"
    try:
        if objects.get(key, len(request.data)) == request.data:
            return True
    except TooLarge:
        pass  # somebody wrote over it
    objects.put(key, request.data)
    return True


def _look(objects: ObjectStore, request: Request) -> Asked:
    answer = objects.get(f"{ANSWERS}/{request.name}", LARGEST)
    if answer is None:
        return Asked(request, why="There is no answer yet.", lies_there=True)
    return Asked(request, objects=answered(request, answer), lies_there=True)
