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
from nodreel.upload.objects import ANSWERS, BATCHES, MANIFESTS, QUARANTINE, TOMBSTONES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from nodreel.episode.chain import StartHeader
    from nodreel.upload.objects import ObjectStore

_NAME: Final = re.compile(rf"{TOMBSTONES}/[0-9a-f]{{32}}{re.escape(SUFFIX)}", re.ASCII)
_PLACES: Final = (BATCHES, MANIFESTS, f"{QUARANTINE}/{BATCHES}", f"{QUARANTINE}/{MANIFESTS}")


@dataclass(slots=True)
class Swept:
    """``deleted``: keys by the tombstone they went for; ``refused``: tombstones that are none.

    ``unknown``: objects of which nobody can tell whose they are, since they are damaged.
    """

    deleted: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    dry: bool = False


def sweep(
    objects: ObjectStore, key: Ed25519PrivateKey, *, dry: bool = False,
    told: Callable[[int], None] | None = None,
) -> Swept:  # fmt: skip
    """Delete all that is covered, look again, and answer each tombstone; raises UploadError.

    ``dry``: only say what would go.
    """
    found = Swept(dry=dry)
    stones = dict(_tombstones(objects, found))
    found.deleted = {name: [] for name in stones}
    for number, (place, start) in enumerate(_all(objects)):
        if start is None:
            found.unknown.append(place)
            continue
        for name, stone in stones.items():
            if stone.covers(start.consent, start.public_key, start.episode):
                found.deleted[name].append(place)
        if told is not None:
            told(number + 1)
    if dry:
        return found
    gone = {place for places in found.deleted.values() for place in places}
    for place in sorted(gone):
        objects.delete(place)
        objects.delete(f"{place}.why")
    left = gone.intersection(place for place, _ in _all(objects))
    if left:
        raise UploadError(f"{len(left)} objects are still there though they were deleted.")
    for name, places in found.deleted.items():
        _answer(objects, name, len(places), key)
    return found


def _answer(objects: ObjectStore, name: str, count: int, key: Ed25519PrivateKey) -> None:
    """Sign that nothing is left; what an earlier sweep deleted for it counts on."""
    public = key.public_key().public_bytes_raw()
    place = f"{ANSWERS}/{name}"
    before = objects.get(place, LARGEST)
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
    stone = read_tombstone(objects.get(place, LARGEST) or b"")
    if stone.name != place.rpartition("/")[2]:
        raise EpisodeError("It is another tombstone than its name says.")
    return stone


def _all(objects: ObjectStore) -> Iterator[tuple[str, StartHeader | None]]:
    """Yield every object that holds something of an episode, with its signed first header."""
    for folder in _PLACES:
        for place, size in list(objects.names(folder)):
            if not place.endswith(".why"):
                yield place, _start(objects, place, size)


def _start(objects: ObjectStore, place: str, size: int) -> StartHeader | None:
    """Return whose it is; None when that cannot be told, or it is gone."""
    try:
        if f"{MANIFESTS}/" in place:
            data = objects.get(place, size)
            return None if data is None else read_manifest(data).read_chain().start
        data = objects.begin(place, MAX_LINE + 1)
        return None if data is None else read_start(data)
    except EpisodeError:
        return None
