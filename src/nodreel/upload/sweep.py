"""Deleting what was withdrawn, wherever it lies in the store, and signing that it is gone.

A tombstone counts if it is signed by the key that it names; it covers what that key signed. Batches
and manifests say in their first line whose they are, so what never got a manifest is found, too.
Tombstones stay: what arrives after the sweep is covered by the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from nodreel.consent.acknowledgement import acknowledge, read_acknowledgement
from nodreel.consent.tombstone import LARGEST, SUFFIX, Tombstone, read_tombstone
from nodreel.episode.chain import MAX_LINE
from nodreel.errors import EpisodeError, UploadError
from nodreel.upload.batch import read_manifest, read_start
from nodreel.upload.objects import (
    ANSWERS,
    BATCHES,
    MANIFESTS,
    MOST,
    QUARANTINE,
    TOMBSTONES,
    WHY,
    TooLarge,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from nodreel.episode.chain import StartHeader
    from nodreel.upload.objects import ObjectStore

_NAME: Final = re.compile(rf"{TOMBSTONES}/[0-9a-f]{{32}}{re.escape(SUFFIX)}", re.ASCII)
_PLACES: Final = (BATCHES, MANIFESTS, f"{QUARANTINE}/{BATCHES}", f"{QUARANTINE}/{MANIFESTS}")


@dataclass(slots=True)
class Swept:
    """``deleted``: keys by the tombstone they went for; ``refused``: tombstones that are none.

    ``unknown``: objects of which nobody can tell whose they are, since they are damaged; while they
    lie there, nobody can say that nothing is left, and no tombstone is answered.
    """

    deleted: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    dry: bool = False


def sweep(
    objects: ObjectStore, key: Ed25519PrivateKey, *, dry: bool = False, damaged: bool = False,
    told: Callable[[int], None] | None = None,
) -> Swept:  # fmt: skip
    """Delete all that is covered, look again, and answer each tombstone; raises UploadError.

    ``dry``: only say what would go. ``damaged``: what nobody can read any more goes, too.
    """
    found = Swept(dry=dry)
    stones = dict(_tombstones(objects, found))
    found.deleted = {name: [] for name in stones}
    for number, (place, start) in enumerate(_all(objects)):
        if start is None:
            found.unknown.append(place)
        else:
            for name in (n for n, stone in stones.items() if _covers(stone, start)):
                found.deleted[name].append(place)
        if told is not None:
            told(number + 1)
    if dry:
        return found
    gone = {place for places in found.deleted.values() for place in places}
    for place in sorted(gone.union(found.unknown if damaged else ())):
        objects.delete(place)
        objects.delete(f"{place}{WHY}")
    if _nothing_is_left(objects, stones):
        for name, places in found.deleted.items():
            _answer(objects, name, len(places), key)
    return found


def _nothing_is_left(objects: ObjectStore, stones: Mapping[str, Tombstone]) -> bool:
    """Look again whether what had to go is gone; False when nobody can tell.

    Raises UploadError when something of it is there.
    """
    starts = [start for _, start in _all(objects)]
    there = [start for start in starts if start is not None]
    left = sum(any(_covers(stone, start) for stone in stones.values()) for start in there)
    if left:
        raise UploadError(
            f"{left} objects are still there though they were deleted, or came just now.",
            advice="Run it again; a store that keeps earlier versions has to be told not to.",
        )
    return None not in starts


def _covers(stone: Tombstone, start: StartHeader) -> bool:
    return stone.covers(start.consent, start.public_key, start.episode)


def _answer(objects: ObjectStore, name: str, count: int, key: Ed25519PrivateKey) -> None:
    """Sign that nothing is left; what an earlier sweep deleted for it counts on."""
    public = key.public_key().public_bytes_raw()
    place = f"{ANSWERS}/{name}"
    try:
        before = objects.get(place, LARGEST)
    except TooLarge:
        before = None  # not ours: written over
    earlier = 0
    if before is not None:
        try:
            told = read_acknowledgement(before, tombstone=name, public_key=public.hex())
        except EpisodeError:
            before = None  # not ours: written over
        else:
            earlier = told.objects
    if before is None or count:
        objects.put(place, acknowledge(name, earlier + count, public, key.sign))


def _tombstones(objects: ObjectStore, found: Swept) -> Iterator[tuple[str, Tombstone]]:
    for place, size in list(objects.names(TOMBSTONES)):
        try:
            stone = _tombstone(objects, place, size)
        except EpisodeError as error:
            found.refused[place] = str(error)
            continue
        yield stone.name, stone


def _tombstone(objects: ObjectStore, place: str, size: int) -> Tombstone:
    if not _NAME.fullmatch(place) or size > LARGEST:
        raise EpisodeError("This is not how a tombstone is called, or it is too large.")
    try:
        stone = read_tombstone(objects.get(place, LARGEST) or b"")
    except TooLarge as error:
        raise EpisodeError(str(error)) from error
    if stone.name != place.rpartition("/")[2]:
        raise EpisodeError("It is another tombstone than its name says.")
    return stone


def _all(objects: ObjectStore) -> Iterator[tuple[str, StartHeader | None]]:
    """Yield every object that holds something of an episode, with its signed first header.

    None in its place when nobody can tell whose it is.
    """
    for folder in _PLACES:
        for place, size in list(objects.names(folder)):
            if place.endswith(WHY):
                continue
            try:
                start = _start(objects, place, size)
            except EpisodeError:
                yield place, None
            else:
                if start is not None:
                    yield place, start


def _start(objects: ObjectStore, place: str, size: int) -> StartHeader | None:
    """Return whose it is, None when it is gone; EpisodeError when that cannot be told."""
    if f"{MANIFESTS}/" not in place:
        data = objects.begin(place, MAX_LINE + 1)
        return None if data is None else read_start(data)
    try:
        data = None if size > MOST else objects.get(place, MOST)
    except TooLarge as error:
        raise EpisodeError(str(error)) from error
    if size > MOST:
        raise EpisodeError(f"It has more than {MOST} bytes.")
    return None if data is None else read_manifest(data).read_chain().start
