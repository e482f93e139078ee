"""Questions to an app, many at a time, each with its deadline. Pure: sends through a function.

A ``Talk`` is a generator: it yields a batch of questions and is sent their answers. Within a talk
None is a refusal or nonsense; what does not answer in time ends the whole talk.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from nodreel.events import MILLISECOND, Nanos

PATIENCE = Nanos(250 * MILLISECOND)
"""The longest that any talk lasts."""
AT_ONCE = 16
"""Questions under way at a time; the others wait for their turn, and their deadline does not."""
MOST_TALKS = 64

T = TypeVar("T")
Answer = tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the object ``path`` of the connection ``to`` (a unique name)."""

    to: str
    path: str
    interface: str
    member: str
    signature: str = ""
    body: tuple[Any, ...] = ()


Batch = tuple[Ask, ...]
Talk = Generator[Batch, tuple[Answer, ...], T]


@dataclass(slots=True, eq=False)
class _Running(Generic[T]):
    talk: Talk[T]
    deadline: Nanos
    done: Callable[[T | None], None]
    answers: list[Answer] = field(default_factory=list)
    missing: int = 0


@dataclass(frozen=True, slots=True)
class _Question:
    of: _Running[Any]
    number: int
    ask: Ask


class Talks:
    """Runs talks; ``send`` puts a question on the wire and returns its serial, 0 if it cannot."""

    def __init__(self, send: Callable[[Ask], int]) -> None:
        self._send = send
        self._running: list[_Running[Any]] = []
        self._waiting: deque[_Question] = deque()
        self._asked: dict[int, _Question] = {}

    def start(
        self, talk: Talk[T], now: Nanos, done: Callable[[T | None], None],
        patience: Nanos = PATIENCE,
    ) -> None:  # fmt: skip
        """Begin; ``done`` is called once, with None when it was not answered in time."""
        running = _Running(talk, Nanos(now + patience), done)
        if len(self._running) >= MOST_TALKS:
            talk.close()
            done(None)
            return
        self._running.append(running)
        self._step(running, None)
        self._push()

    def answer(self, serial: int, sender: str, body: Answer) -> None:
        """Take in an answer (None: an error); nobody but the one who was asked may give it."""
        question = self._asked.get(serial)
        if question is None or question.ask.to != sender:
            return
        del self._asked[serial]
        self._fill(question, body)
        self._push()

    def expire(self, now: Nanos) -> None:
        """Give up what is late."""
        for running in [r for r in self._running if r.deadline <= now]:
            self._end(running, None)
        self._push()

    def clear(self) -> None:
        """Give up everything."""
        for running in list(self._running):
            self._end(running, None)

    @property
    def deadline(self) -> Nanos | None:
        """When ``expire`` is next worth calling."""
        return min((r.deadline for r in self._running), default=None)

    # ------------------------------------------------------------------------------------ stepping

    def _step(self, running: _Running[Any], answers: tuple[Answer, ...] | None) -> None:
        try:
            batch = next(running.talk) if answers is None else running.talk.send(answers)
            while not batch:
                batch = running.talk.send(())
        except StopIteration as stop:
            self._end(running, stop.value)
            return
        running.answers = [None] * len(batch)
        running.missing = len(batch)
        self._waiting.extend(_Question(running, n, ask) for n, ask in enumerate(batch))

    def _fill(self, question: _Question, body: Answer) -> None:
        running = question.of
        running.answers[question.number] = body
        running.missing -= 1
        if not running.missing:
            self._step(running, tuple(running.answers))

    def _push(self) -> None:
        while self._waiting and len(self._asked) < AT_ONCE:
            question = self._waiting.popleft()
            serial = self._send(question.ask)
            if serial:
                self._asked[serial] = question
            else:
                self._fill(question, None)

    def _end(self, running: _Running[Any], result: Any) -> None:
        if running not in self._running:
            return
        self._running.remove(running)
        self._waiting = deque(q for q in self._waiting if q.of is not running)
        self._asked = {s: q for s, q in self._asked.items() if q.of is not running}
        running.talk.close()
        running.done(result)
