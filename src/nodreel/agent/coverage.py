"""The ledger of every second: recorded, for a test, paused, blocked (why), idle or a gap (why).

Never uploaded. One JSON line per span: ``{"from": mono ns, "to": mono ns, "wall": ISO time of its
start, "boot", "state", "why", "says"}``; ``why`` names the interlock that was open, ``says`` is the
sentence the person could read then, where it is one of a few fixed ones. Spans follow each other
without a hole; a long span is written in pieces, so that a crash costs at most one piece, which the
next start writes down as a gap. A night asleep takes no monotonic time: it is a gap from a moment
to itself, with ``until``, the ISO time of its end.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from nodreel.clock import Steps, WallNanos, iso
from nodreel.errors import StoreError
from nodreel.events import MILLISECOND, SECOND, Nanos
from nodreel.host.files import SAFELY, is_plain, read_tail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.clock import Clock

State = Literal["recorded", "test", "paused", "blocked", "idle", "gap"]
PIECE = Nanos(30 * SECOND)
TAIL = 4096
ASLEEP = "the machine slept, or its clock was set"
LONGEST = 4096  # bytes of a line


class Coverage:
    """Writes the ledger; a failing disk costs lines here, never the recording."""

    def __init__(self, path: Path, clock: Clock, boot: str) -> None:
        self._path, self._clock, self._boot = path, clock, boot
        self._state: State = "gap"
        self._why = "nodreel was not running"
        self._says = ""
        now = clock.mono()
        self._since = min(self._last_end(), now) if self._known_boot() else now
        self._wall = WallNanos(clock.wall() - (now - self._since))  # when the span began
        self._steps = Steps(clock)
        self.seconds: dict[str, float] = {}
        self._write(now)

    def now(self, state: State, why: str = "", says: str = "") -> None:
        """Say what holds from this moment on; call it often."""
        now, told = self._clock.mono(), (state, why, says)
        stepped = self._steps.by()
        if stepped or told != (self._state, self._why, self._says) or now - self._since >= PIECE:
            self._write(now)
            self._state, self._why, self._says = told
        if stepped:
            self._wall = wall = self._clock.wall()
        if stepped > 0:
            self._put({"from": now, "to": now, "wall": iso(WallNanos(wall - stepped)),
                       "until": iso(wall), "boot": self._boot, "state": "gap",
                       "why": ASLEEP})  # fmt: skip

    def close(self) -> None:
        """Write the last span."""
        self._write(self._clock.mono())

    def _write(self, now: Nanos) -> None:
        if now <= self._since:
            return
        length = (now - self._since) / SECOND
        self.seconds[self._state] = self.seconds.get(self._state, 0.0) + length
        line: dict[str, object] = {
            "from": self._since, "to": now, "wall": iso(self._wall), "boot": self._boot,
            "state": self._state, "why": self._why,
        }  # fmt: skip
        if self._says:
            line["says"] = self._says
        self._since, self._wall = now, self._clock.wall()
        self._put(line)

    def _put(self, line: dict[str, object]) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | SAFELY
        try:
            fd = os.open(self._path, flags, 0o600)
        except OSError:
            return
        try:
            if is_plain(os.fstat(fd)):
                os.write(fd, _start_of_line(fd) + json.dumps(line).encode() + b"\n")
        except OSError:
            return
        finally:
            os.close(fd)

    def _last(self) -> dict[str, object]:
        try:
            lines = read_tail(self._path, limit=TAIL).splitlines()
            last = json.loads(lines[-1]) if lines else {}
        except (FileNotFoundError, StoreError, ValueError, RecursionError):
            return {}
        return last if isinstance(last, dict) else {}

    def _known_boot(self) -> bool:
        return self._last().get("boot") == self._boot

    def _last_end(self) -> Nanos:
        end = self._last().get("to")
        return Nanos(end) if isinstance(end, int) else self._clock.mono()


@dataclass(frozen=True, slots=True)
class Span:
    """One line of the ledger; ``start`` and ``end`` by the wall clock at its writing."""

    start: WallNanos
    end: WallNanos
    state: str
    why: str = ""
    says: str = ""


def read_spans(path: Path) -> Iterator[Span]:
    """Yield the spans of a ledger in the order written; what is torn or strange is left out."""
    try:
        fd = os.open(path, os.O_RDONLY | SAFELY)
    except OSError:
        return
    if not is_plain(os.fstat(fd)):
        os.close(fd)
        return
    with os.fdopen(fd, "rb") as file:
        while line := file.readline(LONGEST):
            span = _span(line)
            if span is not None:
                yield span


def _span(line: bytes) -> Span | None:
    try:
        told = json.loads(line)
        start = datetime.fromisoformat(told["wall"])
        length = int(told["to"]) - int(told["from"])
        words = (str(told["state"]), str(told["why"]), str(told.get("says", "")))
        begin = _at(start)
        until = told.get("until")
        end = WallNanos(begin + length) if until is None else _at(datetime.fromisoformat(until))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return Span(begin, end, *words)


def _at(moment: datetime) -> WallNanos:
    return WallNanos(round(moment.timestamp() * 1000) * MILLISECOND)


def _start_of_line(fd: int) -> bytes:
    """Return what ends a line that a crash tore, so that only that line is lost."""
    end = os.lseek(fd, 0, os.SEEK_END)
    os.lseek(fd, max(0, end - 1), os.SEEK_SET)  # adding to the file goes to its end all the same
    return b"\n" if end and os.read(fd, 1) != b"\n" else b""
