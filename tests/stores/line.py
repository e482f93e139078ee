"""The line between a machine and a store: slow, broken off, with answers that get lost or garbled.

It is a process of the test's own and passes on what both sides say; what is done to it is decided
by seeded chance, so that a failure can be played again.
"""

from __future__ import annotations

import random
import select
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 16_384
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Faults:
    """What the line does, each with a chance for one connection; ``rate``: bytes a second."""

    busy: float = 0.0  # answers 503 by itself, after it has read a little
    lost: float = 0.0  # passes the whole request on and drops the answer
    cut: float = 0.0  # breaks off in the middle of the request
    garbled: float = 0.0  # changes a byte of a long answer
    rate: float = 0.0
    at_byte: dict[int, Callable[[], None]] = field(default_factory=dict)


class Line:
    """Listens on ``port`` and passes on to ``target``; ``passed`` counts all bytes."""

    def __init__(self, target: int, faults: Faults, seed: int = 1) -> None:
        self.target, self.faults = target, faults
        self.passed = 0
        self.done: dict[str, int] = {}
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listening.settimeout(0.2)
        self.port = int(self._listening.getsockname()[1])
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                ours, _ = self._listening.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._carry, args=(ours, self._fate()))
            thread.start()
            self._threads.append(thread)

    def _fate(self) -> str:
        with self._lock:
            dice = self._random.random()
            for name in ("busy", "lost", "cut", "garbled"):
                dice -= getattr(self.faults, name)
                if dice < 0:
                    self.done[name] = self.done.get(name, 0) + 1
                    return name
        return ""

    def _carry(self, ours: socket.socket, fate: str) -> None:
        with ours:
            if fate == "busy":
                ours.recv(CHUNK)
                ours.sendall(BUSY)
                return
            try:
                with socket.create_connection(("127.0.0.1", self.target), timeout=5) as theirs:
                    self._pass(ours, theirs, fate)
            except OSError:
                return  # either side is gone: so is the line

    def _pass(self, ours: socket.socket, theirs: socket.socket, fate: str) -> None:
        up = 0
        cut = self._random.randrange(1, 60_000)
        while not self._stop.is_set():
            for end in select.select([ours, theirs], [], [], 0.2)[0]:
                data = end.recv(CHUNK)
                if not data:
                    return
                if end is ours:
                    up += len(data)
                    if fate == "cut" and up >= cut:
                        theirs.sendall(data[: len(data) // 2])
                        return
                    theirs.sendall(data)
                elif fate == "lost" and up > CHUNK:
                    return
                else:
                    ours.sendall(self._garbled(data) if fate == "garbled" else data)
                self._count(len(data))

    def _garbled(self, data: bytes) -> bytes:
        if len(data) < CHUNK // 2:
            return data
        place = len(data) // 2
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    def _count(self, size: int) -> None:
        with self._lock:
            self.passed += size
            due = [at for at in self.faults.at_byte if at <= self.passed]
            for at in due:
                self.faults.at_byte.pop(at)()
            wait = size / self.faults.rate if self.faults.rate else 0
            if wait:
                time.sleep(wait)  # all connections share it
