"""Events as columns of numpy arrays, without an object for each: what a DataFrame takes as it is.

What is stored in columns stays in columns: the lists of a whole episode are joined first and judged
together, by the same fields as ever. At the first doubt the episode is read again event by event,
which names what is damaged and leaves out that one segment.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pydantic_core import from_json

from nodreel.episode.batch import BATCHES, MAX_ROWS, STEP, WHICH, Sheet
from nodreel.episode.container import FRAME
from nodreel.episode.fields import Maybe
from nodreel.episode.format import MAX_JSON, MAX_OFFSET, TIME, read_events
from nodreel.episode.part import MAX_EVENTS
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.episode.container import Message
    from nodreel.episode.fields import Field
    from nodreel.episode.format import Spoken
    from nodreel.episode.part import Part

Columns = dict[str, np.ndarray[Any, Any]]
"""By name, one value for each event in time order.

``t``, ``until``: nanoseconds since the episode's start (int64); ``kind``: the class in small
letters; ``x``, ``y``: physical pixels; ``dx``, ``dy``: notches. What a kind does not have is 0,
False or "". ``keycode`` and ``keysym`` are -1 where they are not, or only the class is recorded.
"""

TYPES: Final[dict[str, tuple[type, object]]] = {
    "t": (np.int64, 0), "kind": (np.object_, ""), "app": (np.object_, ""), "x": (np.int32, 0),
    "y": (np.int32, 0), "press": (np.bool_, False), "button": (np.int16, 0), "dx": (np.int16, 0),
    "dy": (np.int16, 0), "key_class": (np.object_, ""), "keycode": (np.int32, -1),
    "keysym": (np.int64, -1), "group": (np.int16, 0), "modifiers": (np.int64, 0),
    "layout": (np.object_, ""), "synthetic": (np.bool_, False), "activating": (np.bool_, False),
    "released_unseen": (np.bool_, False), "composed": (np.bool_, False),
    "epoch": (np.int32, 0), "until": (np.int64, 0),
}  # fmt: skip
"""Each column's type, and what stands in it where it means nothing."""
_SEGMENT: Final = 1 << 43  # more than as the how-manieth of its segment an event can come
_Loose = tuple[int, "Spoken"]


def read_columns(part: Part, offset: int) -> Columns:
    """Return the events of one episode, each ``offset`` nanoseconds later than it says."""
    try:
        found = _quick(part)
    except (ValueError, RecursionError, EpisodeError):  # one by one it is told which, and why
        found = _one_by_one(part)
    found["t"] += offset
    found["until"][found["until"] > 0] += offset
    return found


def joined(parts: Sequence[Columns]) -> Columns:
    """Return several episodes as one, in that order."""
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in TYPES}


def _quick(part: Part) -> Columns:
    stacks = {topic: _Stack(sheet) for topic, sheet in BATCHES.items()}
    loose: list[_Loose] = []
    for place, seq in enumerate(part.numbers()):
        rows = sum(_take(m, place, stacks, loose) for m in part.messages(seq))
        if rows > MAX_EVENTS:
            raise ValueError("too many rows in a segment")
    return _in_order([*(s for s in stacks.values() if s.counts), _Loosely(loose)], part)


def _take(message: Message, place: int, stacks: dict[str, _Stack], loose: list[_Loose]) -> int:
    """Put a message where it belongs; returns how many rows it has."""
    if message.topic in stacks:
        if len(message.data) > MAX_JSON:
            raise ValueError("a message that is too long")
        return stacks[message.topic].take(from_json(message.data), place)
    if message.topic == FRAME:
        return 0
    came, events = place * _SEGMENT + message.number, read_events(message.topic, message.data)
    loose += [(came, event) for event in events]
    return len(events)


def _one_by_one(part: Part) -> Columns:
    seen = ((place, part.events(seq)) for place, seq in enumerate(part.numbers()))
    return _in_order(
        [_Loosely([(p * _SEGMENT + n, e) for p, events in seen for n, e in enumerate(events)])],
        part,
    )


def _in_order(stacks: Sequence[_Stack | _Loosely], part: Part) -> Columns:
    gaps = [(len(part.chain.segments) * _SEGMENT, gap) for gap in part.gaps]
    tables = [stack.columns() for stack in (*stacks, _Loosely(gaps))]
    tables = [(came, table) for came, table in tables if len(came)]
    total = sum(len(came) for came, _ in tables)
    if not total:
        return {name: np.full(0, default, kind) for name, (kind, default) in TYPES.items()}
    came = np.concatenate([came for came, _ in tables])
    order = np.lexsort((came, np.concatenate([table["t"] for _, table in tables])))
    ranks = np.empty(total, np.int64)
    ranks[order] = np.arange(total)
    ends = np.cumsum([len(came) for came, _ in tables])
    places = [ranks[end - len(at) : end] for end, (at, _) in zip(ends, tables, strict=True)]
    return {
        name: _placed([table.get(name, default) for _, table in tables], places, total, kind)
        for name, (kind, default) in TYPES.items()
    }


def _placed(
    columns: Sequence[Any], places: Sequence[np.ndarray[Any, Any]], total: int, kind: type
) -> np.ndarray[Any, Any]:
    """Return one column of several tables, each an array or one value for all of its rows."""
    made: np.ndarray[Any, Any] = np.empty(total, kind)
    plain = [column for column in columns if not isinstance(column, np.ndarray)]
    if len(plain) == len(columns) and len(set(plain)) == 1:
        made[:] = plain[0]
        return made
    for column, place in zip(columns, places, strict=True):
        made[place] = column
    return made


class _Stack:
    """The messages of one kind, one upon the other."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._said: list[dict[str, Any]] = []
        self._places: list[int] = []
        self.counts: list[int] = []

    def take(self, said: object, place: int) -> int:
        """Take a message of the segment at ``place``; raises ValueError when it has no rows."""
        if not isinstance(said, dict) or not isinstance(steps := said.get("dt"), list):
            raise ValueError("rows without steps")  # noqa: TRY004  one kind of failure
        if not 1 <= len(steps) <= MAX_ROWS:
            raise ValueError("no rows, or too many")
        self._said.append(said)
        self._places.append(place)
        self.counts.append(len(steps))
        return len(steps)

    def columns(self) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
        """Return when each row came, and the columns or what all rows have; raises ValueError."""
        channel, said, counts = self._sheet.channel, self._said, np.array(self.counts)
        for keys in set(map(frozenset, said)):
            if not channel.required <= keys <= channel.fields.keys():
                raise ValueError("a field too many or too few")
        t = _summed([m["t"] for m in said], [m["dt"] for m in said], counts, TIME, STEP)
        if t.min() < 0 or t.max() > MAX_OFFSET:
            raise ValueError("rows out of time")
        came = self._came(counts)
        came += np.repeat(np.array(self._places) * _SEGMENT, counts)
        found: dict[str, Any] = {"t": t, "kind": self._sheet.kind.__name__.lower()}
        for name, field in self._sheet.table.items():
            if name != "t":
                default = self._sheet.defaults.get(name)
                pieces = [m.get(name, default) for m in said]
                found[name] = _column(name, pieces, self.counts, field)
        return came, found

    def _came(self, counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return as the how-manieth of its segment each row came; raises ValueError."""
        firsts = [m["n"] for m in self._said]
        if not any("dn" in m for m in self._said):  # all in a row, as mostly
            WHICH.check_all(firsts)
            ends = np.cumsum(counts)
            came: np.ndarray[Any, Any] = np.repeat(np.array(firsts) - (ends - counts), counts)
            came += np.arange(len(came))
            return came
        in_a_row = [
            m["dn"] if "dn" in m else [0, *[1] * (n - 1)]
            for m, n in zip(self._said, self.counts, strict=True)
        ]
        return _summed(firsts, in_a_row, counts, WHICH, WHICH)


class _Loosely:
    """Events that are stored one by one."""

    def __init__(self, events: Sequence[_Loose]) -> None:
        self._came = [came for came, _ in events]
        self._events = [event for _, event in events]

    def columns(self) -> tuple[np.ndarray[Any, Any], Columns]:
        """Return when each came, and the columns."""
        rows = self._events
        found: Columns = {}
        for name, (kind, default) in TYPES.items():
            values = (getattr(event, name, default) for event in rows)
            plain = [default if v is None else v for v in values]
            if kind is np.object_:
                plain = [str(v) for v in plain]
            found[name] = _array(plain, kind)
        found["kind"] = _array([type(event).__name__.lower() for event in rows], np.object_)
        return np.array(self._came, np.int64), found


def _array(values: list[Any], kind: type) -> np.ndarray[Any, Any]:
    return np.array(values, kind) if values else np.empty(0, kind)


def _flat(pieces: Sequence[Any], counts: Sequence[int]) -> list[Any]:
    """Return the lists as one; raises ValueError when one has not as many values as rows."""
    if list(map(len, pieces)) != list(counts):
        raise ValueError("columns of unequal length")
    return list(chain.from_iterable(pieces))


def _summed(
    firsts: list[Any], steps: Sequence[Any], counts: np.ndarray[Any, Any], first_field: Field,
    step_field: Field,
) -> np.ndarray[Any, Any]:  # fmt: skip
    """Return first plus the sum of steps so far, for each row; the first step has to be 0.

    Sums may wrap around, but not unseen: the first that leaves its bounds is yet far from that.
    """
    if set(map(type, steps)) != {list}:
        raise ValueError("steps that are no list")
    flat = _flat(steps, counts.tolist())
    first_field.check_all(firsts)
    step_field.check_all(flat)
    passed = np.cumsum(np.array(flat, np.int64))
    starts = np.cumsum(counts) - counts
    if any(step[0] != 0 for step in steps):
        raise ValueError("a first step that is none")
    passed += np.repeat(np.array(firsts, np.int64) - passed[starts], counts)
    return passed


def _column(name: str, pieces: list[Any], counts: Sequence[int], field: Field) -> Any:  # noqa: ANN401
    """Return one column of many messages: of each a list, or one value for all its rows.

    Or what all rows of all have, as it is.
    """
    kind, default = TYPES[name]
    several = list in set(map(type, pieces))
    flat = pieces
    if several:
        pairs = zip(pieces, counts, strict=True)
        flat = _flat([p if type(p) is list else [p] * n for p, n in pairs], counts)
    field.check_all(flat)
    if isinstance(field, Maybe):
        flat = [default if value is None else value for value in flat]
    if not several and flat.count(flat[0]) == len(flat):
        return flat[0]
    made: np.ndarray[Any, Any] = np.array(flat, kind)
    return made if several else np.repeat(made, counts)
