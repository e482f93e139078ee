"""Which programs are with the person: connected to this display, or running in their name."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import xcffib.res

from nodreel.desktop.x11.methods import MAKERS
from nodreel.desktop.x11.process import read_process
from nodreel.events import SECOND, Nanos
from nodreel.scene import Company

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from nodreel.desktop.x11.connection import Connection
    from nodreel.desktop.x11.session import Session

_EVERYBODY, _LOCAL_PID = 0, 2
_GONE = " (deleted)"
SETTLED = Nanos(10 * SECOND)
"""A process that is this old has become the program it was started for; until then it may exec."""
AGAIN = Nanos(15 * SECOND)
"""So often everybody is read anew, whatever they were."""


@dataclass(slots=True)
class _Known:
    since: Nanos
    programs: tuple[str, ...]


class Roll:
    """Remembers what processes run; reads those that are new, and now and then all of them.

    A process that opens a connection to the display is new, however old it is; one that is read
    anew because its time has come is not. ``read`` is told a
    pid, and whether that is a client of the display.
    """

    def __init__(self, read: Callable[[int, bool], tuple[str, ...]]) -> None:
        self._read = read
        self._known: dict[int, _Known] = {}
        self._clients: frozenset[tuple[int, int]] = frozenset()
        self._read_all = Nanos(0)

    def call(
        self, now: Nanos, there: Collection[int], clients: frozenset[tuple[int, int]]
    ) -> set[str]:
        """Return the programs of these pids and clients (connection, pid)."""
        again = now - self._read_all > AGAIN
        self._read_all = now if again else self._read_all
        joined = {pid for _, pid in clients - self._clients}
        before, self._known, self._clients = self._known, {}, clients
        shown = {pid for _, pid in clients}
        for pid in shown.union(there):
            known = before.get(pid)
            if known is None:
                known = _Known(now, self._read(pid, pid in shown))
            elif again or pid in joined or now - known.since < SETTLED:
                known.programs = self._read(pid, pid in shown)
            self._known[pid] = known
        return {program for known in self._known.values() for program in known.programs}

    def running(self, names: Collection[str]) -> dict[int, str]:
        """Return the pids, and names, of those that ran a program of that name at the last call."""
        return {
            pid: name
            for pid, known in self._known.items()
            for program in known.programs
            if (name := os.path.basename(program).removesuffix(_GONE)) in names
        }


class Bystanders:
    """Looks who is there: all clients of the display, and all processes of this person."""

    def __init__(self, x: Connection) -> None:
        self._x = x
        self._res = x.ext(xcffib.res.key)
        self._roll = Roll(_programs)
        self.makers: dict[int, str] = {}  # of text: pids and names, as of the last look

    def look(self, session: Session) -> Company | None:
        """Ask the X server for all of its clients (it is one itself) and look through /proc.

        None when the server does not tell.
        """
        asked = self._res.QueryClientIds(1, [struct.pack("=II", _EVERYBODY, _LOCAL_PID)])
        raw = self._x.raw_answer(asked)
        if not raw:
            return None
        clients = frozenset(_clients(raw))
        there = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
        found = self._roll.call(Nanos(time.monotonic_ns()), there, clients)
        self.makers = self._roll.running(MAKERS)
        return Company(tuple(sorted(found)), remote=session.remote)


def _clients(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yield (connection, pid) of an answer; read by hand, it is asked for all the time."""
    (count,), at = struct.unpack_from("=I", raw, 8), 32
    for _ in range(count):
        client, _, size, pid = (
            struct.unpack_from("=4I", raw, at) if at + 16 <= len(raw) else (0,) * 4
        )
        if size:
            yield client, pid
        at += 12 + size


def _programs(pid: int, client: bool) -> tuple[str, ...]:  # noqa: FBT001
    """Return what a client of the display runs, or a process of this person; () for any other."""
    if client:
        return _names(pid)
    with suppress(OSError):  # gone, or not ours to read
        if os.stat(f"/proc/{pid}").st_uid == os.getuid():
            return (os.readlink(f"/proc/{pid}/exe"),)
    return ()


def _names(pid: int) -> tuple[str, ...]:
    """Return the binary of a process, or its short name where only that may be read; its script."""
    process = read_process(pid)
    if process is None:
        return ()
    if process.exe:
        return (process.exe, process.script) if process.script else (process.exe,)
    with suppress(OSError):
        return (Path(f"/proc/{pid}/comm").read_text(errors="replace").strip(),)
    return ()
