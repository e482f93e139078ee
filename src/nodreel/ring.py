"""The last seconds, in memory only: bounded in bytes, and it counts what it drops."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.events import Button, Frame, Key, Move, Scroll

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.events import Event, Nanos

FRAME_BYTES = 20 * 1024 * 1024
OTHER_BYTES = 8 * 1024 * 1024
EVENT_SIZE = 200  # a slotted dataclass with its integers, measured roughly


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that waits for hindsight, and the number of the context it happened in."""

    event: Event
    context: int
    size: int


class Ring:
    """Holds events back. Overflow gives up frames not next to an action, other frames, moves."""

    def __init__(self, frame_bytes: int = FRAME_BYTES, other_bytes: int = OTHER_BYTES) -> None:
        self._items: deque[Waiting] = deque()
        self._limits = {True: frame_bytes, False: other_bytes}
        self._bytes = {True: 0, False: 0}
        self.dropped: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._items)

    @property
    def bytes(self) -> int:
        """Bytes held, estimated."""
        return self._bytes[True] + self._bytes[False]

    @property
    def crowded(self) -> bool:
        """Whether frames fill half of it: what a page that scrolls adds meanwhile has to fit, too.

        May be asked without the lock.
        """
        return self._bytes[True] > self._limits[True] // 2

    def push(self, event: Event, context: int) -> None:
        """Take an event in; may give up another one."""
        item = Waiting(event, context, _size(event))
        self._items.append(item)
        frame = isinstance(event, Frame)
        self._bytes[frame] += item.size
        if self._bytes[frame] > self._limits[frame]:
            self._shrink(frames=frame)

    def release(self, until: Nanos) -> list[Waiting]:
        """Hand out what happened by ``until``, in time order; it leaves the ring.

        Batched pointer paths arrive up to a quarter second late, far less than the hold-back.
        """
        out: list[Waiting] = []
        while self._items and self._items[0].event.t <= until:
            item = self._items.popleft()
            self._bytes[isinstance(item.event, Frame)] -= item.size
            out.append(item)
        return sorted(out, key=lambda item: item.event.t)

    def oldest(self) -> Waiting | None:
        """Return the oldest waiting event without taking it."""
        return self._items[0] if self._items else None

    def strokes(self) -> list[Event]:
        """Return the keys and buttons that wait, without taking them."""
        return [item.event for item in self._items if isinstance(item.event, Key | Button)]

    def discard(self, after: Nanos | None = None) -> int:
        """Forget what happened later than ``after`` (None: everything); returns how many."""
        keep = [i for i in self._items if after is not None and i.event.t <= after]
        count = len(self._items) - len(keep)
        self._items = deque(keep)
        self._bytes = {True: 0, False: 0}
        for item in keep:
            self._bytes[isinstance(item.event, Frame)] += item.size
        return count

    def _shrink(self, *, frames: bool) -> None:
        """Drop down to nine tenths of the bound, so that a full ring is not searched per event."""
        goal = self._limits[frames] * 9 // 10
        if not frames:
            self._drop(
                goal, "moves", lambda i: isinstance(self._items[i].event, Move), frames=False
            )
            return
        self._drop(goal, "frames", self._plain_frame, frames=True)
        self._drop(goal, "frames", lambda i: isinstance(self._items[i].event, Frame), frames=True)

    def _plain_frame(self, index: int) -> bool:
        """Tell whether this is a frame with no action right after it."""
        if not isinstance(self._items[index].event, Frame):
            return False
        for later in range(index + 1, len(self._items)):
            event = self._items[later].event
            if isinstance(event, Frame):
                return True
            if isinstance(event, Button | Key | Scroll):
                return False
        return False  # the newest frame may be the one before the next action

    def _drop(self, goal: int, what: str, may_go: Callable[[int], bool], *, frames: bool) -> None:
        keep: deque[Waiting] = deque()
        for index, item in enumerate(self._items):
            if self._bytes[frames] > goal and may_go(index):
                self._bytes[frames] -= item.size
                self.dropped[what] += 1
            else:
                keep.append(item)
        self._items = keep


def _size(event: Event) -> int:
    if isinstance(event, Frame):
        return EVENT_SIZE + sum(len(tile.pixels) + 64 for tile in event.tiles)
    return EVENT_SIZE
