"""Native messages of a hostile browser: small JSON objects, or the end."""

from __future__ import annotations

import io
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.webhost.framing import LONGEST, FramingError, read, write


def framed(body: bytes, size: int | None = None) -> io.BytesIO:
    return io.BytesIO(struct.pack("=I", len(body) if size is None else size) + body)


BAD = {
    "half a length": io.BytesIO(b"\x01\x00"),
    "half a body": framed(b"{}", 3),
    "no json": framed(b"{'a': 1}"),
    "not utf-8": framed(b'{"a": "\xff"}'),
    "a list": framed(b"[]"),
    "a string": framed(b'"web_hello"'),
    "nothing": framed(b""),
    "too deep": framed(b"[" * 50_000),
    "a huge number": framed(b'{"a": ' + b"9" * 5000 + b"}"),
}


@pytest.mark.parametrize("stream", BAD.values(), ids=BAD)
def test_anything_else_is_no_message(stream: io.BytesIO) -> None:
    stream.seek(0)
    with pytest.raises(FramingError):
        read(stream)


def test_what_claims_to_be_huge_is_not_even_read() -> None:
    stream = framed(b" " * 100, 0xFFFFFFFF)
    with pytest.raises(FramingError):
        read(stream)
    assert stream.tell() == 4
    padded = json.dumps({"do": "x"}).encode().rjust(LONGEST + 1)
    with pytest.raises(FramingError):
        read(framed(padded))
    assert read(framed(padded[1:])) == {"do": "x"}


def test_the_end_is_the_end() -> None:
    assert read(io.BytesIO()) is None


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20), max_size=5))
def test_what_is_written_is_what_is_read(message: dict[str, object]) -> None:
    stream = io.BytesIO()
    write(stream, message)
    write(stream, message)
    stream.seek(0)
    assert [read(stream), read(stream), read(stream)] == [message, message, None]


@given(st.binary(max_size=200))
def test_noise_is_refused_or_a_small_object(noise: bytes) -> None:
    try:
        found = read(io.BytesIO(noise))
    except FramingError:
        return
    assert found is None or isinstance(found, dict)
