"""Events in, sealed segments on disk out; what is not yet sealed is only ever in memory.

A segment is sealed 3 s after its first event, at 1 MiB, or when told to. An episode ends after 15
minutes, 64 MiB or 60 s without an event. No events, no file. When the disk is full the segment
waits in memory, bounded, for another ``seal``, or for ``discard``; what was stored stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from nodreel import host
from nodreel.episode.budget import REST, Budget
from nodreel.episode.canvas import Canvas
from nodreel.episode.draft import Draft
from nodreel.episode.folder import Folder
from nodreel.episode.format import Spoken, happened
from nodreel.episode.ids import new_id
from nodreel.episode.journal import FILE_SIZE, EpisodeAbout, Journal, Sealed, Signer
from nodreel.episode.seal import Seal
from nodreel.events import (
    SECOND,
    Button,
    Event,
    Frame,
    Gap,
    Geometry,
    Key,
    Nanos,
    Pace,
    Sparing,
    Withheld,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nodreel.clock import Clock
    from nodreel.episode.canvas import Coded

MAX_PLAINTEXT: Final = 1 << 20  # bytes; pyrage holds the interpreter 4 ms for as much
MAX_PENDING: Final = 8 << 20  # bytes that wait for a disk; beyond it events are dropped and counted
IDLE: Final = Nanos(60 * SECOND)


class Limits(Protocol):
    """The part of a policy's limits that concerns episodes."""

    @property
    def seal_s(self) -> float:
        """Seconds from a segment's first event to its seal."""
        ...

    @property
    def episode_minutes(self) -> int:
        """Longest episode."""
        ...

    @property
    def episode_mb(self) -> int:
        """Biggest episode, MiB."""
        ...


@dataclass(slots=True)
class WriterStats:
    """What a writer did. ``last_written`` is the time of the newest event that is on disk.

    ``thinned``: frames that only show in the next, because too much changed (see ``budget``).
    """

    last_written: Nanos | None = None
    segments: int = 0
    bytes: int = 0
    events: int = 0
    frames: int = 0
    dropped: int = 0
    thinned: int = 0
    episodes: int = 0


class EpisodeWriter:
    """Writes episodes into ``folder`` (made 0700 if missing; must be ours alone).

    Events come judged, in time order, with absolute monotonic times. Not for several threads.
    Raises StoreError for a folder that is not safe, DiskFullError when there is no room.
    """

    def __init__(
        self, folder: Path, about: EpisodeAbout, *, recipients: Sequence[str],
        sign: Callable[[bytes], bytes], public_key: bytes, clock: Clock, limits: Limits,
    ) -> None:  # fmt: skip
        self._seal = Seal(recipients)
        self._root = Folder(host.private_dir(folder))
        self._about = about
        self._signer = Signer(sign, public_key)
        self._clock = clock
        self._longest = Nanos(limits.episode_minutes * 60 * SECOND)
        self._biggest = limits.episode_mb << 20
        self.seal_after = Nanos(int(limits.seal_s * SECOND))  # may be raised on battery
        self.file_size = FILE_SIZE
        self.stats = WriterStats()
        self._canvas, self._budget = Canvas(), Budget()
        self._geometry: Geometry | None = None
        self._pace: Pace | None = None
        self._journal: Journal | None = None
        self._draft: Draft | None = None
        self._pending: list[Sealed] = []
        self._episode = ""
        self._start = self._newest = self._fed = Nanos(0)

    @property
    def wants_full(self) -> bool:
        """Whether frames are dropped until a full one comes (at first, and after a lost frame)."""
        return self._canvas.wants_full

    @property
    def episode(self) -> str:
        """Id of the episode being written, empty between episodes."""
        return self._episode

    @property
    def due(self) -> Nanos | None:
        """When ``tick`` will seal what there is; None when there is nothing."""
        return Nanos(self._draft.born + self.seal_after) if self._draft is not None else None

    def add(self, event: Event) -> None:
        """Take one event; seals when the segment is full. Unfit events are dropped and counted."""
        if sum(len(sealed.data) for sealed in self._pending) > MAX_PENDING:
            self.stats.dropped += 1
            if isinstance(event, Frame):
                self._canvas.forget()
            return
        at = happened(event)
        if self._episode and self._over(at):
            self.close("rotated")
        if not self._episode:
            self._begin(event.t)
        self._newest, self._fed = max(self._newest, at), self._clock.mono()
        if isinstance(event, Frame):
            self._add_frame(event)
        else:
            acts = isinstance(event, Key | Button) and event.press
            if acts or self._canvas.rests(at):  # the picture that somebody acted on, or looks at
                self._settle()
            self._add_spoken(event)
        if self._draft is not None and (self._draft.size >= MAX_PLAINTEXT or self._canvas.full):
            self.seal()

    def tick(self) -> None:
        """Do what time asks for: seal what is due, try again what failed, end an idle episode."""
        now = self._clock.mono()
        if now - self._fed >= REST:
            self._settle()
        due = self.due
        if (due is not None and now >= due) or self._pending:
            self.seal()
        if self._episode and now - self._fed >= IDLE:
            self.close("idle")

    def seal(self) -> None:
        """Make everything so far durable. On DiskFullError it stays in memory for the next try."""
        if self._draft is not None:
            about = {"episode": self._episode, "seq": ""}
            seq = len(self._pending) + (self._journal.next_seq if self._journal else 0)
            for kind, plaintext in self._draft.finish(self._canvas.finish(), about, seq):
                span = self._draft.span(kind)
                self._pending.append(Sealed(kind, self._seal.close(plaintext), *span))
            self._draft = None
        while self._pending:
            if self._journal is None:
                self._journal = self._new_journal()
            stored = self._journal.store(self._pending)
            done, self._pending = self._pending[:stored], self._pending[stored:]
            self.stats.segments += stored
            self.stats.bytes += sum(len(sealed.data) for sealed in done)
            if done[-1].kind == "events":
                self.stats.last_written = Nanos(self._start + done[-1].last)

    def close(self, reason: str = "") -> None:
        """Seal and end the episode; ``reason`` stays on this machine. The next event begins one."""
        self._settle()
        self.seal()
        if self._journal is not None:
            self._journal.end(reason)
        self._journal, self._episode = None, ""
        self._canvas.renew()

    def discard(self) -> None:
        """Forget everything that is not on disk yet, the picture included."""
        self._draft = None
        self._pending.clear()
        self._canvas.forget()

    def leave(self) -> None:
        """Let go of every file, whatever state the episode is in; nothing may be added after it."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        self._root.close()

    def _over(self, at: Nanos) -> bool:
        size = self._journal.bytes if self._journal else 0
        idle = at - self._newest >= IDLE
        return idle or at - self._start >= self._longest or size >= self._biggest

    def _begin(self, t: Nanos) -> None:
        self._episode, self._start, self._newest = new_id(), t, t
        if self._geometry is not None:  # each episode says what the coordinates mean
            self._add_spoken(replace(self._geometry, t=t))
        if self._pace is not None and self._pace.spares is not Sparing.NOTHING:
            self._add_spoken(replace(self._pace, t=t))

    def _new_journal(self) -> Journal:
        journal = Journal(
            self._root, self._episode, about=self._about, signer=self._signer,
            clock=self._clock, start=self._start, file_size=self.file_size,
        )  # fmt: skip
        self.stats.episodes += 1
        return journal

    def _open(self) -> Draft:
        if self._draft is None:
            self._draft = Draft(self._clock.mono())
        return self._draft

    def _add_spoken(self, event: Spoken) -> None:
        if isinstance(event, Geometry):
            self._geometry = event
        elif isinstance(event, Pace):
            self._pace = event
        t = self._offset(event.t)
        moved = replace(event, t=t)
        if isinstance(moved, Gap | Withheld):
            moved = replace(moved, until=max(t, self._offset(moved.until)))
        try:
            self._open().add(moved)
        except ValueError:
            self.stats.dropped += 1
        else:
            self.stats.events += 1

    def _add_frame(self, frame: Frame) -> None:
        if self._budget.spent(frame.t) and self._canvas.knows(frame):
            self.stats.thinned += self._canvas.hold(frame)
            return
        if self._draft is not None and self._draft.frames and not self._canvas.fits(frame):
            self.seal()
        self._put(frame, self._canvas.add(frame, self._start))

    def _settle(self) -> None:
        """Write the last of the frames that were held back, if any."""
        if (held := self._canvas.held) is not None:
            self.stats.thinned -= 1
            self._put(held, self._canvas.settle(self._start))

    def _put(self, frame: Frame, coded: Coded | None) -> None:
        if coded is None:
            self.stats.dropped += 1
            return
        self._budget.take(len(coded.message) + len(coded.key or b""))
        self._open().add_frame(self._offset(frame.t), self._offset(frame.done), coded)
        self.stats.frames += 1

    def _offset(self, t: Nanos) -> Nanos:
        return Nanos(max(0, t - self._start))
