"""The ring is bounded, hands out in time order, and counts what it gives up."""

from __future__ import annotations

from nodreel.events import Button, Event, Frame, Key, KeyClass, Move, Nanos, Tile
from nodreel.ring import Ring

PIXELS = bytes(10_000)


def frame(t: int) -> Frame:
    return Frame(Nanos(t), Nanos(t), 1, 64, 64, (), (Tile(0, 0, PIXELS),))


def key(t: int) -> Key:
    return Key(Nanos(t), True, KeyClass.CHARACTER, 38)


def click(t: int) -> Button:
    return Button(Nanos(t), True, 1, 0, 0)


def filled(*events: Event, frame_bytes: int = 10**9, other_bytes: int = 10**9) -> Ring:
    ring = Ring(frame_bytes, other_bytes)
    for number, event in enumerate(events):
        ring.push(event, number)
    return ring


def test_hands_out_only_what_is_old_enough_in_time_order() -> None:
    ring = filled(key(10), frame(30), Move(Nanos(20), 1, 1), key(40))
    assert [i.event.t for i in ring.release(Nanos(30))] == [10, 20, 30]
    assert [i.event.t for i in ring.release(Nanos(30))] == []
    assert len(ring) == 1


def test_overflow_gives_up_frames_that_no_action_follows_first() -> None:
    ring = filled(
        frame(1), click(2), frame(3), frame(4), click(5), frame(6), frame(7), frame_bytes=51_000
    )
    left = [i.event.t for i in ring.release(Nanos(99)) if isinstance(i.event, Frame)]
    assert {1, 4, 7} <= set(left), "the frames before a click and the newest one stay"
    assert ring.dropped == {"frames": 1}


def test_overflow_of_input_gives_up_pointer_detail_never_keys_or_clicks() -> None:
    moves = [Move(Nanos(t), 1, 1) for t in range(100, 200)]
    ring = filled(key(1), click(2), *moves, key(300), other_bytes=200 * 50)
    left = [i.event for i in ring.release(Nanos(999))]
    assert [e.t for e in left if not isinstance(e, Move)] == [1, 2, 300]
    assert ring.dropped["moves"] == 103 - len(left)


def test_discard_forgets_all_or_what_came_later() -> None:
    ring = filled(key(1), frame(2), key(3), frame(4))
    assert ring.discard(Nanos(2)) == 2
    assert ring.bytes < 2 * len(PIXELS)
    assert ring.discard() == 2
    assert (len(ring), ring.bytes, ring.oldest()) == (0, 0, None)


def test_shows_the_strokes_that_wait_without_taking_them() -> None:
    ring = filled(key(10), frame(20), Move(Nanos(30), 1, 1), click(40))
    assert ring.strokes() == [key(10), click(40)]
    assert len(ring) == 4


def test_it_is_crowded_when_half_full_of_frames() -> None:
    ring = filled(frame(1), frame(2), key(3), frame_bytes=50_000)
    assert not ring.crowded
    ring.push(frame(4), 0)
    assert ring.crowded
    ring.release(Nanos(2))
    assert not ring.crowded
