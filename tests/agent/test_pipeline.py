"""From the ring to the writer: held back, judged again, counted."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from nodreel.agent import pipeline as module
from nodreel.agent.pipeline import MOMENT, STALLED, Pipeline
from nodreel.clock import WallNanos
from nodreel.events import (
    SECOND,
    Event,
    Focus,
    Frame,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Nanos,
    Pace,
    Rect,
    Sparing,
    Why,
    Withheld,
)
from nodreel.gate.context import Insight, context_of
from nodreel.gate.gate import Drop
from nodreel.gate.timeline import Timeline
from nodreel.ring import Ring
from nodreel.scene import Verdict
from tests.scenes import APPS, MS, RULES, scene

if TYPE_CHECKING:
    from nodreel.agent.capture import Capture
    from nodreel.episode.writer import EpisodeWriter

HOLD_S = 2.0


class Turned:
    now = Nanos(0)

    def mono(self) -> Nanos:
        return self.now

    def wall(self) -> WallNanos:
        return WallNanos(self.now)


class Paper:
    """A writer that only remembers."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.wants_full = False
        self.stats = SimpleNamespace(segments=0, thinned=0, dropped=0)

    def add(self, event: Event) -> None:
        self.events.append(event)

    def tick(self) -> None: ...


class Senses:
    """What the pipeline needs of the capture thread."""

    def __init__(self) -> None:
        import threading

        self.lock = threading.Lock()
        self.ring, self.timeline = Ring(), Timeline()
        self.dropped: Any = __import__("collections").Counter()
        self.resyncs = 0
        self.blind: tuple[Rect, ...] = ()
        self.heard_until = Nanos(2**62)
        clear = Insight(verdict=Verdict.CLEAR)
        self.timeline.add(context_of(scene(0), APPS, insight=clear))

    def resync(self) -> None:
        self.resyncs += 1

    def heard(self) -> Nanos:
        return self.heard_until

    def see(self, *events: Event) -> None:
        for event in events:
            self.ring.push(event, self.timeline.last)


def key(t: int) -> Key:
    return Key(Nanos(t * MS), True, KeyClass.FUNCTION, 70, 1, app="pad")


def frame(t: int, *, full: bool) -> Frame:
    at = Nanos(t * MS)
    return Frame(at, at, 1, 800, 600, (), (), full=full, app="pad", after=Nanos(1))


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> tuple[Pipeline, Senses, Paper, Turned]:
    monkeypatch.setattr(module, "STALLED", 3600 * SECOND)  # clocks jump in these tests
    senses, paper, clock = Senses(), Paper(), Turned()
    made = Pipeline(
        cast("Capture", senses), RULES, cast("EpisodeWriter", paper), clock, hold_back_s=HOLD_S
    )
    return made, senses, paper, clock


Parts = tuple[Pipeline, Senses, Paper, Turned]


def test_nothing_is_written_before_the_hold_back_is_over(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(key(1000))
    clock.now = Nanos(2999 * MS)
    pipeline.pump()
    assert not [e for e in paper.events if isinstance(e, Key)]
    assert pipeline.unwritten(clock.now) >= 1.9 * SECOND
    clock.now = Nanos(3000 * MS)
    pipeline.pump()
    assert [type(e) for e in paper.events] == [Geometry, Focus, Key]


def kept(paper: Paper) -> list[int]:
    return [e.t // MS for e in paper.events if isinstance(e, Key) and e.press]


def test_what_the_senses_had_no_time_to_hear_is_waited_for(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(key(1000), key(1500))
    clock.now, senses.heard_until = Nanos(5000 * MS), Nanos(3200 * MS)
    pipeline.pump()
    assert kept(paper) == [1000]
    senses.heard_until = clock.now
    pipeline.pump()
    assert kept(paper) == [1000, 1500]


def test_after_a_stall_reports_get_a_moment_to_come_in(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STALLED", STALLED)
    pipeline, senses, paper, clock = parts
    senses.see(key(1000), key(6000))
    clock.now = Nanos(5000 * MS)
    pipeline.pump()
    clock.now = Nanos(clock.now + MOMENT - 1)
    pipeline.pump()
    assert kept(paper) == []
    clock.now = Nanos(clock.now + 1)
    pipeline.pump()
    assert kept(paper) == [1000]
    for _ in range(2):  # on a machine that is always that slow it goes on all the same
        clock.now = Nanos(clock.now + STALLED + MOMENT)
        pipeline.pump()
    assert kept(paper) == [1000, 6000]


def test_what_the_sign_did_not_live_to_see_goes_on_waiting(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(key(1000), key(1200))
    clock.now = Nanos(9000 * MS)
    pipeline.pump(Nanos(1100 * MS))
    assert [e.t for e in paper.events if isinstance(e, Key) and e.press] == [1000 * MS]
    pipeline.pump(Nanos(8000 * MS))
    assert [e.t for e in paper.events if isinstance(e, Key) and e.press] == [1000 * MS, 1200 * MS]


def test_while_the_sign_is_gone_what_is_known_of_the_desktop_is_forgotten(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(key(1000))
    pipeline.discard(Nanos(1100 * MS))
    for second in range(2, 100):
        senses.timeline.add(
            replace(senses.timeline[senses.timeline.last], t=Nanos(second * SECOND))
        )
        clock.now = Nanos(second * SECOND)
        pipeline.pump(Nanos(1100 * MS))
    assert kept(paper) == [1000]
    assert len(senses.timeline._contexts) < 10


def test_what_the_writer_had_no_room_for_is_counted(parts: Parts) -> None:
    pipeline, _, paper, _ = parts
    paper.stats.dropped += 3
    assert pipeline.dropped() == {Drop.OVERFLOW: 3}


def test_what_is_discarded_is_never_written_and_is_counted(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(key(1000), key(1200))
    pipeline.discard(Nanos(1100 * MS))
    clock.now = Nanos(9000 * MS)
    pipeline.pump()
    assert kept(paper) == [1000]
    assert pipeline.dropped() == {Drop.UNCONFIRMED: 1}


def test_while_nothing_is_let_in_there_is_a_gap_and_no_rest(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(key(1000), key(1900))
    for now in (2000, 2500, 3000):  # the sign was last seen at 1.5 s
        clock.now = Nanos(now * MS)
        pipeline.discard(Nanos(1500 * MS))
        pipeline.pump()
    senses.timeline.reopen(Nanos(3100 * MS))
    senses.see(key(3200))
    clock.now = Nanos(9000 * MS)
    pipeline.pump()
    gap = Gap(Nanos(1500 * MS), Nanos(3100 * MS))
    told = [e for e in paper.events if isinstance(e, Gap) or (isinstance(e, Key) and e.press)]
    assert told == [key(1000), gap, key(3200)]


def test_a_gap_begins_with_the_first_that_was_forgotten(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(key(1000))
    clock.now = Nanos(2000 * MS)
    pipeline.discard()
    senses.timeline.reopen(Nanos(2000 * MS))
    senses.see(key(3200))
    clock.now = Nanos(9000 * MS)
    pipeline.pump()
    assert [e for e in paper.events if isinstance(e, Gap)] == [Gap(key(1000).t, Nanos(2000 * MS))]


def test_a_whole_picture_is_asked_for_once_per_hold_back(parts: Parts) -> None:
    pipeline, senses, _, clock = parts
    clock.now = Nanos(10_000 * MS)
    senses.see(frame(5000, full=False))
    for _ in range(5):
        pipeline.pump()
    assert senses.resyncs == 1
    clock.now = Nanos(14_000 * MS)
    pipeline.pump()
    assert senses.resyncs == 2
    assert pipeline.dropped()[Drop.RESYNC] == 1


def digits(t: int, count: int) -> list[Key]:
    return [
        Key(Nanos((t + n) * MS), True, KeyClass.CHARACTER, t // 100 + n, ord("1") + n, app="pad")
        for n in range(count)
    ]


def test_a_secret_shape_is_taken_out_with_a_look_at_what_still_waits(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(*digits(1000, 4), *digits(2500, 4), *digits(9000, 2))
    clock.now = Nanos(3100 * MS)  # the second half still waits
    pipeline.pump()
    assert [e.keysym for e in paper.events if isinstance(e, Key)] == [None] * 4
    assert pipeline.dropped() == {"secret shape: long number": 4}


def test_a_secret_is_remembered_over_batches(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(*digits(1000, 7))
    clock.now = Nanos(8000 * MS)
    pipeline.pump()
    senses.see(*digits(8000, 3))
    clock.now = Nanos(11_000 * MS)
    pipeline.pump()
    kept = [e.keysym for e in paper.events if isinstance(e, Key)]
    assert kept == [*range(ord("1"), ord("8")), None, None, None]  # what was on disk stays


@pytest.mark.parametrize("shut_before", [False, True])
def test_a_word_that_recording_cuts_tells_no_characters(parts: Parts, shut_before: bool) -> None:
    pipeline, senses, paper, clock = parts
    senses.see(*digits(1000, 3), *digits(1500, 3))
    if shut_before:  # whoever takes events in may know it first
        line = senses.timeline
        line.add(replace(line[line.last], shut=True, t=Nanos(1600 * MS)))
    for _ in range(2):  # it is said again and again while nothing may come in
        pipeline.discard(Nanos(1400 * MS))
    clock.now = Nanos(3100 * MS)  # what was shut at 1400 is not judged yet
    pipeline.pump()
    assert [e.keysym for e in paper.events if isinstance(e, Key) and e.press] == [None] * 3


def test_what_is_in_front_while_nothing_may_be_recorded_is_not_told(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    clock.now = Nanos(3000 * MS)
    pipeline.pump()
    pipeline.discard(Nanos(2900 * MS))
    other = context_of(scene(4000, focus="web"), APPS)
    senses.timeline.add(replace(other, shut=True))
    clock.now = Nanos(7000 * MS)
    pipeline.pump()
    senses.timeline.reopen(Nanos(6000 * MS))
    clock.now = Nanos(9000 * MS)
    pipeline.pump()
    told = [e for e in paper.events if isinstance(e, Focus | Gap)]
    assert [(type(e), e.t // MS) for e in told] == [(Focus, 0), (Gap, 2900), (Focus, 6000)]


def test_what_is_typed_is_read_for_the_pixels_where_no_text_is_kept(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    typed = [replace(key, app="web") for key in digits(1000, 8)]
    whole = Frame(Nanos(1500 * MS), Nanos(1501 * MS), 1, 800, 600, (Rect(0, 0, 9, 9),), (), True)
    senses.see(*typed, replace(whole, app="web"))
    clock.now = Nanos(4000 * MS)
    pipeline.pump()
    (seen,) = [event for event in paper.events if isinstance(event, Frame)]
    assert seen.kept == ()
    assert [e.keysym for e in paper.events if isinstance(e, Key)] == [None] * 8
    assert [e.why for e in paper.events if isinstance(e, Withheld)] == [Why.SECRET_SHAPE]


def test_what_is_given_up_stands_before_what_it_concerns(parts: Parts) -> None:
    pipeline, senses, paper, clock = parts
    for at, sparing in ((1100, Sparing.RATE), (1150, Sparing.FRAMES), (1300, Sparing.NOTHING)):
        clock.now = Nanos(at * MS)
        pipeline.spare(sparing)
    senses.see(key(1000), key(1200), key(1250), key(1400))
    clock.now = Nanos(9000 * MS)
    pipeline.pump()
    told = [e for e in paper.events if isinstance(e, Pace) or (isinstance(e, Key) and e.press)]
    assert [e.spares if isinstance(e, Pace) else e.t // MS for e in told] == [
        1000, Sparing.FRAMES, 1200, 1250, Sparing.NOTHING, 1400,
    ], "only what held when something was written"  # fmt: skip
    assert [e.t for e in paper.events] == sorted(e.t for e in paper.events)
