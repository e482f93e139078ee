from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader
from mcap.writer import CompressionType, Writer

from nodreel.episode.container import (
    FRAME,
    MAX_CHUNK,
    MAX_MESSAGES,
    Message,
    read_content,
    write_content,
)
from nodreel.errors import EpisodeError

ABOUT = {"episode": "E", "seq": "0", "kind": "events"}
MESSAGES = (Message("note", 5, b'{"t":5,"text":"x"}', 3), Message(FRAME, 7, b"\x00\x01"))
MAGIC = b"\x89MCAP0\r\n"


def record(opcode: int, body: bytes, size: int | None = None) -> bytes:
    return struct.pack("<BQ", opcode, len(body) if size is None else size) + body


def string(text: bytes, size: int | None = None) -> bytes:
    return struct.pack("<I", len(text) if size is None else size) + text


CHANNEL = record(4, struct.pack("<HH", 1, 0) + string(b"note") + string(b"json") + string(b""))
FOOTER = record(2, bytes(20))
NOTE = record(5, struct.pack("<HIQQ", 1, 0, 5, 5) + b"{}")


def wrap(*records: bytes) -> bytes:
    return MAGIC + b"".join(records) + MAGIC


def test_what_is_written_is_read() -> None:
    content = read_content(write_content(ABOUT, MESSAGES))
    assert dict(content.about) == ABOUT
    assert content.messages == MESSAGES


def test_any_reader_reads_it_and_its_checksums_hold() -> None:
    data = write_content(ABOUT, MESSAGES)
    found = list(make_reader(io.BytesIO(data), validate_crcs=True).iter_messages())
    assert [(c.topic, m.log_time, m.data) for _, c, m in found] == [
        (m.topic, m.t, m.data) for m in MESSAGES
    ]
    assert data.count(b"nodreel") >= 2  # profile and library say no more than that
    assert zlib.crc32(data) == zlib.crc32(write_content(ABOUT, MESSAGES))  # nothing of the moment


@pytest.mark.parametrize(
    "data",
    [
        b"", MAGIC, MAGIC + MAGIC, wrap(CHANNEL), wrap(NOTE, FOOTER), wrap(FOOTER, CHANNEL),
        wrap(record(6, bytes(40)), FOOTER), wrap(record(9, bytes(40)), FOOTER),
        wrap(record(77, b""), FOOTER), wrap(record(5, b"", 2**62), FOOTER),
        wrap(CHANNEL, record(5, b"\x01\x00"), FOOTER),
        wrap(record(4, struct.pack("<HH", 1, 0) + string(b"note", 2**31)), FOOTER),
        wrap(record(4, struct.pack("<HH", 1, 0) + string(b"\xff\xfe")), FOOTER),
        wrap(record(4, struct.pack("<HH", 1, 0) + string(b"../../etc/passwd")), FOOTER),
        wrap(CHANNEL, record(4, struct.pack("<HH", 1, 0) + string(b"gap")), FOOTER),
        wrap(CHANNEL, record(5, struct.pack("<HIQQ", 1, 0, 2**60, 0)), FOOTER),
        wrap(record(12, string(b"segment") + string(b"", 10**9)), FOOTER),
        wrap(record(12, string(b"segment") + string(string(b"a"))), FOOTER),
    ],
)  # fmt: skip
def test_what_has_no_place_is_refused(data: bytes) -> None:
    with pytest.raises(EpisodeError):
        read_content(data)


def chunk(plain: bytes, **other: object) -> bytes:
    """A chunk, and what is wrong with it."""
    packed = other.get("packed", zstandard.compress(plain))
    assert isinstance(packed, bytes)
    size, crc = other.get("size", len(plain)), other.get("crc", zlib.crc32(plain))
    head = struct.pack("<QQQI", 0, 9, size, crc)
    name = string(bytes(str(other.get("how", "zstd")), "utf-8"))
    length = struct.pack("<Q", other.get("length", len(packed)))
    return record(6, head + name + length + packed)


def test_one_chunk_of_messages_is_read() -> None:
    content = read_content(wrap(chunk(CHANNEL + NOTE), FOOTER))
    assert [m.topic for m in content.messages] == ["note"]


@pytest.mark.parametrize(
    "data",
    [
        chunk(CHANNEL + NOTE, size=5), chunk(CHANNEL + NOTE, size=500), chunk(NOTE, how="lz4"),
        chunk(CHANNEL + NOTE, crc=1), chunk(CHANNEL, length=2**60), chunk(CHANNEL, packed=b"no"),
        chunk(CHANNEL + chunk(CHANNEL)), chunk(record(12, string(b"segment"))), chunk(FOOTER),
        chunk(bytes(MAX_CHUNK + 1)), chunk(NOTE[:-1]),
        chunk(b"", size=9, packed=zstandard.compress(bytes(1 << 28), 19)),
    ],
)  # fmt: skip
def test_a_chunk_that_is_not_ours_is_refused(data: bytes) -> None:
    with pytest.raises(EpisodeError):
        read_content(wrap(data, FOOTER))


def test_chunks_together_are_no_bigger_than_one() -> None:
    half = chunk(record(3, bytes(MAX_CHUNK // 2)))
    assert read_content(wrap(half, FOOTER)).messages == ()
    with pytest.raises(EpisodeError, match="A chunk of"):
        read_content(wrap(CHANNEL, half, half, FOOTER))


def test_what_the_package_writes_by_default_is_refused() -> None:
    sink = io.BytesIO()
    writer = Writer(sink, compression=CompressionType.ZSTD)
    writer.start()
    channel = writer.register_channel("note", "json", 0)
    writer.add_message(channel, 0, bytes(10_000_000), 0)
    writer.finish()
    with pytest.raises(EpisodeError, match="kind 7"):
        read_content(sink.getvalue())


def test_endless_messages_end() -> None:
    with pytest.raises(EpisodeError, match="more than"):
        read_content(wrap(CHANNEL, NOTE * (MAX_MESSAGES + 1), FOOTER))
    many = record(4, struct.pack("<HH", 1, 0) + string(b"note"))
    crowd = [record(4, struct.pack("<HH", n, 0) + string(b"note")) for n in range(65)]
    with pytest.raises(EpisodeError, match="too many"):
        read_content(wrap(many, *crowd, FOOTER))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_damage_raises_anything_else(data: st.DataObject) -> None:
    whole = bytearray(write_content(ABOUT, MESSAGES))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        match data.draw(st.integers(0, 2)):
            case 0:
                whole[at] = data.draw(st.integers(0, 255))
            case 1:
                del whole[at:]
                whole += MAGIC
            case _:
                whole[at:at] = data.draw(st.binary(max_size=20))
    with suppress(EpisodeError):
        read_content(bytes(whole))
