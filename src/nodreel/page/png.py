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


def png(picture: Picture, at_most: int | None = None) -> bytes:
    """Return the whole picture; what was not kept is black.

    ``at_most``: pixels across; of a wider one each pixel is the mean of a block.
    """
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
    if at_most is not None and picture.width > at_most:
        step = -(-picture.width // at_most)
        high, wide = picture.height // step, picture.width // step
        blocks = pixels[: high * step, : wide * step].reshape(high, step, wide, step, 3)
        pixels = (blocks.sum(axis=(1, 3), dtype=np.uint32) // step**2).astype(np.uint8)
    high, wide = pixels.shape[:2]
    rows = np.zeros((high, 1 + wide * 3), np.uint8)  # a row begins with its filter: none
    rows[:, 1:] = pixels[:, :, ::-1].reshape(high, wide * 3)
    head = struct.pack(">IIBBBBB", wide, high, _DEPTH, _RGB, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), _FAST)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
