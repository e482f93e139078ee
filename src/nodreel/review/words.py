"""Times and sizes as people read them."""

from __future__ import annotations


def moment(nanos: int) -> str:
    """Write an offset as h:mm:ss.mmm."""
    whole, rest = divmod(nanos // 1_000_000, 1000)
    minutes, s = divmod(whole, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{s:02d}.{rest:03d}"


def size(count: int) -> str:
    """Write a number of bytes as people read it."""
    kib = count / 1024
    return f"{kib / 1024:.1f} MiB" if kib >= 1024 else f"{kib:.1f} KiB"  # noqa: PLR2004
