"""No visible sign, no recording: silence, absence, another's window, a cover, an edge."""

from __future__ import annotations

import os
import select
from dataclasses import replace

import pytest

from nodreel.agent import signkeeper as module
from nodreel.agent.agent import CALM
from nodreel.agent.signkeeper import ANSWER, HUNG, LIFE, RESTART, SHORTLY, SOON, SignKeeper
from nodreel.clock import WallNanos
from nodreel.events import Monitor, Nanos, Rect
from nodreel.scene import Process, Scene, Window
from tests.scenes import MS, scene, window

SIGN = Window(
    77, Rect(600, 4, 190, 26), Rect(600, 4, 190, 26), Process(55, 1, "", trusted=False), popup=True
)
IN_VIEW = scene(windows=(window("pad"), SIGN))
COVER = window("term", Rect(780, 0, 20, 20), popup=True, ident=9)


class Turned:
    now = Nanos(0)

    def mono(self) -> Nanos:
        return self.now

    def wall(self) -> WallNanos:
        return WallNanos(0)


def kept(pid: int = 55) -> tuple[SignKeeper, Turned]:
    clock = Turned()
    keeper = SignKeeper(clock)
    keeper.heard(77, pid)
    keeper.why_unseen(IN_VIEW)
    clock.now = Nanos(500 * MS)
    keeper.heard(77, pid)
    return keeper, clock


def test_a_sign_in_full_view_is_seen() -> None:
    keeper, _ = kept()
    assert keeper.why_unseen(IN_VIEW) is None


def test_a_sign_that_comes_and_goes_is_none() -> None:
    keeper, clock = kept()
    assert keeper.why_unseen(scene(windows=(SIGN, COVER))) is not None
    assert keeper.why_unseen(IN_VIEW) is not None
    clock.now = Nanos(900 * MS)
    keeper.heard(77, 55)
    assert keeper.why_unseen(IN_VIEW) is not None
    clock.now = Nanos(1000 * MS)
    assert keeper.why_unseen(IN_VIEW) is None


@pytest.mark.parametrize(
    "now",
    [
        None,
        scene(),
        scene(windows=(SIGN, COVER)),
        scene(windows=(replace(SIGN, inner=Rect(700, 4, 190, 26)),)),
        scene(windows=(replace(SIGN, process=None),)),
    ],
)
def test_a_sign_nobody_can_see_is_none(now: Scene | None) -> None:
    keeper, _ = kept()
    assert keeper.why_unseen(now) is not None


def test_somebody_elses_window_is_no_sign() -> None:
    keeper, _ = kept(pid=56)
    assert keeper.why_unseen(scene(windows=(SIGN,))) is not None


def test_a_silent_sign_is_none_within_a_second() -> None:
    keeper, clock = kept()
    clock.now = Nanos(1399 * MS)
    assert keeper.why_unseen(IN_VIEW) is None
    clock.now = Nanos(1500 * MS)
    assert keeper.why_unseen(IN_VIEW) is not None
    assert keeper.sure_until == 500 * MS, "what came after its last word is not sure"


def test_a_sign_that_gets_covered_was_seen_until_then() -> None:
    keeper, clock = kept()
    clock.now = Nanos(700 * MS)
    assert keeper.why_unseen(IN_VIEW) is None
    clock.now = Nanos(750 * MS)
    assert keeper.why_unseen(scene(windows=(SIGN, COVER))) is not None
    assert keeper.sure_until == 700 * MS


TWO = (Monitor(Rect(0, 0, 1000, 800)), Monitor(Rect(1000, 0, 1000, 800)))
OTHER = replace(SIGN, id=78, inner=Rect(1600, 4, 190, 26), outer=Rect(1600, 4, 190, 26))
PAD = window("pad", Rect(1100, 100, 300, 300), ident=5)
STRANGER = Process(56, 1, "", trusted=False)
THERE = frozenset({PAD.id})


def at(one: Window, place: Rect) -> Window:
    return replace(one, inner=place, outer=place)


def two(*windows: Window) -> Scene:
    one = scene(windows=(PAD, SIGN, *windows))
    return replace(one, monitors=TWO, width=2000, height=800)


@pytest.mark.parametrize(
    ("now", "designated", "seen"),
    [
        (two(OTHER), THERE, True),
        (two(), frozenset(), True),  # nothing of the other monitor is recorded
        (two(), THERE, False),
        (two(OTHER, at(COVER, Rect(1780, 0, 20, 20))), THERE, False),
        (two(replace(OTHER, process=None)), THERE, False),
        (two(replace(OTHER, process=STRANGER)), THERE, False),
        (two(at(OTHER, Rect(1600, 4, 190, 3))), THERE, False),  # a strip of a frame
        (two(at(OTHER, Rect(900, 4, 190, 26))), THERE, False),  # half of it elsewhere
    ],
)  # fmt: skip
def test_a_monitor_that_is_recorded_has_a_mark(
    now: Scene, designated: frozenset[int], seen: bool
) -> None:
    keeper, _ = kept()
    assert (keeper.why_unseen(now, designated) is None) == seen


def test_the_same_scene_is_looked_at_anew_when_something_else_is_designated() -> None:
    keeper, _ = kept()
    assert keeper.why_unseen(two()) is None
    assert keeper.why_unseen(two(), THERE) is not None
    before = two()
    assert keeper._shows_whole(before, SIGN, frozenset())
    assert not keeper._shows_whole(before, SIGN, THERE)


class Started:
    """A sign that was started: ``poll`` says that it runs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> None:
        return None


def living(pid: int = 55) -> tuple[SignKeeper, Turned, int, int]:
    """A keeper of process 55 with both pipes; returns the sign's ends: life, word."""
    keeper, clock = kept(pid)
    keeper._process = Started(55)  # type: ignore[assignment]
    (keeper._life, life), (word, keeper._word) = os.pipe(), os.pipe()
    os.set_blocking(word, False)  # what was not said must not be waited for
    return keeper, clock, life, word


def close(keeper: SignKeeper, *ends: int) -> None:
    keeper._let_go()
    for end in ends:
        os.close(end)


def say(end: int, *times: int) -> None:
    os.write(end, b"".join(LIFE.pack(t * MS, 77) for t in times))


def test_signs_of_life_count_from_when_they_were_given() -> None:
    keeper, clock, *ends = living()
    say(ends[0], 800, 1000)
    clock.now = Nanos(1899 * MS)
    assert keeper.why_unseen(IN_VIEW) is None
    clock.now = Nanos(1901 * MS)
    assert keeper.why_unseen(IN_VIEW) is not None
    assert keeper.sure_until == keeper.lived_until == 1000 * MS
    close(keeper, *ends)


def test_nobody_can_say_today_that_it_lives_tomorrow() -> None:
    keeper, clock, *ends = living()
    say(ends[0], 1 << 40)
    clock.now = Nanos(1000 * MS)
    assert keeper.why_unseen(IN_VIEW) is None
    clock.now = Nanos(2000 * MS)
    assert keeper.why_unseen(IN_VIEW) is not None
    close(keeper, *ends)


def test_who_speaks_through_the_pipe_is_the_sign_that_was_started() -> None:
    keeper, clock, *ends = living(pid=56)
    say(ends[0], 500)
    keeper.why_unseen(IN_VIEW)
    say(ends[0], 1000)
    clock.now = Nanos(1000 * MS)
    assert keeper.why_unseen(IN_VIEW) is None, "whoever else said before that it were the sign"
    close(keeper, *ends)


def test_the_sign_is_told_what_is_new_once() -> None:
    keeper, _, *ends = living()
    keeper.tell("recording", lambda: {"state": "recording"})
    keeper.tell("recording", lambda: {"state": "never asked for"})
    assert os.read(ends[1], 100) == b'{"state": "recording"}\n'
    keeper.tell("paused", lambda: {"state": "p" * 5000, "n": 1})
    assert len(os.read(ends[1], 5000)) < 4096, "a pipe takes it whole"
    close(keeper, *ends)
    keeper.tell("nobody listens any more", dict)


def test_asked_with_each_beat_it_may_be_silent_in_between() -> None:
    keeper, clock, *ends = living()
    for second in range(1, 5):
        clock.now = Nanos(second * 1000 * MS)
        keeper.ask()
        assert os.read(ends[1], 100) == b"\n"
        assert keeper.why_unseen(IN_VIEW) is None
        say(ends[0], second * 1000 + 1)
        clock.now += MS
        assert keeper.patience(CALM) > 1000 * MS
        keeper.ask()
        assert keeper._asked is None, "it has only just spoken"
    close(keeper, *ends)


def test_who_does_not_answer_is_gone_from_its_last_word_on() -> None:
    keeper, clock, *ends = living()
    say(ends[0], 1000)
    clock.now = Nanos(2000 * MS)
    keeper.ask()
    assert keeper.why_unseen(IN_VIEW) is None
    assert keeper.lived_until == 1000 * MS, "nothing later may go to disk meanwhile"
    assert keeper.patience(CALM) <= ANSWER
    clock.now = Nanos(2000 * MS + ANSWER)
    keeper.ask()
    assert keeper.why_unseen(IN_VIEW) is None
    clock.now += 1
    keeper.ask()
    assert keeper.why_unseen(IN_VIEW) == "The recording sign does not answer."
    assert keeper.sure_until == 1000 * MS
    close(keeper, *ends)


def test_a_sign_that_is_made_ready_gets_its_first_word_when_it_is_to_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeper, clock, *ends = living()
    monkeypatch.setattr(keeper, "_start", lambda: None)
    keeper.prepare()
    clock.now = Nanos(clock.now + 1000 * MS)
    keeper.ask()
    keeper.tell("recording", dict)
    assert select.select([ends[1]], [], [], 0)[0] == [], "no word before there may be a sign"
    keeper.keep()
    keeper.keep()
    assert os.read(ends[1], 100) == b"\n"
    close(keeper, *ends)


def test_a_sign_that_was_made_ready_for_nothing_is_taken_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeper, _, *ends = living()
    stopped: list[bool] = []
    monkeypatch.setattr(keeper, "stop", lambda: stopped.append(True))
    keeper.forgo()
    assert stopped == [], "that one shows"
    monkeypatch.setattr(keeper, "_start", lambda: None)
    keeper.prepare()
    keeper.forgo()
    assert stopped == [True]
    close(keeper, *ends)


def test_it_is_looked_again_when_the_sign_has_been_in_view_for_long_enough() -> None:
    keeper, clock, *ends = living()
    keeper._sure = keeper._shown_since = None
    say(ends[0], 500)
    keeper.why_unseen(IN_VIEW)
    assert keeper.patience(CALM) == SOON
    clock.now = Nanos(930 * MS)
    assert keeper.patience(CALM) == 70 * MS
    close(keeper, *ends)


def test_an_answer_is_only_waited_for_when_the_next_beat_would_come_too_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeper, clock, *ends = living()
    clock.now = Nanos(1200 * MS)
    keeper.ask()
    keeper.why_unseen(IN_VIEW)
    waited: list[float] = []
    real = select.select

    def noted(*given: object) -> object:
        waited.append(float(str(given[3])))
        return real(*given[:3], 0)  # type: ignore[call-overload]

    monkeypatch.setattr(select, "select", noted)
    assert keeper.patience(Nanos(ANSWER - MS)) == ANSWER
    assert max(waited) == 0, "the beat will find the answer there"
    assert keeper.patience(CALM) == ANSWER
    assert max(waited) == SHORTLY
    monkeypatch.undo()
    close(keeper, *ends)


def test_where_no_process_can_be_started_there_is_no_sign_until_the_next_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[int] = []

    def fail(*_: object, **__: object) -> None:
        tries.append(1)
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(module.subprocess, "Popen", fail)
    clock = Turned()
    keeper = SignKeeper(clock)
    keeper.keep()
    assert keeper.why_unseen(IN_VIEW) == "The recording sign does not answer."
    assert (keeper._life, keeper._word) == (-1, -1)
    keeper.keep()
    assert tries == [1], "not at once"
    clock.now = Nanos(clock.now + RESTART)
    keeper.keep()
    assert tries == [1, 1]


def test_a_sign_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, clock, *ends = living()
    killed: list[bool] = []
    monkeypatch.setattr(Started, "kill", lambda _: killed.append(True), raising=False)
    say(ends[0], 1000)
    clock.now = Nanos(2000 * MS)
    keeper.ask()
    clock.now = Nanos(clock.now + HUNG)
    keeper.keep()
    assert killed == []
    clock.now += 1
    say(ends[0], 12_000)
    keeper.keep()
    assert killed == [], "it has answered"
    keeper.ask()
    clock.now = Nanos(clock.now + 2 * HUNG)
    keeper.ask()
    clock.now = Nanos(clock.now + 2 * HUNG)
    keeper.keep()
    assert killed == [True]
    close(keeper, *ends)
