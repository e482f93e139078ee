"""The sampler: frames of what may be seen, when something changed, never more often than agreed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.events import Frame, Nanos, Rect, Sparing
from nodreel.ring import FRAME_BYTES
from nodreel.sources.screen import (
    ACTION_INTERVAL,
    AFTER_ACTION,
    GATHER,
    PASSING,
    SELDOM,
    TURNING,
    Sampler,
)
from tests.painted import Painted
from tests.scenes import MS, scene

if TYPE_CHECKING:
    from nodreel.rects import Region

LEFT, RIGHT = Rect(0, 0, 64, 64), Rect(64, 0, 64, 64)


def started(regions: dict[int, Region]) -> tuple[Painted, Sampler, Frame]:
    desktop = Painted()
    desktop.colour = {1: 10, 2: 20}
    sampler = Sampler(desktop, max_fps=10)
    sampler.show(scene(), regions)
    first = sampler.take(Nanos(1000 * MS))
    assert first is not None
    return desktop, sampler, first


def test_the_first_frame_is_whole_and_holds_the_visible_parts_only() -> None:
    desktop, _, first = started({1: (LEFT,), 2: (RIGHT,)})
    assert first.full
    assert desktop.watched == {1, 2}
    assert {(t.row, t.col, t.pixels[0]) for t in first.tiles} == {(0, 0, 10), (0, 1, 20)}
    assert set(first.kept) == {LEFT, RIGHT}


def test_nothing_drawn_means_nothing_to_do() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    assert sampler.due(Nanos(2000 * MS)) is None
    sampler.drawn(99)
    assert sampler.due(Nanos(2000 * MS)) is None, "a window that is not sampled"
    desktop.draw(1, 11, Rect(5, 5, 10, 10))
    sampler.drawn(1)
    assert sampler.due(Nanos(2000 * MS)) == 1100 * MS


def test_a_change_reads_what_was_drawn_and_builds_on_the_frame_before() -> None:
    desktop, sampler, first = started({1: (LEFT,)})
    desktop.grabs.clear()
    desktop.draw(1, 11, Rect(5, 5, 100, 10))
    sampler.drawn(1)
    frame = sampler.take(Nanos(2000 * MS))
    assert frame is not None
    assert desktop.grabs == [(1, Rect(5, 5, 59, 10))], "only the visible part is read"
    assert (frame.full, frame.after) == (False, first.t)
    assert (frame.t, frame.done) == (7, 2000 * MS)


def test_an_unchanged_picture_is_no_frame_but_counts_against_the_rate() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    desktop.draw(1, 10, LEFT)
    sampler.drawn(1)
    assert sampler.take(Nanos(2000 * MS)) is None
    sampler.drawn(1)
    assert sampler.due(Nanos(2001 * MS)) == 2100 * MS


def test_what_gets_covered_is_blanked_and_what_is_uncovered_is_read() -> None:
    desktop, sampler, _ = started({1: (LEFT, RIGHT)})
    sampler.show(scene(), {1: (LEFT,)})
    covered = sampler.take(Nanos(2000 * MS))
    assert covered is not None
    assert [(t.col, set(t.pixels)) for t in covered.tiles] == [(1, {0})]
    assert covered.kept == (LEFT,)
    desktop.grabs.clear()
    sampler.show(scene(), {1: (LEFT, RIGHT)})
    uncovered = sampler.take(Nanos(3000 * MS))
    assert uncovered is not None
    assert desktop.grabs == [(1, RIGHT)]
    assert [t.col for t in uncovered.tiles] == [1]


def test_right_after_an_action_it_looks_more_often() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    desktop.draw(1, 11, LEFT)
    sampler.drawn(1)
    sampler.acted(Nanos(1010 * MS))
    due = sampler.due(Nanos(1020 * MS))
    assert due == 1000 * MS + ACTION_INTERVAL


def test_scrolling_keeps_to_the_agreed_rate() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    desktop.draw(1, 11, LEFT)
    sampler.drawn(1)
    sampler.acted(Nanos(1010 * MS), closely=False)
    assert sampler.due(Nanos(1020 * MS)) == 1100 * MS


def test_what_the_wheel_turns_up_is_seen_when_it_rests_or_has_gone_on_for_long() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    for ms in range(2000, 2420, 60):
        sampler.acted(Nanos(ms * MS), closely=False, turning=True)
        desktop.draw(1, ms % 250, LEFT)
        sampler.drawn(1, Nanos((ms + 5) * MS))
        assert sampler.due(Nanos((ms + 6) * MS)) == min(ms * MS + TURNING, 2005 * MS + PASSING)
    sampler.take(Nanos(2505 * MS))
    sampler.drawn(1, Nanos(2506 * MS))
    sampler.acted(Nanos(2500 * MS), closely=False, turning=True)
    sampler.acted(Nanos(2520 * MS))
    assert sampler.due(Nanos(2521 * MS)) == 2505 * MS + ACTION_INTERVAL, "a click waits for nothing"


def test_what_is_drawn_in_one_go_is_one_frame() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    desktop.draw(1, 11, LEFT)
    sampler.acted(Nanos(2000 * MS))
    for ms in (2003, 2006):
        sampler.drawn(1, Nanos(ms * MS))
    assert sampler.due(Nanos(2006 * MS)) == 2003 * MS + GATHER, "from the first, not put off"
    sampler.take(Nanos(2015 * MS))
    sampler.drawn(1, Nanos(2016 * MS))
    assert sampler.due(Nanos(2016 * MS)) == 2015 * MS + ACTION_INTERVAL


def test_frames_that_change_much_come_as_fast_as_they_can_be_held() -> None:
    screen = Rect(0, 0, 1920, 1080)
    desktop = Painted()
    sampler = Sampler(desktop, max_fps=30)
    now, taken = 10_000 * MS, []
    wide = replace(scene(), width=screen.w, height=screen.h)
    for number in range(200):
        desktop.draw(1, number % 200 + 1, screen)
        sampler.show(wide, {1: (screen,)})
        sampler.drawn(1)
        sampler.acted(Nanos(now))
        due = sampler.due(Nanos(now))
        if due is not None and due <= now:
            frame = sampler.take(Nanos(now))
            assert frame is not None
            taken.append((now, sum(len(tile.pixels) for tile in frame.tiles)))
        now += 50 * MS
    assert [t for t, _ in taken[:2]] == [10_000 * MS, 10_050 * MS], "a switch of windows is at once"
    assert len(taken) > 8, "it goes on"
    for start, _ in taken:
        window = sum(size for t, size in taken if start <= t < start + 2500 * MS)
        assert window <= FRAME_BYTES


def test_rest_takes_nothing_and_starts_over_with_a_whole_frame() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    sampler.rest()
    desktop.draw(1, 11, LEFT)
    sampler.drawn(1)
    assert sampler.due(Nanos(2000 * MS)) is None
    assert desktop.watched == {1}, "letting go and taking up again would flicker"
    sampler.show(scene(), {1: (LEFT,)})
    frame = sampler.take(Nanos(3000 * MS))
    assert frame is not None
    assert frame.full


def test_a_new_geometry_starts_over() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    sampler.show(scene(epoch=2), {1: (LEFT,)})
    frame = sampler.take(Nanos(3000 * MS))
    assert frame is not None
    assert (frame.full, frame.epoch) == (True, 2)
    assert desktop.grabs[-1] == (1, LEFT)


def test_what_is_spared_are_frames_that_no_action_is_near() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    desktop.draw(1, 11, LEFT)
    sampler.drawn(1)
    sampler.spare(Sparing.RATE)
    assert sampler.due(Nanos(1010 * MS)) == 1000 * MS + SELDOM * 100 * MS
    for at, sparing in ((5000, Sparing.FRAMES), (6000, Sparing.POINTER)):
        sampler.spare(sparing)
        assert sampler.due(Nanos(at * MS)) is None
        sampler.acted(Nanos(at * MS))
        assert sampler.due(Nanos((at + 1) * MS)) is not None
        assert sampler.due(Nanos(at * MS + AFTER_ACTION)) is None
    sampler.spare(Sparing.NOTHING)
    assert sampler.due(Nanos(9000 * MS)) == 1100 * MS


def video(sampler: Sampler, desktop: Painted, start: int, end: int) -> list[int]:
    """Draw something each 16 ms; return when frames were taken, in ms."""
    taken = []
    for ms in range(start, end, 16):
        desktop.draw(1, ms % 199 + 1, LEFT)
        sampler.drawn(1, Nanos(ms * MS))
        due = sampler.due(Nanos(ms * MS))
        if due is not None and due <= ms * MS:
            assert sampler.take(Nanos(ms * MS)) is not None
            taken.append(ms)
    return taken


def test_what_moves_by_itself_all_the_time_is_looked_at_less_often() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    taken = video(sampler, desktop, 3000, 9000)
    assert sum(ms < 4200 for ms in taken) > 9, "at first as often as agreed"
    late = [ms for ms in taken if ms >= 5000]
    assert 9 <= len(late) <= 11, "then a quarter as often"
    assert sampler.put_off >= len(late)


def test_while_somebody_is_at_work_what_moves_is_looked_at_as_agreed() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    video(sampler, desktop, 3000, 6000)
    sampler.moved(Nanos(6000 * MS))
    assert len(video(sampler, desktop, 6000, 7000)) >= 8
    sampler.acted(Nanos(8000 * MS), closely=False)
    assert len(video(sampler, desktop, 8000, 8400)) <= 4, "and not more often for each key"


def test_a_cursor_that_blinks_is_not_restless() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    for ms in range(3000, 20_000, 500):
        desktop.draw(1, ms // 500 % 2 + 1, LEFT)
        sampler.drawn(1, Nanos(ms * MS))
        assert sampler.due(Nanos(ms * MS)) == max(ms * MS + GATHER, 1100 * MS)
        sampler.take(Nanos(ms * MS + GATHER))
    assert sampler.put_off == 0


def test_a_frame_says_since_when_what_it_adds_may_have_been_seen() -> None:
    desktop, sampler, first = started({1: (LEFT,)})
    assert first.since == 0, "of a whole picture that is not known"
    desktop.draw(1, 11, LEFT)
    for ms in (2003, 2001, 2006):
        sampler.drawn(1, Nanos(ms * MS))
    frame = sampler.take(Nanos(2020 * MS))
    assert frame is not None
    assert frame.since == 2001 * MS
    desktop.draw(1, 12, LEFT)
    sampler.drawn(1, Nanos(3000 * MS))
    frame = sampler.take(Nanos(3020 * MS))
    assert frame is not None
    assert frame.since == 3000 * MS, "what the frame before has is not counted again"


def test_what_is_covered_counts_from_when_the_windows_moved() -> None:
    desktop, sampler, _ = started({1: (LEFT, RIGHT)})
    sampler.show(replace(scene(), t=Nanos(1990 * MS)), {1: (LEFT,)})
    desktop.draw(1, 11, LEFT)
    sampler.drawn(1, Nanos(1995 * MS))
    frame = sampler.take(Nanos(2000 * MS))
    assert frame is not None
    assert frame.since == 1990 * MS


def test_after_a_click_it_looks_closely_whatever_is_given_up() -> None:
    desktop, sampler, _ = started({1: (LEFT,)})
    video(sampler, desktop, 3000, 6000)
    for ms, sparing in ((8000, Sparing.NOTHING), (9000, Sparing.FRAMES)):
        sampler.spare(sparing)
        sampler.acted(Nanos(ms * MS))
        assert len(video(sampler, desktop, ms, ms + 400)) >= 6
