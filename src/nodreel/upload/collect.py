"""From the object store to folders that everything else reads: episodes, and tombstones beside.

An episode is written as its machine had it: ``chain.jsonl`` and files of segments, each segment at
the place that its signed header names. Nothing is opened; what a tombstone covers is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from nodreel import host
from nodreel.consent.tombstone import LARGEST, Tombstone, read_tombstone
from nodreel.episode.chain import CHAIN
from nodreel.episode.folder import Folder
from nodreel.episode.segments import segment_name
from nodreel.errors import EpisodeError
from nodreel.upload.batch import Manifest, read_manifest, unpack
from nodreel.upload.objects import BATCHES, MANIFESTS, TOMBSTONES, is_content_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.episode.verify import Chain
    from nodreel.upload.objects import ObjectStore

_LARGEST_FILE: Final = 256 << 20  # bytes of one file of segments
_PART: Final = ".part"  # a folder of that name is not whole yet


@dataclass(slots=True)
class Collected:
    """Episodes that were written, those left out as withdrawn, and what is wrong, by key."""

    episodes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)


def collect(
    objects: ObjectStore, folder: Path, told: Callable[[int], None] | None = None
) -> Collected:
    """Write what is whole; raises UploadError, StoreError, DiskFullError. Goes on if repeated."""
    found = Collected()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Folder(host.private_dir(folder)) as root:
        stones = _tombstones(objects, root, found)
        for number, (key, size) in enumerate(list(objects.names(MANIFESTS))):
            try:
                manifest = read_manifest(_whole(objects, key, size))
                _take(objects, root, manifest, stones, found)
            except EpisodeError as error:
                found.wrong[key] = str(error)
            if told is not None:
                told(number + 1)
    return found


def _take(
    objects: ObjectStore, root: Folder, manifest: Manifest, stones: list[Tombstone],
    found: Collected,
) -> None:  # fmt: skip
    chain = manifest.read_chain()
    start = chain.start
    if any(s.covers(start.consent, start.public_key, start.episode) for s in stones):
        found.left_out.append(manifest.episode)
        return
    if manifest.episode in root.names():
        return
    name = manifest.episode + _PART
    with root.open(name) if name in root.names() else root.make(name) as episode:
        files: dict[str, bytearray] = {}
        written = set[int]()
        for listed in manifest.batches:
            data = _whole(objects, f"{BATCHES}/{listed.sha256}", listed.size)
            written |= _lay(files, chain, data)
        if {s for s in chain.segments if not chain.removed(s)} - written:
            raise EpisodeError("Segments of it are missing.")
        for file, laid in files.items():
            episode.replace(file, bytes(laid))
        episode.replace(CHAIN, manifest.chain.encode())
    root.rename(name, manifest.episode)
    root.sync()
    found.episodes.append(manifest.episode)


def _whole(objects: ObjectStore, key: str, size: int) -> bytes:
    data = objects.get(key, size)
    if data is None or not is_content_of(key, data):
        raise EpisodeError(f"{key} is missing, or does not hold what its name says.")
    return data


def _lay(files: dict[str, bytearray], chain: Chain, data: bytes) -> set[int]:
    """Put each segment of a batch to its place in its file; returns their numbers."""
    done = set()
    for header, line, sealed in unpack(data).segments:
        if chain.lines.get(header.seq) != line:
            raise EpisodeError("A batch of it is of another episode.")
        number = header.seq if header.file is None else header.file
        record = sealed if header.file is None else line + b"\n" + sealed
        file = files.setdefault(segment_name(number), bytearray())
        if header.at + len(record) > _LARGEST_FILE:
            raise EpisodeError("Its segments lie too far apart.")
        file.extend(bytes(max(0, header.at + len(record) - len(file))))
        file[header.at : header.at + len(record)] = record
        done.add(header.seq)
    return done


def _tombstones(objects: ObjectStore, root: Folder, found: Collected) -> list[Tombstone]:
    stones = []
    for key, _ in list(objects.names(TOMBSTONES)):
        try:
            data = objects.get(key, LARGEST) or b""
            stone = read_tombstone(data)
        except EpisodeError as error:
            found.wrong[key] = str(error)
            continue
        stones.append(stone)
        if stone.name not in root.names():
            root.replace(stone.name, data)
    return stones
