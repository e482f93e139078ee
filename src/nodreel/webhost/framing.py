"""Native messaging as browsers speak it: a length in the machine's byte order, then JSON."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 60 * 1024  # bytes; a line to the agent holds 64 KiB
_LENGTH = struct.Struct("=I")


class FramingError(Exception):
    """What came is no message of ours; nothing after it can be understood either."""


def read(stream: BinaryIO) -> dict[str, object] | None:
    """Read one message, None at the end. Raises FramingError for anything but a small object."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise FramingError
    (size,) = _LENGTH.unpack(head)
    if size > LONGEST:
        raise FramingError
    body = stream.read(size)
    if len(body) < size:
        raise FramingError
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FramingError from error
    if not isinstance(message, dict):
        raise FramingError
    return message


def write(stream: BinaryIO, message: Mapping[str, object]) -> None:
    """Write one message; raises OSError when the browser has gone."""
    body = json.dumps(message).encode()
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()
