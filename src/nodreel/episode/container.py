"""A segment's plaintext as MCAP: written with the ``mcap`` package, read by a bounded walk.

Unchunked, uncompressed, without index or summary: any MCAP reader reads it from front to back.
Records: Header, then Metadata ``segment`` (episode, seq, kind), then a Schema and a Channel when a
topic is first used, Messages, DataEnd, Footer. Nothing else is accepted back, so no
decompression, attachment or offset of a stranger's is ever followed.
"""

from __future__ import annotations

import io
import json
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcap.writer import IndexType, Writer

from nodreel.episode.format import CHANNELS, MAX_OFFSET
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PROFILE: Final = "nodreel"
BINARY: Final = "x-nodreel-tiles"  # message encoding of screen/*; no schema language describes it
FRAME: Final = "screen/frame"
KEY: Final = "screen/key"
MAX_MESSAGES: Final = 200_000
MAX_TEXT: Final = 1 << 16  # any one string or map of strings in a record
MAX_CHANNELS: Final = 64

_MAGIC: Final = b"\x89MCAP0\r\n"
_HEADER, _FOOTER, _SCHEMA, _CHANNEL, _MESSAGE, _METADATA, _DATA_END = 1, 2, 3, 4, 5, 0x0C, 0x0F
_ALLOWED: Final = {_HEADER, _FOOTER, _SCHEMA, _CHANNEL, _MESSAGE, _METADATA, _DATA_END}
_MESSAGE_HEAD: Final = struct.Struct("<HIQQ")  # channel, sequence, log time, publish time


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its topic, its time (nanoseconds since the episode's start) and its bytes."""

    topic: str
    t: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What a segment says of itself, and its messages in the order of writing."""

    about: Mapping[str, str]
    messages: tuple[Message, ...]


def write_content(about: Mapping[str, str], messages: Iterable[Message]) -> bytes:
    """Return one complete MCAP."""
    sink = io.BytesIO()
    writer = Writer(
        sink, use_chunking=False, index_types=IndexType.NONE, repeat_channels=False,
        repeat_schemas=False, use_statistics=False, use_summary_offsets=False,
        enable_data_crcs=True,
    )  # fmt: skip
    writer.start(PROFILE, PROFILE)
    writer.add_metadata("segment", dict(about))
    channels: dict[str, int] = {}
    for number, message in enumerate(messages):
        if message.topic not in channels:
            channels[message.topic] = _register(writer, message.topic)
        writer.add_message(channels[message.topic], message.t, message.data, message.t, number)
    writer.finish()  # type: ignore[no-untyped-call]
    return sink.getvalue()


def _register(writer: Writer, topic: str) -> int:
    if topic in {FRAME, KEY}:
        return int(writer.register_channel(topic, BINARY, 0))
    schema = json.dumps(CHANNELS[topic].schema(), separators=(",", ":")).encode()
    number = writer.register_schema(topic, "jsonschema", schema)
    return int(writer.register_channel(topic, "json", number))


def read_content(data: bytes) -> Content:
    """Return what an MCAP of ours holds; raises EpisodeError for anything else."""
    about: dict[str, str] = {}
    topics: dict[int, str] = {}
    messages: list[Message] = []
    try:
        for opcode, body in _records(memoryview(data)):
            if opcode == _CHANNEL:
                _learn(topics, body)
            elif opcode == _MESSAGE:
                messages.append(_message(topics, body))
                if len(messages) > MAX_MESSAGES:
                    raise EpisodeError(f"It holds more than {MAX_MESSAGES} messages.")
            elif opcode == _METADATA:
                name, rest = _string(body)
                about = _map(rest) if name == "segment" and not about else about
    except (struct.error, UnicodeDecodeError) as error:
        raise EpisodeError("A record is cut short or is no text.") from error
    return Content(about, tuple(messages))


def _records(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield (opcode, body); insists on magic, known records, DataEnd, Footer and an exact end."""
    end = len(data) - len(_MAGIC)
    if end < len(_MAGIC) or bytes(data[: len(_MAGIC)]) != _MAGIC or bytes(data[end:]) != _MAGIC:
        raise EpisodeError("It is not an MCAP file, or it was cut short.")
    at, last = len(_MAGIC), 0
    while at < end:
        opcode, size = struct.unpack_from("<BQ", data, at)
        at += 9
        if opcode not in _ALLOWED or size > end - at or last == _FOOTER:
            raise EpisodeError(f"A record of kind {opcode} and {size} bytes has no place.")
        yield opcode, data[at : at + size]
        at, last = at + size, opcode
    if last != _FOOTER:
        raise EpisodeError("It ends without a footer.")


def _learn(topics: dict[int, str], body: memoryview) -> None:
    (channel,) = struct.unpack_from("<H", body)
    topic, _ = _string(body[4:])
    if topics.get(channel, topic) != topic or len(topics) >= MAX_CHANNELS:
        raise EpisodeError(f"Channel {channel} means two things, or there are too many.")
    if topic not in {*CHANNELS, FRAME, KEY}:
        raise EpisodeError(f"There is a channel of an unknown kind, {topic[:64]!r}.")
    topics[channel] = topic


def _message(topics: dict[int, str], body: memoryview) -> Message:
    channel, _, log, _ = _MESSAGE_HEAD.unpack_from(body)
    if channel not in topics or log > MAX_OFFSET:
        raise EpisodeError(f"A message of channel {channel} at {log} ns has no place.")
    return Message(topics[channel], log, bytes(body[_MESSAGE_HEAD.size :]))


def _string(body: memoryview) -> tuple[str, memoryview]:
    (size,) = struct.unpack_from("<I", body)
    if size > min(MAX_TEXT, len(body) - 4):
        raise EpisodeError(f"A text of {size} bytes does not fit.")
    return str(body[4 : 4 + size], "utf-8"), body[4 + size :]


def _map(body: memoryview) -> dict[str, str]:
    (size,) = struct.unpack_from("<I", body)
    if size > min(MAX_TEXT, len(body) - 4):
        raise EpisodeError(f"A table of {size} bytes does not fit.")
    rest, found = body[4 : 4 + size], {}
    while rest:
        key, rest = _string(rest)
        found[key], rest = _string(rest)
    return found
