"""What lies at a place, before any of it is opened: episodes by their first lines, tombstones.

A first line is signed, so it says truly under which consent an episode was recorded, unless the
whole episode is somebody else's. Nothing here needs a key.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

from nodreel.consent.tombstone import LARGEST, SUFFIX, Tombstone, read_tombstone
from nodreel.dataset.plan import Found
from nodreel.episode.chain import CHAIN, MAX_CHAIN, MAX_LINE, StartHeader, check_signature, parse
from nodreel.episode.ids import is_id
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.dataset.places import Place

AT_ONCE: Final = 16  # reads of an object store that wait at the same time
_BATCH: Final = 1024


@dataclass(slots=True)
class Survey:
    """``held`` are episodes that cannot be used, with the reason; ``unclear`` bad tombstones."""

    found: list[Found] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    tombstones: list[Tombstone] = field(default_factory=list)
    unclear: dict[str, str] = field(default_factory=dict)
    others: int = 0


def survey(place: Place, tell: Callable[[int], None] = lambda _: None) -> Survey:
    """Look at everything that lies at a place; ``tell`` hears how many episodes so far."""
    seen = Survey()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        batch: list[tuple[str, dict[str, int]]] = []
        for folder, files in _folders(place, seen):
            batch.append((folder, files))
            if len(batch) == _BATCH:
                _take(place, seen, pool, batch)
                tell(len(seen.found))
                batch = []
        _take(place, seen, pool, batch)
    tell(len(seen.found))
    seen.found.sort(key=lambda one: one.episode)
    seen.tombstones.sort(key=lambda stone: stone.name)
    return seen


def _folders(place: Place, seen: Survey) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield the folders of episodes with their files; takes note of what else is there."""
    for folder, listed in groupby(place.listing(), key=lambda item: _outermost(item[0])):
        files: dict[str, int] = {}
        for name, size in listed:
            inside = name.removeprefix(f"{folder}/")
            if name.endswith(SUFFIX):
                _tombstone(place, seen, name, size)
            elif is_id(folder) and "/" not in inside:
                files[inside] = size
            else:
                seen.others += 1
        if files:
            yield folder, files


def _outermost(name: str) -> str:
    """Return the outermost folder: all below it is listed together, whatever lies between."""
    return name.partition("/")[0] if "/" in name else ""


def _tombstone(place: Place, seen: Survey, name: str, size: int) -> None:
    try:
        seen.tombstones.append(read_tombstone(place.read(name, 0, min(size, LARGEST + 1))))
    except EpisodeError as error:
        seen.unclear[name] = str(error)


def _take(
    place: Place, seen: Survey, pool: ThreadPoolExecutor, batch: list[tuple[str, dict[str, int]]]
) -> None:
    def look(item: tuple[str, dict[str, int]]) -> Found | str:
        try:
            return first_line(place, *item)
        except EpisodeError as error:
            return str(error)

    for (folder, _), found in zip(batch, pool.map(look, batch), strict=True):
        if isinstance(found, Found):
            seen.found.append(found)
        else:
            seen.held[folder] = found


def first_line(place: Place, folder: str, files: dict[str, int]) -> Found:
    """Return an episode by the first line of its chain; raises EpisodeError.

    Its mark is made of that line, of the last, which hangs on all between, and of all sizes.
    """
    size = files.get(CHAIN, 0)
    if not 0 < size <= MAX_CHAIN:
        raise EpisodeError(f"There is no {CHAIN} of a sensible size.")
    head = place.read(f"{folder}/{CHAIN}", 0, min(size, MAX_LINE))
    line = head.partition(b"\n")[0]
    header = parse(line)
    check_signature(line, header.public_key if isinstance(header, StartHeader) else "")
    if not isinstance(header, StartHeader) or header.episode != folder:
        raise EpisodeError(f"{CHAIN} is not that of an episode of this name.")
    rest = max(len(head), size - MAX_LINE)
    tail = place.read(f"{folder}/{CHAIN}", rest, size - rest) if rest < size else head
    mark = hashlib.sha256(line + b"\n" + tail[-MAX_LINE:])
    mark.update(repr(sorted(files.items())).encode())
    return Found(
        folder, header.consent, header.public_key, header.policy, header.purpose, header.month,
        sum(files.values()), mark.hexdigest()[:32],
    )  # fmt: skip
