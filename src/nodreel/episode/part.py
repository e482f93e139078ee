"""One episode folder, opened for reading as if a stranger had written it.

Only what a signed header vouches for is read; each segment is opened on its own, so what is wrong
with one costs that one. Nothing here is larger in memory than a segment and its key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from nodreel.episode.batch import BATCHES, Numbered, in_order, read_batch
from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.episode.container import FRAME, KEY, Content, Message, read_content
from nodreel.episode.folder import Folder
from nodreel.episode.format import Spoken, read_events
from nodreel.episode.journal import LOCAL
from nodreel.episode.picture import KeyTiles, Picture, read_frames, read_key
from nodreel.episode.seal import unseal
from nodreel.episode.segments import read_segment
from nodreel.episode.tiles import Head
from nodreel.episode.verify import read_chain
from nodreel.errors import EpisodeError, KeyMismatchError, StoreError
from nodreel.events import Gap, Nanos

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from nodreel.episode.chain import SegmentHeader
    from nodreel.episode.seal import Identity

MAX_EVENTS: Final = 200_000  # of one segment
_MAX_LOCAL: Final = 4096

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Local:
    """Known on the recording machine only: wall and monotonic nanoseconds of the start."""

    wall: int
    mono: Nanos
    ended: int | None = None


class Part:
    """One episode. ``damage`` grows as damaged segments are met; they are left out."""

    def __init__(
        self, path: Path, identities: Sequence[Identity], public_key: str | None = None
    ) -> None:
        self.path = path
        self._identities = identities
        self.damage: list[EpisodeError] = []
        self._bad: dict[tuple[int, str], str] = {}
        self._keys: dict[int, KeyTiles] = {}
        with self._folder() as folder:
            try:
                self.chain = read_chain(folder.read(CHAIN, MAX_CHAIN), public_key=public_key)
            except EpisodeError as error:
                raise EpisodeError(f"Episode {path}: {error}") from error
        for problem in self.chain.problems:
            self.damage.append(self._about(problem))

    def _folder(self) -> Folder:
        try:
            return Folder(self.path)
        except StoreError as error:
            raise EpisodeError(f"Cannot open the episode {self.path}: {error}") from error

    def _about(self, error: EpisodeError, seq: int | None = None) -> EpisodeError:
        where = "" if seq is None else f", segment {seq}"
        return type(error)(f"Episode {self.chain.start.episode}{where}: {error}")

    @cached_property
    def local(self) -> Local | None:
        """What the recording machine knows about the time; None elsewhere."""
        try:
            with self._folder() as folder:
                found = json.loads(folder.read(LOCAL, _MAX_LOCAL))
            ended = found.get("ended")
            return Local(
                int(found["wall"]), Nanos(int(found["mono"])), None if ended is None else int(ended)
            )
        except (EpisodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    @property
    def length(self) -> Nanos:
        """Offset of the last moment, from the headers."""
        return Nanos(max((h.last for h in self.chain.segments.values()), default=0))

    @property
    def gaps(self) -> list[Gap]:
        """What the person deleted, as stretches of time."""
        return [
            Gap(Nanos(h.first), Nanos(h.last))
            for seq, h in sorted(self.chain.segments.items())
            if h.kind == "events" and self.chain.removed(seq)
        ]

    @property
    def screen_gaps(self) -> list[Gap]:
        """Segments whose frames cannot be shown because the key they lean on was deleted."""
        return [
            Gap(Nanos(h.first), Nanos(h.last))
            for seq, h in sorted(self.chain.segments.items())
            if h.kind == "events" and not self.chain.removed(seq) and self._key_removed(seq)
        ]

    def _key_removed(self, seq: int) -> bool:
        key = self.chain.key_of(seq)
        return key is not None and self.chain.removed(key)

    def numbers(self) -> list[int]:
        """Return the events segments that are there, in order."""
        return [
            seq
            for seq, header in sorted(self.chain.segments.items())
            if header.kind == "events" and not self.chain.removed(seq)
        ]

    def events(self, seq: int) -> list[Spoken]:
        """Return the events of a segment in time order; none if it is damaged."""
        return self._try(seq, "events", lambda: self._events(self._content(seq))) or []

    def messages(self, seq: int) -> Sequence[Message]:
        """Return the messages of a segment as they are; none if it is damaged."""
        return self._try(seq, "events", lambda: self._content(seq).messages) or ()

    def frames(self, seq: int) -> Iterator[Picture]:
        """Yield the pictures of a segment in order; stops where the segment is damaged."""
        if self._key_removed(seq):
            return
        content = self._try(seq, "frames", lambda: self._content(seq))
        messages = [m.data for m in content.messages if m.topic == FRAME] if content else []
        if not messages:
            return
        key = self._try(seq, "frames", lambda: self._key(seq))
        if key is None:
            return
        pictures = read_frames(messages, key)
        while (picture := self._try(seq, "frames", lambda: next(pictures, None))) is not None:
            yield picture

    def frame_times(self, seq: int) -> list[Nanos]:
        """Return the ``done`` of a segment's pictures by their heads; none is decompressed."""
        if self._key_removed(seq):
            return []
        heads = self._try(seq, "heads", lambda: [
            Head.read(m.data)[0] for m in self._content(seq).messages if m.topic == FRAME
        ])  # fmt: skip
        return [head.done for head in heads or ()]

    def items(self, seq: int) -> list[Spoken | Picture]:
        """Return events and pictures of a segment, in no order."""
        return [*self.events(seq), *self.frames(seq)]

    def check(self, seq: int) -> None:
        """Look at a segment as far as the identity allows; what is wrong goes into ``damage``."""
        if not self._identities:
            self._try(seq, "file", lambda: self._sealed(seq, self.chain.segments[seq]))
        elif self.chain.segments[seq].kind == "key":
            self._try(seq, "key", lambda: self._read_key(seq))
        else:
            self.events(seq)
            for _ in self.frames(seq):
                pass

    def _try(self, seq: int, what: str, action: Callable[[], T]) -> T | None:
        """Run ``action``; damage is noted, each sort once, and not tried again."""
        if (seq, what) in self._bad:
            return None
        try:
            return action()
        except KeyMismatchError:
            raise
        except EpisodeError as error:
            known = self._bad.values()
            noted = self._about(error, seq)
            if str(noted) not in known:
                self.damage.append(noted)
            self._bad[seq, what] = str(noted)
            return None

    def _sealed(self, seq: int, header: SegmentHeader) -> bytes:
        with self._folder() as folder:
            return read_segment(folder, header, self.chain.lines[seq])

    def _content(self, seq: int) -> Content:
        header = self.chain.segments[seq]
        content = read_content(unseal(self._sealed(seq, header), self._identities))
        said = {"episode": header.episode, "seq": str(seq), "kind": header.kind}
        if dict(content.about) != said:
            raise EpisodeError("What is inside belongs to another segment or episode.")
        return content

    def _events(self, content: Content) -> list[Spoken]:
        found: list[Numbered] = []
        for message in content.messages:
            if message.topic in BATCHES:
                found += read_batch(message.topic, message.data)
            elif message.topic != FRAME:
                events = read_events(message.topic, message.data)
                found += [(event.t, message.number, event) for event in events]
            if len(found) > MAX_EVENTS:
                raise EpisodeError(f"It holds more than {MAX_EVENTS} events.")
        found.sort(key=in_order)
        return [event for _, _, event in found]

    def _key(self, seq: int) -> KeyTiles:
        number = self.chain.key_of(seq)
        if number is None:
            raise EpisodeError("There is no key segment for its frames.")
        if number not in self._keys:
            try:
                key = self._read_key(number)
            except KeyMismatchError:
                raise
            except EpisodeError as error:
                raise EpisodeError(f"Its frames need key segment {number}: {error}") from error
            self._keys = {number: key}  # one at a time: random access needs no more
        return self._keys[number]

    def _read_key(self, number: int) -> KeyTiles:
        messages = self._content(number).messages
        if [message.topic for message in messages] != [KEY]:
            raise EpisodeError("It is not one key.")
        return read_key(messages[0].data)
