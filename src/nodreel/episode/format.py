"""The events of a segment as messages: the words, their bounds, and how each is written and read.

What always holds:
- A segment is one age file; its plaintext is one complete MCAP that any MCAP reader opens.
- A segment stands alone, but for screen tiles, which may lean on the nearest key segment before it.
- Every time is nanoseconds since the episode's start (``t``, and MCAP's ``log_time``). No date, no
  wall clock, no name of a person or machine: there is no field for one.
- Every field is bounded. A message that breaks a bound, has a field too many, or one missing,
  makes its whole segment damaged; no part of it is believed.
- A field that is left out has the default of its class in ``nodreel.events``.

A message, by topic (JSON in UTF-8, one JSON Schema per channel, made from the tables below):
    input/keys  input/buttons  input/scrolls  pointer/moves
                       all of a segment in columns, see ``batch``
    window/focus  window/element  note  withheld  gap
                       the fields of the class; rectangles as [x, y, w, h]
    desktop/geometry   monitors as [x, y, w, h, scale]
    input/key  input/button  input/scroll  pointer/path
                       only in old episodes: one event a message; moves of at most 1 s with
                       one app, epoch and origin, ``t`` of the first, ``dt`` since the one before
    screen/frame       binary, see ``tiles``; in events segments
    screen/key         binary, see ``tiles``; one, alone, in a key segment
"""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, fields
from itertools import accumulate
from typing import TYPE_CHECKING, Final, cast

from nodreel.episode.fields import Field, Flag, Many, Maybe, OneOf, Ratio, Row, Text, Whole
from nodreel.errors import EpisodeError
from nodreel.events import (
    SECOND,
    Button,
    Cause,
    Element,
    Event,
    Focus,
    Frame,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Monitor,
    Move,
    Nanos,
    Note,
    Pace,
    Rect,
    Scroll,
    Sparing,
    Why,
    Withheld,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Spoken = Key | Button | Scroll | Move | Focus | Element | Geometry | Note | Withheld | Pace | Gap
"""Every event but frames, which have a codec of their own."""

MAX_OFFSET: Final = 2**53 - 1  # 104 days; also the largest whole number JSON carries safely
MAX_PATH: Final = 4096  # moves in one message
MAX_JSON: Final = 1 << 18  # bytes of one message
MAX_SIDE: Final = 32_767  # pixels of a desktop's edge
MAX_PIXELS: Final = 1 << 25  # of a desktop: four 4K monitors

TIME: Final = Whole(0, MAX_OFFSET)
_PLACE = Whole(-65_536, 65_536)
_MASK = Whole(0, 2**32 - 1)
_EPOCH = Whole(0, 2**31 - 1)
_APP = Text(64)
_SIDE = Whole(0, MAX_SIDE)


@dataclass(frozen=True, slots=True)
class Channel:
    """One topic: its fields, and which of them must be there."""

    topic: str
    fields: Mapping[str, Field]
    required: frozenset[str]

    def schema(self) -> dict[str, object]:
        """Describe a message as JSON Schema."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": sorted(self.required),
            "properties": {name: field.schema() for name, field in self.fields.items()},
        }

    def check(self, value: object) -> dict[str, object]:
        """Return the fields of a parsed message; raises ValueError at the first wrong one."""
        if not isinstance(value, dict):
            raise ValueError("not an object")  # noqa: TRY004  one kind of failure
        if not self.required <= value.keys() <= self.fields.keys():
            raise ValueError("a field too many or too few")
        return {name: self.fields[name].check(item) for name, item in value.items()}


_WORDS: Final[dict[type[Spoken], tuple[str, dict[str, Field]]]] = {
    Key: ("input/key", {
        "t": TIME, "press": Flag(), "key_class": OneOf(tuple(KeyClass)),
        "keycode": Maybe(Whole(0, 65_535)), "keysym": Maybe(_MASK), "group": Whole(0, 255),
        "modifiers": _MASK, "layout": Text(64), "app": _APP, "synthetic": Flag(),
        "released_unseen": Flag(), "epoch": _EPOCH, "composed": Flag(),
    }),
    Button: ("input/button", {
        "t": TIME, "press": Flag(), "button": Whole(0, 255), "x": _PLACE, "y": _PLACE,
        "modifiers": _MASK, "app": _APP, "synthetic": Flag(), "activating": Flag(),
        "released_unseen": Flag(), "epoch": _EPOCH,
    }),
    Scroll: ("input/scroll", {
        "t": TIME, "dx": Whole(-1000, 1000), "dy": Whole(-1000, 1000), "x": _PLACE, "y": _PLACE,
        "modifiers": _MASK, "app": _APP, "synthetic": Flag(), "epoch": _EPOCH,
    }),
    Focus: ("window/focus", {
        "t": TIME, "app": _APP, "title": Maybe(Text(512)), "site": _APP,
        "address": Maybe(Text(1024)),
    }),
    Element: ("window/element", {
        "t": TIME, "cause": OneOf(tuple(Cause)), "role": Text(40), "name": Text(80),
        "rect": Maybe(Row((_PLACE, _PLACE, _SIDE, _SIDE))), "states": Many(Text(24), 16),
        "path": Many(Text(80), 8), "app": _APP, "epoch": _EPOCH,
    }),
    Geometry: ("desktop/geometry", {
        "t": TIME, "epoch": _EPOCH, "width": _SIDE, "height": _SIDE,
        "monitors": Many(Row((_PLACE, _PLACE, _SIDE, _SIDE, Ratio(0.1, 16.0))), 64),
    }),
    Note: ("note", {"t": TIME, "text": Text(500)}),
    Withheld: ("withheld", {"t": TIME, "until": TIME, "why": OneOf(tuple(Why)), "app": _APP}),
    Pace: ("pace", {"t": TIME, "spares": OneOf(tuple(Sparing))}),
    Gap: ("gap", {"t": TIME, "until": TIME}),
}  # fmt: skip


def _required(kind: type[Spoken]) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind) if f.default is MISSING)


_KINDS: Final = {topic: kind for kind, (topic, _) in _WORDS.items()}
_MOVE: Final[dict[str, Field]] = {
    "t": TIME, "x": _PLACE, "y": _PLACE, "app": _APP, "synthetic": Flag(), "epoch": _EPOCH,
}  # fmt: skip
_RUN: Final[dict[str, Field]] = {
    "t": TIME, "dt": Many(Whole(0, SECOND), MAX_PATH), "x": Many(_PLACE, MAX_PATH),
    "y": Many(_PLACE, MAX_PATH), "app": _APP, "synthetic": Flag(), "epoch": _EPOCH,
}  # fmt: skip
PATH: Final = Channel("pointer/path", _RUN, frozenset({"t", "dt", "x", "y"}))
CHANNELS: Final[dict[str, Channel]] = {
    topic: Channel(topic, table, _required(kind)) for kind, (topic, table) in _WORDS.items()
} | {PATH.topic: PATH}


def words_of(kind: type[Spoken]) -> dict[str, Field]:
    """Return the fields of a class."""
    return _MOVE if kind is Move else _WORDS[kind][1]


def write_event(
    event: Focus | Element | Geometry | Note | Withheld | Pace | Gap,
) -> tuple[str, bytes]:
    """Return (topic, message); defaults are left out, too long a text is cut at its bound."""
    topic, table = _WORDS[type(event)]
    message: dict[str, object] = {}
    for field in fields(event):
        value = getattr(event, field.name)
        if value != field.default:
            message[field.name] = plain(value, table[field.name])
    return topic, pack(CHANNELS[topic].check(message))


def plain(value: object, field: Field) -> object:
    """Turn a value of an event into what JSON can hold; too long a text is cut."""
    limit = field.field if isinstance(field, Maybe | Many) else field
    match value:
        case Rect():
            return [value.x, value.y, value.w, value.h]
        case Monitor(rect=r):
            return [r.x, r.y, r.w, r.h, value.scale]
        case tuple():
            return [plain(item, limit) for item in value]
        case str() if isinstance(limit, Text):
            return value.encode("utf-8", "replace").decode()[: limit.limit]
        case _:
            return value


def pack(message: Mapping[str, object]) -> bytes:
    """Return a message as JSON."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode()


def read_events(topic: str, data: bytes) -> list[Spoken]:
    """Return what one message says (a path holds many moves); raises EpisodeError."""
    channel = CHANNELS.get(topic)
    if channel is None:
        raise EpisodeError(f"There is a message of an unknown kind, {topic[:64]!r}.")
    if len(data) > MAX_JSON:
        raise EpisodeError(f"A message on {topic} has {len(data)} bytes.")
    try:
        values = channel.check(json.loads(data))
        return _moves(values) if channel is PATH else [_event(topic, values)]
    except (ValueError, RecursionError) as error:
        raise EpisodeError(f"A message on {topic} is not what it should be: {error}.") from error


def _event(topic: str, values: dict[str, object]) -> Spoken:
    if "key_class" in values:
        values["key_class"] = KeyClass(cast("str", values["key_class"]))
    if "monitors" in values:
        values["monitors"] = tuple(
            Monitor(Rect(x, y, w, h), scale)
            for x, y, w, h, scale in cast("list[list[int]]", values["monitors"])
        )
    if "until" in values and cast("int", values["until"]) < cast("int", values["t"]):
        raise ValueError("it ends before it starts")
    if "rect" in values and values["rect"] is not None:
        values["rect"] = Rect(*cast("list[int]", values["rect"]))
    for name, word in (("cause", Cause), ("why", Why), ("spares", Sparing)):
        if name in values:
            values[name] = word(cast("str", values[name]))
    for name in ("states", "path"):
        if name in values:
            values[name] = tuple(cast("list[str]", values[name]))
    make = cast("type[Note]", _KINDS[topic])  # any of them: the table has checked every field
    return make(**values)  # type: ignore[arg-type]


def _moves(values: dict[str, object]) -> list[Spoken]:
    dt, xs, ys = (cast("list[int]", values[name]) for name in ("dt", "x", "y"))
    if not len(dt) == len(xs) == len(ys):
        raise ValueError("a path with unequal lists")
    times = [cast("int", values["t"]) + passed for passed in accumulate(dt)]
    if dt[0] != 0 or times[-1] > MAX_OFFSET:
        raise ValueError("a path out of time")
    app = cast("str", values.get("app", ""))
    synthetic, epoch = bool(values.get("synthetic", False)), cast("int", values.get("epoch", 0))
    return [
        Move(Nanos(t), x, y, app, synthetic, epoch) for t, x, y in zip(times, xs, ys, strict=True)
    ]


def happened(event: Event) -> Nanos:
    """Return when an event counts: frames once their pixels had arrived, all else at ``t``."""
    return event.done if isinstance(event, Frame) else event.t
