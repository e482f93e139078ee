from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.atspi import fields
from nodreel.desktop.atspi.fields import AWAKE, BACK, LATE, NOTHING, REGULARLY, TTY, Fields
from nodreel.desktop.atspi.terminals import Asks
from nodreel.desktop.atspi.words import FOCUSABLE, FOCUSED, ROOT, SHOWING
from nodreel.events import MILLISECOND, SECOND, Nanos, Rect
from nodreel.scene import Field, Process, Verdict
from tests.desktop.atspi.stand import AREA, PROCESS, TYPED, WINDOW, Stand

if TYPE_CHECKING:
    from nodreel.desktop.atspi.ask import Ref, Seen

USER, PASSWORD, BUTTON = "/user", "/password", "/button"


class Told:
    """Fields over a written app; ``fed`` and ``settled`` are what came of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand = Stand()
        self.fed: list[Field] = []
        self.settled: list[Seen] = []
        self.tty = Asks.NOTHING
        monkeypatch.setattr(fields, "asks", lambda _, **__: self.tty)
        self.fields = Fields(
            self.fed.append, self.stand.clock, lambda seen, _: self.settled.append(seen)
        )
        self.stand.window()
        at = {"parent": "/w", "states": TYPED}
        self.user = self.stand.put(USER, 61, box=(110, 110, 100, 20), **at)
        self.password = self.stand.put(PASSWORD, 40, box=(110, 140, 100, 20), **at)
        self.button = self.stand.put(BUTTON, 43, box=(110, 170, 100, 20), parent="/w")
        self.attended = self.stand.attended()

    def attend(self, focus: str = USER) -> None:
        if focus:
            self.stand.focus(focus)
        self.fields.begin(self.attended, self.stand.clock())
        self.fields.joined(self.stand.talks)
        self.stand.run()

    def gain(self, ref: Ref) -> None:
        self.stand.focus(ref.path)
        self.fields.gained(ref)

    def pass_by(self, milliseconds: int) -> None:
        for _ in range(milliseconds // 10):
            self.stand.later(10)
            self.fields.tick()
            self.stand.run()

    @property
    def last(self) -> Field:
        return self.fed[-1]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def test_a_window_is_unknown_until_a_look_into_it(told: Told) -> None:
    told.attend()
    first, last = told.fed[0], told.fed[-1]
    assert (first.verdict, first.rect, first.masks) == (Verdict.UNKNOWN, None, ())
    assert (last.verdict, last.rect) == (Verdict.CLEAR, Rect(110, 110, 100, 20))
    assert last.masks == (Rect(106, 136, 108, 28),)
    assert last.pid == PROCESS.pid


@pytest.mark.parametrize(
    "toolkit", [("GTK", "4.8.3"), ("Chromium", "143.0"), ("VCL", "7.4"), ("Qt", "6.4.2"), ("", "")]
)
def test_of_a_toolkit_that_nobody_tried_only_secrets_are_believed(
    told: Told, toolkit: tuple[str, str]
) -> None:
    told.stand.toolkit = toolkit
    told.attend()
    told.pass_by(1500)
    assert {field.verdict for field in told.fed} == {Verdict.UNKNOWN}
    told.gain(told.password)
    told.stand.run()
    assert told.last.verdict is Verdict.SECRET


def test_a_toolkit_that_did_not_say_so_at_once_is_asked_again(told: Told) -> None:
    told.stand.silent = True
    told.attend()
    told.pass_by(1000)
    assert told.last.verdict is Verdict.UNKNOWN
    told.stand.silent = False
    told.stand.run()
    told.pass_by(3000)
    assert told.last.verdict is Verdict.CLEAR


def test_focus_on_a_password_field_counts_for_a_second_before(told: Told) -> None:
    told.attend()
    told.pass_by(3000)
    told.gain(told.password)
    heard = told.stand.now
    told.stand.now += 40 * MILLISECOND
    told.stand.run()
    assert told.last.verdict is Verdict.SECRET
    assert told.last.rect == Rect(110, 140, 100, 20)
    assert told.last.t == heard
    assert told.last.since <= heard - BACK
    assert BACK >= SECOND


def test_what_waited_for_us_may_have_come_since_we_last_listened(told: Told) -> None:
    told.attend()
    told.pass_by(3000)
    listened = told.stand.now
    told.stand.now += 4 * SECOND
    told.gain(told.password)
    told.fields.tick()
    told.stand.run()
    assert told.last.verdict is Verdict.SECRET
    since = min(field.since for field in told.fed if field.verdict is Verdict.SECRET)
    assert since == listened - LATE


def test_clear_counts_from_when_it_was_known_only(told: Told) -> None:
    told.attend(PASSWORD)
    assert told.last.verdict is Verdict.SECRET
    told.pass_by(300)
    told.gain(told.user)
    told.stand.run()
    assert told.last.verdict is Verdict.CLEAR
    assert told.last.since == told.last.t == told.stand.now


def test_fields_are_told_in_the_order_of_the_events(told: Told) -> None:
    told.attend()
    told.pass_by(500)
    before = len(told.fed)
    told.gain(told.password)
    one = told.stand.now
    told.stand.now += MILLISECOND
    told.gain(told.user)
    told.stand.run()
    assert [f.verdict for f in told.fed[before:]] == [Verdict.SECRET, Verdict.CLEAR]
    assert [f.t for f in told.fed[before:]] == [one, one + MILLISECOND]


def test_a_hanging_app_is_unknown_after_the_deadline_and_no_more(told: Told) -> None:
    told.attend()
    told.stand.silent = True
    told.gain(told.user)
    told.pass_by(240)
    known = len(told.fed)
    told.pass_by(20)
    assert len(told.fed) == known + 1
    assert (told.last.verdict, told.last.rect) == (Verdict.UNKNOWN, None)


def test_a_hanging_password_field_is_secret_with_unknown_bounds(told: Told) -> None:
    told.attend(PASSWORD)
    told.stand.silent = True
    told.pass_by(2000)
    assert (told.last.verdict, told.last.rect) == (Verdict.SECRET, None)
    told.gain(told.password)
    told.pass_by(300)
    assert (told.last.verdict, told.last.rect) == (Verdict.SECRET, None)


def test_a_menu_under_the_pointer_changes_no_verdict(told: Told) -> None:
    told.attend(PASSWORD)
    item = told.stand.put("/item", 35, parent="/w")
    told.fields.gained(item)
    told.pass_by(300)
    assert {f.verdict for f in told.fed[1:]} == {Verdict.SECRET}
    assert told.settled[-1].role == 35


def test_what_is_hidden_cannot_claim_the_focus(told: Told) -> None:
    told.attend(PASSWORD)
    hidden = told.stand.put("/hidden", 32, states=(), parent="/w")
    told.fields.gained(hidden)
    told.pass_by(300)
    assert told.last.verdict is Verdict.SECRET
    empty = told.stand.put("/empty", 61, box=(0, 0, 0, 0), parent="/w")
    told.fields.gained(empty)
    told.pass_by(300)
    assert told.last.verdict is Verdict.SECRET


def test_a_focus_that_went_nowhere_is_unknown(told: Told) -> None:
    told.attend()
    told.pass_by(500)
    sure = told.fed[-1].t
    told.stand.focus("")
    told.fields.lost(told.user)
    told.pass_by(150)
    unknown = next(f for f in told.fed if f.t > sure and f.verdict is Verdict.UNKNOWN)
    assert unknown.since <= sure


def test_a_role_that_becomes_secret_is_noticed_without_a_focus_event(told: Told) -> None:
    told.attend()
    told.stand.things[USER].role = 40
    told.pass_by(1100)
    assert told.last.verdict is Verdict.SECRET
    other = told.stand.put("/other", 40, box=(110, 200, 50, 20), parent="/w")
    told.fields.changed(other)
    told.stand.run()
    assert Rect(106, 196, 58, 28) in told.last.masks


def test_a_shown_password_stays_secret_and_masked(told: Told) -> None:
    told.attend(PASSWORD)
    told.stand.things[PASSWORD].role = 61
    told.fields.changed(told.password)
    told.pass_by(100)
    assert told.last.verdict is Verdict.SECRET
    told.gain(told.user)
    told.pass_by(1000)
    assert told.last.masks == (Rect(106, 136, 108, 28),)
    told.stand.things[PASSWORD].states = ()
    told.pass_by(1000)
    assert told.last.masks == ()


def test_masks_move_with_the_window_at_once_and_are_asked_again(told: Told) -> None:
    told.attend()
    area = replace(AREA, x=AREA.x + 50)
    told.fields.placed(replace(WINDOW, inner=area, outer=area))
    assert told.last.masks == (Rect(156, 136, 108, 28),)
    told.stand.things[PASSWORD].box = (170, 150, 100, 20)
    told.pass_by(100)
    assert told.last.masks == (Rect(166, 146, 108, 28),)


def test_the_focused_field_is_asked_again_every_second(told: Told) -> None:
    told.attend()
    known = len(told.fed)
    asked = len(told.stand.asked)
    told.pass_by(10_000)
    assert 9 <= len(told.fed) - known <= 22
    assert len(told.stand.asked) - asked <= 22 * 8
    assert {f.verdict for f in told.fed[known:]} == {Verdict.CLEAR}


def test_a_window_without_a_focus_is_looked_into_ever_more_rarely(told: Told) -> None:
    told.attend("")
    told.pass_by(60_000)
    surveys = [a for a in told.stand.asked if a.path == ROOT and a.member == "GetChildren"]
    assert len(surveys) <= 6
    assert told.last.verdict is Verdict.UNKNOWN
    told.gain(told.user)
    told.pass_by(1100)
    assert told.last.verdict is Verdict.CLEAR


def test_if_two_claim_the_focus_nobody_is_believed_but_a_secret(told: Told) -> None:
    told.stand.things[BUTTON].states = (SHOWING, FOCUSED)
    told.stand.things[USER].states = (SHOWING, FOCUSED, FOCUSABLE)
    told.attend("")
    assert told.last.verdict is Verdict.CLEAR  # a button that cannot have it does not count
    told.stand.things[BUTTON].states = (SHOWING, FOCUSED, FOCUSABLE)
    told.attend("")
    assert told.last.verdict is Verdict.UNKNOWN
    told.stand.things[PASSWORD].states = (SHOWING, FOCUSED)
    told.attend("")
    assert told.last.verdict is Verdict.SECRET


def test_a_look_that_saw_half_of_it_believes_nobody(told: Told) -> None:
    for number in range(250):
        told.stand.put(f"/{number}", 39, parent="/w" if number < 40 else f"/{number % 40}")
    told.attend()
    assert told.last.verdict is Verdict.UNKNOWN


def test_a_secret_outside_its_window_has_no_bounds(told: Told) -> None:
    told.stand.things[PASSWORD].box = (3000, 3000, 100, 20)
    told.attend(PASSWORD)
    assert (told.last.verdict, told.last.rect) == (Verdict.SECRET, None)


def test_a_storm_of_events_is_unknown(told: Told) -> None:
    told.attend()
    told.stand.silent = True
    for number in range(40):
        told.fields.gained(told.stand.put(f"/{number}", 61, parent="/w"))
    assert told.last.verdict is Verdict.UNKNOWN


def test_a_terminal_is_never_clear(told: Told) -> None:
    told.tty = Asks.OPENLY
    told.attended.process = Process(4711, 1, "/usr/bin/xfce4-terminal", trusted=True)
    told.attend()
    assert {f.verdict for f in told.fed} == {Verdict.UNKNOWN}
    told.tty = Asks.SECRETLY
    told.pass_by(TTY // MILLISECOND + 10)
    assert (told.last.verdict, told.last.rect) == (Verdict.SECRET, NOTHING)
    assert told.last.since <= told.last.t - BACK
    told.tty = Asks.OPENLY
    told.pass_by(TTY // MILLISECOND + 10)
    assert told.last.verdict is Verdict.UNKNOWN
    told.tty = Asks.NOTHING  # its ttys are out of sight
    told.pass_by(TTY // MILLISECOND + 10)
    assert told.last.verdict is Verdict.SECRET


def test_a_prompt_inside_any_program_is_secret(told: Told) -> None:
    told.attend()
    assert told.last.verdict is Verdict.CLEAR
    told.tty = Asks.SECRETLY
    told.pass_by(1100)
    assert (told.last.verdict, told.last.rect) == (Verdict.SECRET, NOTHING)


def test_an_app_that_leaves_the_bus_is_unknown(told: Told) -> None:
    told.attend()
    told.fields.parted()
    assert (told.last.verdict, told.last.rect) == (Verdict.UNKNOWN, None)
    told.fields.begin(None, Nanos(told.stand.now))
    assert told.fields.due is None
    told.fields.tick()
    assert told.last.verdict is Verdict.UNKNOWN


def test_while_nothing_happens_nothing_is_looked_at(told: Told) -> None:
    told.attend()
    assert told.fields.due is not None
    told.stand.later(AWAKE // MILLISECOND + 10)
    assert told.fields.due is None
    told.stand.focus(PASSWORD)  # and nobody says so
    told.fields.happened(told.stand.clock())
    assert told.fields.due is not None
    assert told.fields.due <= told.stand.clock()
    before = len(told.fed)
    told.fields.tick()
    told.stand.run()
    first = told.fed[before]
    assert first.verdict is not Verdict.CLEAR
    assert first.since <= told.stand.clock() - AWAKE
    told.pass_by(REGULARLY // MILLISECOND)
    assert told.last.verdict is Verdict.SECRET


def test_what_an_app_says_wakes_it(told: Told) -> None:
    told.attend()
    told.stand.later(AWAKE // MILLISECOND + 10)
    told.gain(told.password)
    assert told.fields.due is not None
