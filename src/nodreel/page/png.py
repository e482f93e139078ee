"""A picture as PNG, without an image library: the person's machine needs none for anything else."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from nodreel.episode import Picture

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FAST: Final = 1  # of zlib's levels: looked at once, over the loopback
_RGB, _DEPTH = 2, 8


def png(picture: Picture) -> bytes:
    """Return the whole picture; what was not kept is black."""
    wide, high = picture.width, picture.height
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(high, wide, 3)
    rows = np.zeros((high, 1 + wide * 3), np.uint8)  # a row begins with its filter: none
    rows[:, 1:] = pixels[:, :, ::-1].reshape(high, wide * 3)
    head = struct.pack(">IIBBBBB", wide, high, _DEPTH, _RGB, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), _FAST)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
