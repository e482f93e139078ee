"""Reading episodes: typed events in time order, pictures, and the picture before a moment."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from heapq import merge
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from nodreel.episode.chain import CHAIN
from nodreel.episode.columns import Columns, joined, read_columns
from nodreel.episode.format import Spoken
from nodreel.episode.ids import is_id
from nodreel.episode.part import MAX_EVENTS, Part
from nodreel.episode.picture import Picture
from nodreel.episode.seal import read_identities
from nodreel.episode.tiles import Grid
from nodreel.errors import EpisodeError
from nodreel.events import Gap, Nanos, Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nodreel.episode.chain import StartHeader
    from nodreel.episode.verify import State
    from nodreel.events import Rect

MAX_PARTS: Final = 100_000

Item = Spoken | Picture
Thing = TypeVar("Thing", bound=Item)
Said = TypeVar("Said", bound=Spoken)


def open_episode(
    path: Path | str, identity: Path | str | None = None, *, public_key: str | None = None,
    strict: bool = False,
) -> Episode:  # fmt: skip
    """Open one episode folder, or a folder of them; ``identity`` is an age key or its file.

    ``public_key`` (hex) insists on that signing key. A damaged segment is left out and named in
    ``damage``; ``strict`` raises instead. Raises EpisodeError, or KeyMismatchError for a wrong key.
    """
    folder = Path(path)
    identities = read_identities(identity)
    lost: list[EpisodeError] = []
    parts: list[Part] = []
    for place in _places(folder):
        try:
            parts.append(Part(place, identities, public_key))
        except EpisodeError as error:
            lost.append(error)
    if not parts:
        raise lost[0] if lost else EpisodeError(
            f"There is no episode in {folder}.",
            advice="Give the folder that holds chain.jsonl, or the one above it.",
        )  # fmt: skip
    episode = Episode(parts, lost, strict=strict)
    episode.raise_if_strict()
    return episode


def _places(folder: Path) -> list[Path]:
    try:
        if (folder / CHAIN).exists() or not folder.is_dir():
            return [folder]
        found = sorted(p for p in folder.iterdir() if is_id(p.name))
    except OSError as error:
        raise EpisodeError(f"Cannot open {folder}: {error.strerror}.") from error
    if len(found) > MAX_PARTS:
        raise EpisodeError(f"{folder} holds more than {MAX_PARTS} episodes.")
    return found


class Episode:
    """What was recorded, for reading. Times are nanoseconds since the start of the (first) episode.

    Several episodes lie on one line of time: at their true distance on the machine that recorded
    them, end to end elsewhere (no wall time travels with an episode), in the order of ``parts``.
    Iterating gives events and pictures; a picture comes at its ``done``, so the last one before an
    event is what the person saw then.
    """

    def __init__(
        self, parts: list[Part], lost: Iterable[EpisodeError] = (), *, strict: bool = False
    ) -> None:
        self._lost = list(lost)
        self._strict = strict
        self.parts, self._offsets = _lay_out(parts)

    @property
    def header(self) -> StartHeader:
        """The first header: episode, consent, policy, purpose, apps, month, public key."""
        return self.parts[0].chain.start

    @property
    def state(self) -> State:
        """``end``, ``recovered`` after a crash, or ``open``: being recorded, or its end is lost."""
        return self.parts[-1].chain.state

    @property
    def length(self) -> Nanos:
        """From the start to the last moment."""
        return Nanos(max(o + p.length for p, o in zip(self.parts, self._offsets, strict=True)))

    @property
    def spans(self) -> list[tuple[Nanos, Nanos]]:
        """From when to when each episode goes; between two of them nothing was recorded."""
        return [(Nanos(offset), Nanos(offset + part.length)) for part, offset in self._laid()]

    @property
    def damage(self) -> list[EpisodeError]:
        """What could not be read so far, in plain words; ``verify`` looks at everything."""
        return [*self._lost, *(error for part in self.parts for error in part.damage)]

    @property
    def gaps(self) -> list[Gap]:
        """What the person deleted (also among the events)."""
        return [_at(gap, offset) for part, offset in self._laid() for gap in part.gaps]

    @property
    def screen_gaps(self) -> list[Gap]:
        """Where events are there but frames are not, because their key was deleted."""
        return [_at(gap, offset) for part, offset in self._laid() for gap in part.screen_gaps]

    def raise_if_strict(self) -> None:
        """Raise the first damage when opened with ``strict``."""
        if self._strict and (damage := self.damage):
            raise damage[0]

    def verify(self) -> list[EpisodeError]:
        """Look at every segment, as far as the identity allows; returns all damage."""
        for part in self.parts:
            for seq in sorted(part.chain.segments):
                if not part.chain.removed(seq):
                    part.check(seq)
        return [*self.damage, *(_endless(p) for p in self.parts if p.chain.state == "open")]

    def events(self) -> Iterator[Spoken]:
        """Yield all but frames, in time order; no tile is decompressed. Deletions are Gaps."""
        for part, offset in self._laid():
            for event in merge(_in_order(part, part.events), part.gaps, key=_moment):
                yield _at(event, offset)
                self.raise_if_strict()
        self.raise_if_strict()

    def columns(self) -> Columns:
        """Return all but frames as columns, for a DataFrame: row n is the nth of ``events()``.

        Several times as fast as making an object of each event. See ``columns`` for what they are.
        """
        parts = []
        for part, offset in self._laid():
            parts.append(read_columns(part, offset))
            self.raise_if_strict()
        return joined(parts)

    def frames(self) -> Iterator[Picture]:
        """Yield the pictures in order; no event is parsed."""
        for part, offset in self._laid():
            for seq in part.numbers():
                for picture in part.frames(seq):
                    yield _shift(picture, offset)
                self.raise_if_strict()

    def frame_times(self) -> list[Nanos]:
        """Return the ``done`` of all pictures, in order; none is decompressed."""
        found = [
            Nanos(done + offset)
            for part, offset in self._laid()
            for seq in part.numbers()
            for done in part.frame_times(seq)
        ]
        self.raise_if_strict()
        return found

    def __iter__(self) -> Iterator[Item]:
        """Yield events and pictures in time order; a picture comes when it was ``done``."""
        for part, offset in self._laid():
            everything = _in_order(part, part.items)
            for item in merge(everything, part.gaps, key=_moment):
                yield _shift(item, offset) if isinstance(item, Picture) else _at(item, offset)
                self.raise_if_strict()
        self.raise_if_strict()

    def frame_at(self, t: int) -> Picture | None:
        """Return the last picture whose ``done`` is before ``t``; None when there is none.

        A picture that was being taken at ``t`` is not used; ``straddles`` tells whether there was
        one. Opens the segment around ``t`` and its key, earlier ones only if they have no frame.
        """
        for part, offset in reversed(self._laid()):
            for seq in reversed(part.numbers()):
                if offset + part.chain.segments[seq].first >= t:
                    continue
                before = [p for p in part.frames(seq) if p.done + offset < t]
                self.raise_if_strict()
                if before:
                    return _shift(max(before, key=lambda p: p.done), offset)
        return None

    def frame_after(self, t: int) -> Picture | None:
        """Return the first picture whose ``done`` is at or after ``t``; None when there is none."""
        for part, offset in self._laid():
            for seq in part.numbers():
                if offset + part.chain.segments[seq].last < t:
                    continue
                after = [p for p in part.frames(seq) if p.done + offset >= t]
                self.raise_if_strict()
                if after:
                    return _shift(min(after, key=lambda p: p.done), offset)
        return None

    def straddles(self, t: int) -> bool:
        """Whether the screen may have shown at ``t`` something that ``frame_at(t)`` does not.

        Then a picture was being taken at ``t``, or it had begun to be drawn what only the next
        picture, ``frame_after(t)``, shows; see ``doubtful`` for where. In old episodes only the
        former is known.
        """
        after = self.frame_after(t)
        return after is not None and _begun(after) <= t

    def doubtful(self, t: int) -> tuple[Rect, ...]:
        """Return where the screen may have shown at ``t`` something that ``frame_at(t)`` does not.

        Tiles that differ between that picture and the next (all of the next, if there is none
        before); empty if what it shows was certainly on the screen at ``t``.
        """
        return doubtful(self.frame_at(t), self.frame_after(t), t)

    def _laid(self) -> list[tuple[Part, int]]:
        return list(zip(self.parts, self._offsets, strict=True))


def _in_order(part: Part, read: Callable[[int], Sequence[Thing]]) -> Iterator[Thing]:
    """Yield what the segments hold; a picture may be done after the next segment began."""
    numbers = part.numbers()
    waiting: list[Thing] = []
    for seq, after in zip_longest(numbers, numbers[1:]):
        waiting = sorted([*waiting, *read(seq)], key=_moment)
        if after is not None and len(waiting) < MAX_EVENTS:
            first = part.chain.segments[after].first
            ready = bisect_left(waiting, first, key=_moment)
        else:
            ready = len(waiting)
        yield from waiting[:ready]
        waiting = waiting[ready:]


def _endless(part: Part) -> EpisodeError:
    return EpisodeError(
        f"Episode {part.chain.start.episode} has no last line: "
        "it is being recorded, or its end was lost."
    )


def _moment(item: Item) -> int:
    return item.done if isinstance(item, Picture) else item.t


def _at(event: Said, offset: int) -> Said:
    if offset and isinstance(event, Gap | Withheld):
        return replace(event, t=Nanos(event.t + offset), until=Nanos(event.until + offset))
    return replace(event, t=Nanos(event.t + offset)) if offset else event


def _shift(picture: Picture, offset: int) -> Picture:
    if not offset:
        return picture
    since = picture.since and Nanos(picture.since + offset)  # 0 stays: it is not known
    return replace(
        picture, t=Nanos(picture.t + offset), done=Nanos(picture.done + offset), since=since
    )


def _begun(picture: Picture) -> int:
    """Return since when what a picture shows may have been on the screen."""
    return picture.t if picture.since is None else min(picture.t, picture.since)


def doubtful(before: Picture | None, after: Picture | None, t: int) -> tuple[Rect, ...]:
    """Return where the screen at ``t`` may have been as ``after`` shows it, not as ``before``.

    ``before`` is the last picture that was done before ``t``, ``after`` the next one.
    """
    if after is None or _begun(after) > t:
        return ()
    grid = Grid(after.width, after.height)
    known = before.tiles if before and Grid(before.width, before.height) == grid else {}
    places = sorted(known.keys() | after.tiles.keys())
    return tuple(grid.rect(n) for n in places if known.get(n) != after.tiles.get(n))


def _lay_out(parts: list[Part]) -> tuple[list[Part], list[int]]:
    """Order the episodes and place them on one line of time."""
    known = [(part.local, part) for part in parts]
    if all(local is not None for local, _ in known):
        pairs = sorted(((local.mono, part) for local, part in known if local), key=lambda p: p[0])
        starts = [mono - pairs[0][0] for mono, _ in pairs]
        return [part for _, part in pairs], starts
    offsets, end = [], 0
    for part in parts:
        offsets.append(end)
        end += part.length
    return parts, offsets
