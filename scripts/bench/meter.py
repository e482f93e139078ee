"""What processes cost: CPU time, wake-ups, memory, fsyncs; also of those that may not be read.

CPU seconds are the kernel's own clocks of each process (nanoseconds, dead threads included) and
what its dead children took: exact for a whole tree without a cgroup of our own.
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TICK = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1024 * 1024
Pids = frozenset[int]


def words(pid: int) -> str:
    """Return the command line, '' when the process is gone."""
    try:
        return (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        )
    except OSError:
        return ""


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; [] when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def tree(roots: Iterable[int]) -> Pids:
    """Return these processes and all they started that is still there."""
    parents = {int(p.name): _stat(int(p.name)) for p in Path("/proc").iterdir() if p.name.isdigit()}
    found = {pid for pid in roots if parents.get(pid)}
    while more := {p for p, s in parents.items() if s and int(s[1]) in found} - found:
        found |= more
    return frozenset(found)


def cpu_seconds(pid: int) -> float:
    """Return CPU seconds of a process, all its threads, and the children it has outlived."""
    fields = _stat(pid)
    if not fields:
        return 0.0
    try:
        own = time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3)
    except OSError:
        own = (int(fields[11]) + int(fields[12])) / TICK
    return own + (int(fields[13]) + int(fields[14])) / TICK


def wakeups(pid: int) -> int:
    """Return how often its threads went to sleep of their own will, and so were woken."""
    total = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        try:
            line = next(
                x for x in status.read_text().splitlines() if x.startswith("voluntary_ctxt")
            )
        except (OSError, StopIteration):
            continue
        total += int(line.split()[1])
    return total


@dataclass(frozen=True)
class Reading:
    """Counters at one moment; ``each`` is (CPU seconds, wake-ups) of each process."""

    at: float
    each: dict[int, tuple[float, int]]


class Crew:
    """All processes of one recorder: ``find`` names them anew each time it is called."""

    def __init__(self, find: Callable[[], Pids], probes: Path | None = None) -> None:
        self._find, self._probes = find, probes
        self.ever: dict[int, str] = {}

    @property
    def probed(self) -> bool:
        """Whether its processes tell of themselves (those of others may be read)."""
        return self._probes is not None

    def pids(self) -> Pids:
        found = self._find()
        self.ever |= {pid: words(pid) for pid in found}
        return found

    def read(self) -> Reading:
        return Reading(time.monotonic(), {p: (cpu_seconds(p), wakeups(p)) for p in self.pids()})

    def since(self, before: Reading) -> dict[str, object]:
        """Return percent of one core and wake-ups a second since ``before``, and whose they are."""
        now = self.read()
        passed = now.at - before.at
        cpu: dict[str, float] = {}
        woken: dict[str, float] = {}
        for pid, (spent, waked) in now.each.items():
            spent_before, waked_before = before.each.get(pid, (0.0, 0))
            name = short(self.ever.get(pid, ""))
            cpu[name] = cpu.get(name, 0.0) + 100 * (spent - spent_before) / passed
            woken[name] = woken.get(name, 0.0) + (waked - waked_before) / passed
        return {
            "cpu": round(sum(cpu.values()), 3),
            "wakeups": round(sum(woken.values()), 2),
            "seconds": round(passed, 1),
            "cpu_by": {n: round(v, 3) for n, v in cpu.items()},
            "wakeups_by": {n: round(v, 2) for n, v in woken.items()},
        }

    def ask(self, patience: float = 3.0) -> dict[str, dict[str, Any]]:
        """Ask each process that has a probe for its memory and fsyncs; the rest is read here."""
        told: dict[str, dict[str, Any]] = {}
        for pid in self.pids():
            place = self._probes / str(pid) if self._probes else None
            name = short(self.ever[pid])
            if place is None or not place.exists():
                told[name] = {"pss": told.get(name, {}).get("pss", 0) + pss(pid), "fsyncs": 0}
                continue
            place.write_text("{}")
            os.kill(pid, signal.SIGUSR2)
            end = time.monotonic() + patience
            while not (answer := json.loads(place.read_text() or "{}")):
                if time.monotonic() > end:
                    answer = {"pss": pss(pid), "fsyncs": 0}
                    break
                time.sleep(0.01)
            told[name] = answer
        return told


def pss(pid: int) -> int:
    """Return a process's share of memory in bytes; its resident set where that is not told."""
    for file, field, factor in (("smaps_rollup", "Pss:", 1024), ("status", "VmRSS:", 1024)):
        try:
            lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(field):
                return int(line.split()[1]) * factor
    return 0


def short(command: str) -> str:
    """Name a process by its module or program."""
    parts = command.split()
    if "-m" in parts[:-1]:
        return parts[parts.index("-m") + 1]
    return parts[0].rpartition("/")[2] if parts else "gone"


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
