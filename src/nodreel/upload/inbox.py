"""The receiving end: what arrived is checked by what is signed in the clear, and needs no key.

Who runs it holds the object store and nothing that opens a recording. A batch is right if each
header in it is signed by the key that its first header names, each age file has the signed hash,
and that consent, key and policy are known, where the organisation says which are. What is not
right is moved to ``quarantine/``, with the reason beside it; nothing is ever thrown away for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from nodreel.consent.ids import PATTERN
from nodreel.errors import EpisodeError, StoreError
from nodreel.upload.batch import Manifest, read_manifest, unpack
from nodreel.upload.objects import (
    BATCHES,
    MANIFESTS,
    MOST,
    QUARANTINE,
    WHY,
    TooLarge,
    read_whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from nodreel.episode.chain import StartHeader
    from nodreel.upload.objects import ObjectStore

_LISTED: Final = re.compile(rf"{PATTERN}( [0-9a-f]{{64}})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """Which consents (id to public key in hex; None as key: any) and policies (sha256) are known.

    None: nobody said, so each is.
    """

    consents: Mapping[str, str | None] | None = None
    policies: Collection[str] | None = None


@dataclass(slots=True)
class Arrivals:
    """What was found: whole episodes, those with batches missing, and what was set aside."""

    whole: list[str] = field(default_factory=list)
    incomplete: dict[str, int] = field(default_factory=dict)
    segments: int = 0
    quarantined: dict[str, str] = field(default_factory=dict)


def verify(
    objects: ObjectStore, known: Known, told: Callable[[int], None] | None = None
) -> Arrivals:
    """Look at all that lies there; raises UploadError. ``told`` hears how many were looked at."""
    found = Arrivals()
    keys: dict[str, str] = {}  # consent to public key: the first one counts, unless ``known`` says
    good: dict[str, set[int]] = {}
    for number, (key, size) in enumerate(list(objects.names(BATCHES))):
        try:
            batch = unpack(read_whole(objects, key, size))
            _check(batch.start, known, keys)
        except EpisodeError as error:
            _set_aside(objects, key, error, found)
            continue
        good[key] = {header.seq for header, _, _ in batch.segments}
        found.segments += len(batch.segments)
        if told is not None:
            told(number + 1)
    for key, size in list(objects.names(MANIFESTS)):
        try:
            manifest = read_manifest(read_whole(objects, key, size))
            missing = _missing(manifest, known, keys, good)
        except EpisodeError as error:
            _set_aside(objects, key, error, found)
            continue
        if missing:
            found.incomplete[manifest.episode] = missing
        else:
            found.whole.append(manifest.episode)
    return found


def _missing(
    manifest: Manifest, known: Known, keys: dict[str, str], good: Mapping[str, set[int]]
) -> int:
    """Return how many segments that the headers count are in no batch that is right."""
    chain = manifest.read_chain()
    _check(chain.start, known, keys)
    there: set[int] = set()
    for batch in manifest.batches:
        there |= good.get(f"{BATCHES}/{batch.sha256}", set())
    wanted = {seq for seq in chain.segments if not chain.removed(seq)}
    return len(wanted - there)


def _check(start: StartHeader, known: Known, keys: dict[str, str]) -> None:
    """Insist on a consent, a policy and a key that are known; a stranger teaches us no key."""
    if known.consents is not None and start.consent not in known.consents:
        raise EpisodeError("Its consent is not known.")
    if known.policies is not None and start.policy not in known.policies:
        raise EpisodeError("Its policy is not known.")
    expected = None if known.consents is None else known.consents[start.consent]
    if start.public_key != keys.setdefault(start.consent, expected or start.public_key):
        raise EpisodeError("Another key speaks for this consent.")


def _set_aside(objects: ObjectStore, key: str, error: EpisodeError, found: Arrivals) -> None:
    """Move an object: the copy first, read back, then the original goes.

    What is too large to be read, or whose copy is not given back, stays and is only told.
    """
    found.quarantined[key] = str(error)
    place = f"{QUARANTINE}/{key}"
    try:
        data = objects.get(key, MOST)
        if data is None:
            return
        objects.put(f"{place}{WHY}", json.dumps({"why": str(error)}).encode())
        objects.put(place, data)
        if objects.get(place, MOST) == data:
            objects.delete(key)
            return
    except TooLarge:
        pass
    found.quarantined[key] += " It could not be moved, and lies where it was."


def read_known(text: str) -> dict[str, str | None]:
    """Return the consents of a list: an id in each line, or an id and its public key in hex.

    Raises StoreError, with the number of the line that is neither.
    """
    found: dict[str, str | None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        consent, key = words[0], words[1] if len(words) > 1 else None
        if not _LISTED.fullmatch(" ".join(words)) or found.get(consent, key) != key:
            raise StoreError(
                f"Line {number} of the list is neither the id of a consent, nor that and its public"
                " key, or says otherwise than an earlier one.",
                advice="Write an id of 26 characters, and after a space the key: 64 digits of hex.",
            )
        found[consent] = key
    return found
