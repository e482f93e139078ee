"""C12. Light on the machine."""

from __future__ import annotations

from nodreel.events import TILE, Frame, Key, KeyClass, Move, Nanos, Rect, Tile
from nodreel.policy import Limits
from nodreel.ring import Ring


def frame(t: int) -> Frame:
    tiles = tuple(Tile(0, n, bytes(TILE * TILE * 3)) for n in range(80))
    return Frame(Nanos(t), Nanos(t), 1, 5120, 64, (Rect(0, 0, 5120, 64),), tiles, full=True)


def test_memory_is_bounded_and_keys_are_given_up_last() -> None:
    ring = Ring()
    for t in range(0, 400_000, 1000):
        ring.push(frame(t), 0)
        ring.push(Key(Nanos(t + 1), True, KeyClass.CHARACTER, app="pad"), 0)
        for n in range(200):
            ring.push(Move(Nanos(t + 2 + n), 1, 1, app="pad"), 0)
    assert ring.bytes <= 34 * 1024 * 1024
    left = [w.event for w in ring.release(Nanos(10**9))]
    assert sum(isinstance(e, Key) for e in left) == 400
    assert ring.dropped["frames"] + ring.dropped["moves"] > 0


def test_disk_and_picture_rate_have_limits() -> None:
    limits = Limits()
    assert limits.max_fps <= 10
    assert limits.quota_mb <= 2048
    assert limits.disk_floor_mb >= 512
