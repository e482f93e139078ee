"""The segment being gathered: messages of events and frames, in memory until it is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.episode.batch import MAX_ROWS, SHEETS, TOPICS, Input
from nodreel.episode.container import FRAME, KEY, Message, write_content
from nodreel.episode.format import Spoken, write_event
from nodreel.events import Button, Key, Move, Nanos, Scroll

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodreel.episode.canvas import Coded
    from nodreel.episode.journal import Kind

_RECORD = 31  # bytes MCAP adds to each message
_ROW = 24  # bytes of a row, about; packed they are fewer


class Draft:
    """Events (times already offsets) of one segment; ``born`` is when the first one came."""

    def __init__(self, born: Nanos) -> None:
        self.born = born
        self.frames = 0
        self.size = 0
        self._messages: list[Message] = []
        self._number = 0
        self._rows: dict[type[Input], list[Input]] = {kind: [] for kind in SHEETS}
        self._numbers: dict[type[Input], list[int]] = {kind: [] for kind in SHEETS}
        self._first: Nanos | None = None
        self._last = Nanos(0)
        self._key: tuple[Nanos, bytes] | None = None

    def add(self, event: Spoken) -> None:
        """Take one event; raises ValueError when a field of it is out of bounds."""
        if isinstance(event, Key | Button | Scroll | Move):
            self._add_row(event)
        else:
            topic, data = write_event(event)
            self._put(topic, event.t, data)
        self._number += 1
        self._saw(event.t, event.t)

    def _add_row(self, event: Input) -> None:
        kind = type(event)
        SHEETS[kind].check(event)  # refuse here what could not be written later
        self._rows[kind].append(event)
        self._numbers[kind].append(self._number)
        self.size += _ROW
        if len(self._rows[kind]) == MAX_ROWS:
            self._end_rows(kind)

    def add_frame(self, t: Nanos, done: Nanos, coded: Coded) -> None:
        """Take one frame, and the key it needed if it needed a new one."""
        if coded.key is not None:
            self._key = (t, coded.key)
        self._put(FRAME, done, coded.message)
        self.frames += 1
        self._saw(t, done)

    def finish(
        self, tail: bytes, about: Mapping[str, str], seq: int
    ) -> Iterator[tuple[Kind, bytes]]:
        """Yield the plaintexts to seal: the key if there is one, then the events.

        ``tail`` completes the zstd frame that the segment's frames share.
        """
        for kind in SHEETS:
            self._end_rows(kind)
        if self._key is not None:
            t, data = self._key
            yield "key", write_content(_named(about, seq, "key"), [Message(KEY, t, data)])
            seq += 1
        self._append_tail(tail)
        yield "events", write_content(_named(about, seq, "events"), self._messages)

    def span(self, kind: Kind) -> tuple[int, int]:
        """Return the offsets of the first and last moment."""
        if kind == "key" and self._key is not None:
            return self._key[0], self._key[0]
        return self._first or 0, self._last

    def _append_tail(self, tail: bytes) -> None:
        for i in reversed(range(len(self._messages))):
            found = self._messages[i]
            if found.topic == FRAME:
                self._messages[i] = Message(FRAME, found.t, found.data + tail)
                return

    def _end_rows(self, kind: type[Input]) -> None:
        if rows := self._rows[kind]:
            numbers = self._numbers[kind]
            data = SHEETS[kind].write(rows, numbers)
            self._messages.append(Message(TOPICS[kind], rows[0].t, data, numbers[0]))
            self._rows[kind], self._numbers[kind] = [], []

    def _put(self, topic: str, t: Nanos, data: bytes) -> None:
        self._messages.append(Message(topic, t, data, self._number))
        self.size += len(data) + _RECORD

    def _saw(self, first: Nanos, last: Nanos) -> None:
        self._first = first if self._first is None else min(self._first, first)
        self._last = max(self._last, last)


def _named(about: Mapping[str, str], seq: int, kind: str) -> dict[str, str]:
    return {**about, "seq": str(seq), "kind": kind}
