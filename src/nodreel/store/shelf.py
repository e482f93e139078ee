"""What lies in the store, seen from outside: no key, no signature, only names, sizes and times."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from nodreel.clock import WallNanos
from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.episode.ids import is_id
from nodreel.episode.journal import LOCAL
from nodreel.episode.recover import SEGMENT
from nodreel.episode.segments import CUT
from nodreel.errors import EpisodeError, StoreError
from nodreel.events import Nanos
from nodreel.store.hold import HOLD, Hold, read_hold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.episode.folder import Folder

State = Literal["recording", "held", "released"]
MAX_LOCAL: Final = 4096
_MOST: Final = 100_000  # segments of an episode


@dataclass(frozen=True, slots=True)
class StoredEpisode:
    """One episode in the store; wall times are this machine's own and None where unknown.

    ``recording``: it has no end yet, and nobody noted that nobody writes it any more. ``length`` is
    in nanoseconds, ``bytes`` on disk.
    """

    id: str
    state: State
    started: WallNanos | None
    mono: Nanos | None
    length: Nanos
    bytes: int
    segments: int
    apps: tuple[str, ...]
    hold: Hold | None


class Shelf:
    """Remembers what it saw of episodes that did not change: there may be thousands."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, StoredEpisode]] = {}

    def shelved(self, root: Folder, unknown: list[str] | None = None) -> Iterator[StoredEpisode]:
        """Yield the episodes of a store; what is no episode of ours is passed over.

        Names of ours that cannot be looked into are added to ``unknown``.
        """
        before, self._known = self._known, {}
        for name in filter(is_id, root.names()):
            try:
                with root.open(name) as episode:
                    stamp = tuple(episode.stamp(file) for file in (CHAIN, HOLD, LOCAL, "."))
                    known = before.get(name)
                    found = known[1] if known and known[0] == stamp else glance(name, episode)
            except (StoreError, EpisodeError):
                if unknown is not None:
                    unknown.append(name)
                continue
            self._known[name] = stamp, found
            yield found


def glance(name: str, episode: Folder) -> StoredEpisode:
    """Return what the first and last header and the local files say; raises EpisodeError."""
    lines = [line for line in episode.read(CHAIN, MAX_CHAIN).split(b"\n") if line]
    first, *_ = headers = [_parse(line) for line in (*lines[:1], *lines[-3:])]
    ended = any(header.get("kind") in {"end", "recovered", "edited"} for header in headers)
    hold = read_hold(episode)  # what is being recorded has none
    names = episode.names()
    sizes = [episode.room(n) for n in names if SEGMENT.fullmatch(n) or n.endswith(CUT)]
    local = _local(episode)
    apps = first.get("apps")
    return StoredEpisode(
        name,
        _state(hold, ended=ended),
        *local,
        length=Nanos(max((_whole(h.get("last")) for h in map(_parse, lines[-64:])), default=0)),
        bytes=sum(sizes),
        segments=_segments(lines),
        apps=tuple(str(app)[:64] for app in apps) if isinstance(apps, list) else (),
        hold=hold,
    )


def _state(hold: Hold | None, *, ended: bool) -> State:
    if hold is None:
        return "held" if ended else "recording"
    return "released" if hold.released else "held"


def _segments(lines: list[bytes]) -> int:
    """Count the segments that are there: those with a header, less those that were deleted."""
    removed: set[int] = set()
    for line in lines:
        if b'"kind":"edited"' in line and isinstance(pairs := _parse(line).get("removed"), list):
            with suppress(TypeError, ValueError):
                removed.update(n for low, high in pairs for n in range(low, min(high, _MOST) + 1))
    return sum(b'"sha256":"' in line for line in lines) - len(removed)


def _local(episode: Folder) -> tuple[WallNanos | None, Nanos | None]:
    with suppress(EpisodeError):
        found = _parse(episode.read(LOCAL, MAX_LOCAL))
        wall, mono = found.get("wall"), found.get("mono")
        if type(wall) is int and type(mono) is int:
            return WallNanos(wall), Nanos(mono)
    return None, None


def _parse(line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(value: object) -> int:
    return value if type(value) is int else 0
