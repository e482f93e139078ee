"""Keys, buttons, scrolls and moves: all of one kind in a segment as one message, in columns.

A column is a list with a value for each row, or one value if it is the same in all; left out, it is
the default of the event's class. ``t`` is the time of the first row, ``dt`` the step to each row
from the one before (the first is 0). ``n`` and ``dn`` say in the same way as the how-manieth of the
segment's events a row came, for those that have one time; without ``dn`` they came in a row.

Many rows cost a tenth of what as many messages would: to write, on the disk, and to read.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from itertools import accumulate, pairwise, repeat
from operator import attrgetter, itemgetter, sub
from typing import TYPE_CHECKING, Any, Final, cast

from nodreel.episode.fields import Column, Field, Many, Text, Whole
from nodreel.episode.format import MAX_JSON, MAX_OFFSET, TIME, Channel, pack, plain, words_of
from nodreel.errors import EpisodeError
from nodreel.events import Button, Key, KeyClass, Move, Scroll

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Input = Key | Button | Scroll | Move
Numbered = tuple[int, int, Any]  # time, how-manieth, event

MAX_ROWS: Final = 2048  # in one message
TOPICS: Final[dict[type[Input], str]] = {
    Key: "input/keys", Button: "input/buttons", Scroll: "input/scrolls", Move: "pointer/moves",
}  # fmt: skip
STEP: Final = Whole(-MAX_OFFSET, MAX_OFFSET)
WHICH: Final = Whole(0, 2**31 - 1)


class Sheet:
    """How one kind of event is laid out in columns: ``names``, and for each its field in ``table``.

    ``defaults`` are what a column that is left out means.
    """

    def __init__(self, kind: type[Input], topic: str) -> None:
        self.kind = kind
        self.table = words_of(kind)
        named = [field for field in fields(kind) if field.name != "t"]
        self.names = [field.name for field in named]
        self.defaults = {f.name: f.default for f in named if f.default is not MISSING}
        self._row = attrgetter("t", *self.names)
        self._checks: list[tuple[str, Callable[[object], object]]] = [
            (name, field.check)
            for name, field in self.table.items()
            if not isinstance(field, Text)  # those are cut instead
        ]
        columns: dict[str, Field] = {
            name: Column(self.table[name], MAX_ROWS) for name in self.names
        }
        rows = {
            "t": TIME, "dt": Many(STEP, MAX_ROWS), "n": WHICH, "dn": Many(WHICH, MAX_ROWS)
        }  # fmt: skip
        required = {name for name in self.names if name not in self.defaults}
        self.channel = Channel(topic, rows | columns, frozenset({"t", "dt", "n", *required}))

    def check(self, event: Input) -> None:
        """Insist that an event can be written; raises ValueError."""
        for name, check in self._checks:
            check(getattr(event, name))

    def write(self, events: Sequence[Input], numbers: Sequence[int]) -> bytes:
        """Return one message for up to ``MAX_ROWS`` events that ``check`` let pass."""
        times, *columns = zip(*map(self._row, events), strict=True)
        message: dict[str, object] = {"t": times[0], "dt": _steps(times), "n": numbers[0]}
        if numbers[-1] - numbers[0] >= len(numbers):
            message["dn"] = _steps(numbers)
        for name, column in zip(self.names, columns, strict=True):
            field = self.table[name]
            cut = isinstance(field, Text)
            values = tuple(plain(value, field) for value in column) if cut else column
            first = values[0]
            if values.count(first) != len(values):
                message[name] = values
            elif name not in self.defaults or first != self.defaults[name]:
                message[name] = first
        return pack(message)

    def read(self, values: dict[str, object]) -> list[Numbered]:
        """Return the rows of a checked message; raises ValueError when they do not add up."""
        steps = cast("list[int]", values["dt"])
        count = len(steps)
        times = [cast("int", values["t"]) + passed for passed in accumulate(steps)]
        if steps[0] != 0 or min(times) < 0 or max(times) > MAX_OFFSET:
            raise ValueError("rows out of time")
        columns = [self._column(name, values, count) for name in self.names]
        events = map(cast("Any", self.kind), times, *columns)
        return list(zip(times, _numbers(values, count), events, strict=True))

    def _column(self, name: str, values: dict[str, object], count: int) -> Iterable[object]:
        value = values.get(name, self.defaults.get(name))
        if name == "key_class":
            value = _classes(value)
        if not isinstance(value, list):
            return repeat(value, count)
        if len(value) != count:
            raise ValueError("columns of unequal length")
        return value


SHEETS: Final = {kind: Sheet(kind, topic) for kind, topic in TOPICS.items()}
BATCHES: Final = {sheet.channel.topic: sheet for sheet in SHEETS.values()}
in_order: Final = itemgetter(0, 1)
"""What to sort rows of several messages by: time, then how-manieth."""


def read_batch(topic: str, data: bytes) -> list[Numbered]:
    """Return what a message of columns says; raises EpisodeError."""
    sheet = BATCHES[topic]
    if len(data) > MAX_JSON:
        raise EpisodeError(f"A message on {topic} has {len(data)} bytes.")
    try:
        return sheet.read(sheet.channel.check(json.loads(data)))
    except (ValueError, RecursionError) as error:
        raise EpisodeError(f"A message on {topic} is not what it should be: {error}.") from error


def _steps(values: Sequence[int]) -> list[int]:
    return [0, *(sub(b, a) for a, b in pairwise(values))]


def _numbers(values: dict[str, object], count: int) -> Iterable[int]:
    first, steps = cast("int", values["n"]), cast("list[int] | None", values.get("dn"))
    if steps is None:
        return range(first, first + count)
    if len(steps) != count:
        raise ValueError("columns of unequal length")
    return [first + passed for passed in accumulate(steps)]


def _classes(value: object) -> object:
    if isinstance(value, list):
        known = {name: KeyClass(name) for name in set(value)}
        return [known[name] for name in value]
    return KeyClass(cast("str", value))
