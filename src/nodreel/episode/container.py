"""A segment's plaintext as MCAP: written with the ``mcap`` package, read by a bounded walk.

Without index or summary: any MCAP reader reads it from front to back. Records: Header, then
Metadata ``segment`` (episode, seq, kind); one Chunk (zstd) with Schema, Channel and Messages of
each topic in JSON; Channel and Messages of the screen, outside of it, since they are zstd already;
DataEnd, Footer. Nothing else is accepted back: no attachment or offset of a stranger's is ever
followed, and of a chunk no more is made than ``MAX_CHUNK``. Episodes of before had no chunk; all
their records lie outside.
"""

from __future__ import annotations

import json
import struct
import threading
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import zstandard
from mcap import records
from mcap.data_stream import RecordBuilder

from nodreel.episode.batch import BATCHES
from nodreel.episode.format import CHANNELS, MAX_OFFSET
from nodreel.episode.tiles import compressing
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
MAX_CHUNK: Final = 16 << 20  # bytes of a segment's JSON, decompressed

_MAGIC: Final = b"\x89MCAP0\r\n"
_HEADER, _FOOTER, _SCHEMA, _CHANNEL, _MESSAGE, _METADATA, _DATA_END = 1, 2, 3, 4, 5, 0x0C, 0x0F
_CHUNK: Final = 6
_INSIDE: Final = {_SCHEMA, _CHANNEL, _MESSAGE}
_ALLOWED: Final = {_HEADER, _FOOTER, _METADATA, _DATA_END, _CHUNK} | _INSIDE
_RECORD: Final = struct.Struct("<BQ")  # kind, size
_MESSAGE_HEAD: Final = struct.Struct("<HIQQ")  # channel, sequence, log time, publish time
_CHUNK_HEAD: Final = struct.Struct("<QQQI")  # first time, last time, size, CRC-32
_WINDOW: Final = 8 << 20
_LEVEL: Final = 3
_OWN: Final = threading.local()
_TOPICS: Final = CHANNELS | {topic: sheet.channel for topic, sheet in BATCHES.items()}


class Message(NamedTuple):
    """One message: its topic, its time (nanoseconds since the episode's start) and its bytes.

    ``number``: as the how-manieth of the segment's events it came.
    """

    topic: str
    t: int
    data: bytes
    number: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """What a segment says of itself, and its messages in the order of writing."""

    about: Mapping[str, str]
    messages: tuple[Message, ...]


@compressing()
def write_content(about: Mapping[str, str], messages: Iterable[Message]) -> bytes:
    """Return one complete MCAP; messages in JSON come first."""
    inside, outside, channels = RecordBuilder(), RecordBuilder(), dict[str, int]()
    times = []
    for message in messages:
        binary = message.topic in {FRAME, KEY}
        sink = outside if binary else inside
        if message.topic not in channels:
            channels[message.topic] = len(channels) + 1
            _describe(sink, message.topic, channels[message.topic])
        records.Message(
            channels[message.topic], message.t, message.data, message.t, message.number
        ).write(sink)
        times += [] if binary else [message.t]
    whole = RecordBuilder()
    records.Header(PROFILE, PROFILE).write(whole)
    records.Metadata("segment", dict(about)).write(whole)
    if times:
        plain = _end(inside)
        packed = zstandard.ZstdCompressor(level=_LEVEL).compress(plain)
        records.Chunk("zstd", packed, max(times), min(times), zlib.crc32(plain), len(plain)).write(
            whole
        )
    whole.write(_end(outside))
    data = _MAGIC + _end(whole)
    end = RecordBuilder()
    records.DataEnd(zlib.crc32(data)).write(end)
    records.Footer(0, 0, 0).write(end)
    return data + _end(end) + _MAGIC


def _end(sink: RecordBuilder) -> bytes:
    written: bytes = sink.end()  # type: ignore[no-untyped-call]
    return written


def _describe(sink: RecordBuilder, topic: str, number: int) -> None:
    """Write the channel of a topic, and its schema if there is one."""
    if topic in {FRAME, KEY}:
        records.Channel(number, topic, BINARY, {}, 0).write(sink)
        return
    schema = json.dumps(_TOPICS[topic].schema(), separators=(",", ":")).encode()
    records.Schema(number, schema, "jsonschema", topic).write(sink)
    records.Channel(number, topic, "json", {}, number).write(sink)


@dataclass(slots=True)
class _Reading:
    """What was met so far."""

    about: dict[str, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    unpacked: int = 0

    def take(self, opcode: int, body: memoryview) -> None:
        """Take in one record."""
        if opcode == _CHANNEL:
            _learn(self.topics, body)
        elif opcode == _MESSAGE:
            self.messages.append(_message(self.topics, body))
            if len(self.messages) > MAX_MESSAGES:
                raise EpisodeError(f"It holds more than {MAX_MESSAGES} messages.")
        elif opcode == _METADATA:
            name, rest = _string(body)
            self.about = _map(rest) if name == "segment" and not self.about else self.about
        elif opcode == _CHUNK:
            plain = _unpack(body, MAX_CHUNK - self.unpacked)
            self.unpacked += len(plain)
            for inner, record in _walk(plain, 0, len(plain), _INSIDE):
                self.take(inner, record)


def read_content(data: bytes) -> Content:
    """Return what an MCAP of ours holds; raises EpisodeError for anything else."""
    reading = _Reading()
    try:
        for opcode, body in _records(memoryview(data)):
            reading.take(opcode, body)
    except (struct.error, UnicodeDecodeError) as error:
        raise EpisodeError("A record is cut short or is no text.") from error
    return Content(reading.about, tuple(reading.messages))


def _unpacker() -> zstandard.ZstdDecompressor:
    """Return this thread's own: making one costs more than what it does."""
    if not hasattr(_OWN, "unpacker"):
        _OWN.unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    found: zstandard.ZstdDecompressor = _OWN.unpacker
    return found


def _unpack(body: memoryview, most: int) -> memoryview:
    """Return the records in a chunk: exactly as many bytes as it claims, at most ``most``."""
    _, _, size, checksum = _CHUNK_HEAD.unpack_from(body)
    how, rest = _string(body[_CHUNK_HEAD.size :])
    (length,) = struct.unpack_from("<Q", rest)
    if how != "zstd" or size > most or length != len(rest) - 8:
        raise EpisodeError(f"A chunk of {size} bytes, packed as {how[:64]!r}, has no place.")
    try:
        with _unpacker().stream_reader(bytes(rest[8:])) as reader:
            plain: bytes = reader.read(size + 1)
    except (zstandard.ZstdError, MemoryError) as error:
        raise EpisodeError(f"A chunk cannot be decompressed: {error}.") from error
    if len(plain) != size or zlib.crc32(plain) != checksum:
        raise EpisodeError("A chunk is not what it claims to be.")
    return memoryview(plain)


def _records(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield (opcode, body); insists on magic, known records, DataEnd, Footer and an exact end."""
    end = len(data) - len(_MAGIC)
    if end < len(_MAGIC) or bytes(data[: len(_MAGIC)]) != _MAGIC or bytes(data[end:]) != _MAGIC:
        raise EpisodeError("It is not an MCAP file, or it was cut short.")
    last = 0
    for opcode, body in _walk(data, len(_MAGIC), end, _ALLOWED):
        if last == _FOOTER:
            raise EpisodeError(f"A record of kind {opcode} has no place after the footer.")
        yield opcode, body
        last = opcode
    if last != _FOOTER:
        raise EpisodeError("It ends without a footer.")


def _walk(
    data: memoryview, at: int, end: int, allowed: set[int]
) -> Iterator[tuple[int, memoryview]]:
    """Yield (opcode, body) from ``at`` to exactly ``end``."""
    while at < end:
        opcode, size = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        if opcode not in allowed or size > end - at:
            raise EpisodeError(f"A record of kind {opcode} and {size} bytes has no place.")
        yield opcode, data[at : at + size]
        at += size


@lru_cache(maxsize=256)  # the same few in each segment
def _channel(body: bytes) -> tuple[int, str]:
    (channel,) = struct.unpack_from("<H", body)
    topic, _ = _string(memoryview(body)[4:])
    return channel, topic


def _learn(topics: dict[int, str], body: memoryview) -> None:
    if len(body) > MAX_TEXT:  # it is remembered
        raise EpisodeError("The description of a channel is too long.")
    channel, topic = _channel(bytes(body))
    if topics.get(channel, topic) != topic or len(topics) >= MAX_CHANNELS:
        raise EpisodeError(f"Channel {channel} means two things, or there are too many.")
    if topic not in {*_TOPICS, FRAME, KEY}:
        raise EpisodeError(f"There is a channel of an unknown kind, {topic[:64]!r}.")
    topics[channel] = topic


def _message(topics: dict[int, str], body: memoryview) -> Message:
    channel, number, log, _ = _MESSAGE_HEAD.unpack_from(body)
    if channel not in topics or log > MAX_OFFSET:
        raise EpisodeError(f"A message of channel {channel} at {log} ns has no place.")
    return Message(topics[channel], log, bytes(body[_MESSAGE_HEAD.size :]), number)


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
