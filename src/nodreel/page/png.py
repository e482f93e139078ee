"""A picture as PNG, without an image library: the person's machine needs none for anything else."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.episode import Picture
    from nodreel.events import Rect

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FAST: Final = 1  # of zlib's levels: looked at once, over the loopback
_RGB, _DEPTH = 2, 8


def png(picture: Picture, at_most: int | None = None, *, kept_only: bool = False) -> bytes:
    """Return the whole picture; what was not kept is black.

    ``at_most``: pixels across; of a wider one each pixel is the mean of a block. ``kept_only``: no
    more of it than the rectangle round all that was kept.
    """
    pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 3)
    if kept_only and picture.kept:
        pixels = pixels[_span(picture.kept)]
    high, wide = pixels.shape[:2]
    if at_most is not None and wide > at_most:
        step = -(-wide // at_most)
        high, wide = high // step, wide // step
        blocks = pixels[: high * step, : wide * step].reshape(high, step, wide, step, 3)
        pixels = (blocks.sum(axis=(1, 3), dtype=np.uint32) // step**2).astype(np.uint8)
    high, wide = pixels.shape[:2]
    rows = np.zeros((high, 1 + wide * 3), np.uint8)  # a row begins with its filter: none
    rows[:, 1:] = pixels[:, :, ::-1].reshape(high, wide * 3)
    head = struct.pack(">IIBBBBB", wide, high, _DEPTH, _RGB, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), _FAST)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _span(kept: Sequence[Rect]) -> tuple[slice, slice]:
    """Return the rows and columns of the rectangle round all of these."""
    left, top = min(r.x for r in kept), min(r.y for r in kept)
    right, bottom = max(r.x + r.w for r in kept), max(r.y + r.h for r in kept)
    return slice(top, bottom), slice(left, right)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
