"""Which states of the disk a power cut may leave, from what was called until then.

The model is weaker than any file system: whatever was written to a file since its last fsync may be
there, or not, in any combination, or half, or as zeros; what happened to the names in a folder
since the folder's last fsync may have happened, or not, in any combination. Only what was synced
is certain. (A rename is one thing: it never leaves both names or none, if its name was certain.)
"""

from __future__ import annotations

import hashlib
import os
import random
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Final

from tests.faults.calls import Call, Calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

EXHAUSTIVE: Final = 5
"""So many unsynced things are combined in every way; of more all prefixes, and a sample."""
ROOT: Final = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to ``node`` (a folder or a file, by number)."""

    kind: str  # name, drop, move, write, cut, sync, mark
    node: int = -1
    name: str = ""
    other: int = -1  # what the name stands for, or the folder it moves to
    to: str = ""
    at: int = 0
    data: bytes = b""
    mark: object = None


@dataclass
class Disk:
    """Folders are {name: number}, files are bytes."""

    folders: dict[int, dict[str, int]] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)

    def copy(self) -> Disk:
        return Disk({n: dict(names) for n, names in self.folders.items()}, dict(self.files))

    def do(self, step: Step, how: str = "whole") -> None:
        """Let a step reach the disk: ``whole``, or of a write only ``half`` or ``zeros``."""
        match step.kind:
            case "name":
                self.folders[step.node][step.name] = step.other
            case "drop":
                self.folders[step.node].pop(step.name, None)
            case "move":
                self.folders[step.node].pop(step.name, None)
                self.folders[step.node][step.to] = step.other
            case "cut":
                old = self.files[step.node]
                self.files[step.node] = old[: step.at].ljust(step.at, b"\0")
            case "write":
                data = step.data[: len(step.data) // 2] if how == "half" else step.data
                data = bytes(len(data)) if how == "zeros" else data
                old = self.files[step.node].ljust(step.at, b"\0")
                self.files[step.node] = old[: step.at] + data + old[step.at + len(data) :]

    def digest(self) -> bytes:
        """Tell two states apart by what can be seen of them."""
        told = hashlib.sha256()
        for path, data in self.seen():
            told.update(f"{path}\0{-1 if data is None else len(data)}\0".encode())
            told.update(data or b"")
        return told.digest()

    def seen(self, folder: int = ROOT, above: str = "") -> Iterator[tuple[str, bytes | None]]:
        """Yield every path and what it holds (None: a folder)."""
        for name, node in sorted(self.folders[folder].items()):
            if node in self.folders:
                yield above + name, None
                yield from self.seen(node, f"{above}{name}/")
            else:
                yield above + name, self.files[node]

    def lay(self, place: Path) -> None:
        """Write this state into a new folder."""
        place.mkdir(mode=0o700)
        for path, data in self.seen():
            if data is None:
                (place / path).mkdir(mode=0o700)
            else:
                fd = os.open(place / path, os.O_WRONLY | os.O_CREAT, 0o600)
                os.write(fd, data)
                os.close(fd)


class Tape(Calls):
    """Records what happens below ``home``, beginning with what is there (taken for synced)."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.steps: list[Step] = []
        self._nodes: dict[Path, int] = {home: ROOT}
        self._next = ROOT + 1
        self.start = Disk({ROOT: {}})
        for path in sorted(home.rglob("*")):
            node = self._number(path)
            self.start.folders[self._nodes[path.parent]][path.name] = node
            if path.is_dir():
                self.start.folders[node] = {}
            else:
                self.start.files[node] = path.read_bytes()

    def mark(self, what: object) -> None:
        """Note that from here on something was promised."""
        self.steps.append(Step("mark", mark=what))

    def after(self, call: Call) -> None:
        path = call.path
        match call.name:
            case "create":
                self._add("name", path, self._number(path))
            case "mkdir":
                self._add("name", path, self._number(path))
                self.start.folders[self._nodes[path]] = {}
            case "unlink" | "rmdir":
                self._add("drop", path, -1)
                self._nodes.pop(path)
            case "rename":
                self._rename(path, call.to or path)
            case "write":
                self._data(Step("write", self._nodes[path], at=call.at, data=call.data))
            case "punch":
                self._data(Step("write", self._nodes[path], at=call.at, data=bytes(call.size)))
            case "ftruncate":
                self._data(Step("cut", self._nodes[path], at=call.size))
            case "fsync":
                self._data(Step("sync", self._nodes[path]))
            case "open" if call.flags & os.O_TRUNC:
                self._data(Step("cut", self._nodes[path]))

    def _data(self, step: Step) -> None:
        if not self.steps or step.kind != "sync" or self.steps[-1] != step:
            self.steps.append(step)

    def _number(self, path: Path) -> int:
        self._nodes[path] = number = self._next
        self._next += 1
        return number

    def _add(self, kind: str, path: Path, other: int) -> None:
        if kind == "name":
            self.start.files.setdefault(other, b"")
        self.steps.append(Step(kind, self._nodes[path.parent], path.name, other))

    def _rename(self, path: Path, to: Path) -> None:
        assert path.parent == to.parent, "nothing here moves between folders"
        node = self._nodes[path]
        self.steps.append(Step("move", self._nodes[path.parent], path.name, node, to.name))
        for known in [p for p in self._nodes if p == path or path in p.parents]:
            self._nodes[to / known.relative_to(path)] = self._nodes.pop(known)

    # ------------------------------------------------------------------------------- the states

    def states(self, sample: int) -> Iterator[tuple[Disk, list[object]]]:
        """Yield each different state that a cut may leave, and what was promised by then."""
        known: set[tuple[bytes, int]] = set()
        synced, pending, marks = self.start.copy(), [], []
        for number, step in enumerate(self.steps):
            if step.kind == "mark":
                marks = [*marks, step.mark]
            elif step.kind == "sync":
                for done in pending:
                    if done.node == step.node:
                        synced.do(done)
                pending = [left for left in pending if left.node != step.node]
            else:
                pending = [*pending, step]
            for chosen in choices(pending, sample, number):
                disk = synced.copy()
                for kept, how in zip(pending, chosen, strict=True):
                    if how != "lost":
                        disk.do(kept, how)
                key = (disk.digest(), len(marks))
                if key not in known:
                    known.add(key)
                    yield disk, marks


def choices(pending: Sequence[Step], sample: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield what may have become of each unsynced step."""
    fates = [ways(step) for step in pending]
    if len(pending) <= EXHAUSTIVE:
        yield from product(*fates)
        return
    whole, lost = ("whole",) * len(pending), ("lost",) * len(pending)
    for i in range(len(pending) + 1):
        yield whole[:i] + lost[i:]
        yield lost[:i] + whole[i:]
    for i, fate in enumerate(fates):
        for how in fate:
            yield (*whole[:i], how, *whole[i + 1 :])
    dice = random.Random(seed)
    for _ in range(sample):
        yield tuple(dice.choice(fate) for fate in fates)


def ways(step: Step) -> tuple[str, ...]:
    """Return what a cut may leave of one unsynced step."""
    if step.kind == "write" and len(step.data) > 1:
        return ("whole", "lost", "half", "zeros")
    return ("whole", "lost")
