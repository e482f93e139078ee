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
from nodreel.upload.objects import BATCHES, MANIFESTS, TOMBSTONES, TooLarge, read_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.episode.verify import Chain
    from nodreel.upload.objects import ObjectStore

_LARGEST: Final = 1088 << 20  # bytes of an episode; a policy allows 1024 MB and the last segment
_PART: Final = ".part"  # a folder of that name is not whole yet


@dataclass(slots=True)
class _Files:
    """Files of segments as they come together, by name; ``size`` is that of all of them."""

    laid: dict[str, bytearray] = field(default_factory=dict)
    size: int = 0

    def lay(self, name: str, at: int, record: bytes) -> None:
        """Put a record to its place; EpisodeError when that makes more than an episode can be."""
        file = self.laid.setdefault(name, bytearray())
        more = max(0, at + len(record) - len(file))
        self.size += more
        if self.size > _LARGEST:
            raise EpisodeError("Its segments lie too far apart, or are too many.")
        file.extend(bytes(more))
        file[at : at + len(record)] = record


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
                manifest = read_manifest(read_whole(objects, key, size))
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
        files, written = _Files(), set[int]()
        for listed in manifest.batches:
            data = _batch(objects, f"{BATCHES}/{listed.sha256}", listed.size)
            written |= _lay(files, chain, data)
        if {s for s in chain.segments if not chain.removed(s)} - written:
            raise EpisodeError("Segments of it are missing.")
        for file, laid in files.laid.items():
            episode.replace(file, bytes(laid))
        episode.replace(CHAIN, manifest.chain.encode())
    root.rename(name, manifest.episode)
    root.sync()
    found.episodes.append(manifest.episode)


def _batch(objects: ObjectStore, key: str, size: int) -> bytes:
    try:
        return read_whole(objects, key, size)
    except EpisodeError as error:
        raise EpisodeError(f"{key}: {error}") from error


def _lay(files: _Files, chain: Chain, data: bytes) -> set[int]:
    """Put each segment of a batch to its place in its file; returns their numbers."""
    done = set()
    for header, line, sealed in unpack(data).segments:
        if chain.lines.get(header.seq) != line:
            raise EpisodeError("A batch of it is of another episode.")
        number = header.seq if header.file is None else header.file
        record = sealed if header.file is None else line + b"\n" + sealed
        files.lay(segment_name(number), header.at, record)
        done.add(header.seq)
    return done


def _tombstones(objects: ObjectStore, root: Folder, found: Collected) -> list[Tombstone]:
    stones = []
    for key, _ in list(objects.names(TOMBSTONES)):
        try:
            data = objects.get(key, LARGEST) or b""
            stone = read_tombstone(data)
        except (EpisodeError, TooLarge) as error:
            found.wrong[key] = str(error)
            continue
        stones.append(stone)
        if stone.name not in root.names():
            root.replace(stone.name, data)
    return stones
