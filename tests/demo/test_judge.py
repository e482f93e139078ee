from __future__ import annotations

from dataclasses import replace

from nodreel.events import Button, Key, KeyClass, Move, Nanos, Scroll
from tests.demo.judge import find_start, judge
from tests.demo.truth import Deed, What, Whose

START = 7_000_000_000_123
MS = 1_000_000


def at(ms: float) -> tuple[int, int]:
    """A deed done within a fifth of a millisecond, ``ms`` after the episode's start."""
    return START + round(ms * MS), START + round((ms + 0.2) * MS)


def key(ms: float, code: int, *, press: bool = True, whose: Whose = Whose.OURS) -> Deed:
    return Deed(What.KEY, code, press, 5, 5, *at(ms), whose, "mousepad")


DEEDS = [
    key(100, 38),
    key(150, 38, press=False),
    key(300, 40),
    key(340, 40, press=False),
    Deed(What.BUTTON, 1, True, 9, 9, *at(500), Whose.OURS, "mousepad"),
    Deed(What.BUTTON, 1, False, 9, 9, *at(560), Whose.OURS, "mousepad"),
    Deed(What.SCROLL, -1, True, 9, 9, *at(700), Whose.OURS, "mousepad"),
    Deed(What.MOVE, 0, True, 12, 9, *at(800), Whose.OURS, "mousepad"),
    key(900, 44, whose=Whose.THEIRS),
    key(950, 44, press=False, whose=Whose.THEIRS),
]


def recorded(deed: Deed, late: int = 0) -> Key | Button | Scroll | Move:
    t = Nanos(deed.before + 100_000 - START + late)
    if deed.what is What.KEY:
        return Key(t, deed.press, KeyClass.CHARACTER, deed.detail, app=deed.app)
    if deed.what is What.BUTTON:
        return Button(t, deed.press, deed.detail, deed.x, deed.y, app=deed.app)
    if deed.what is What.SCROLL:
        return Scroll(t, 0, deed.detail, deed.x, deed.y, app=deed.app)
    return Move(t, deed.x, deed.y, app=deed.app)


GOOD = [recorded(deed) for deed in DEEDS if deed.whose is Whose.OURS]


def test_finds_where_an_episode_begins() -> None:
    start = find_start(GOOD, DEEDS)
    assert start is not None
    assert abs(start - START) <= MS


def test_a_true_record_is_complete() -> None:
    verdict = judge([GOOD], DEEDS)
    assert verdict.injected == verdict.recorded
    assert verdict.injected["keys"] == 2
    assert verdict.injected["clicks"] == verdict.injected["scrolls"] == 1
    assert verdict.injected["moves"] == 1
    assert (verdict.foreign, verdict.missed, verdict.unpaired) == ([], [], 0)
    assert verdict.time_error_p99_ms == 0


def test_what_is_missing_is_named() -> None:
    verdict = judge([GOOD[:4] + GOOD[5:]], DEEDS)
    assert verdict.recorded["clicks"] == 0
    assert [deed.what for deed in verdict.missed] == [What.BUTTON]
    assert verdict.unpaired == 1


def test_a_click_without_its_release_is_not_whole() -> None:
    verdict = judge([GOOD[:5] + GOOD[6:]], DEEDS)
    assert (verdict.injected["clicks"], verdict.recorded["clicks"]) == (1, 0)


def test_a_foreign_key_is_found() -> None:
    verdict = judge([[*GOOD, recorded(DEEDS[8])]], DEEDS)
    assert len(verdict.foreign) == 1


def test_what_nobody_did_is_foreign() -> None:
    verdict = judge([[*GOOD, Move(Nanos(850 * MS), 77, 77, app="mousepad")]], DEEDS)
    assert len(verdict.foreign) == 1


def test_an_event_counts_once() -> None:
    verdict = judge([[*GOOD, GOOD[-1]]], DEEDS)
    assert verdict.recorded["moves"] == 1
    assert len(verdict.foreign) == 1


def test_a_late_event_is_an_error_in_time() -> None:
    late = [*GOOD[:-1], recorded(DEEDS[7], late=5 * MS)]
    error = judge([late], DEEDS).time_error_p99_ms
    assert error is not None
    assert 4 < error < 6


def test_another_app_is_noticed() -> None:
    verdict = judge([[replace(GOOD[0], app="chromium"), *GOOD[1:]]], DEEDS)
    assert verdict.wrong_app == 1


def test_either_is_neither_missed_nor_foreign() -> None:
    hover = Deed(What.MOVE, 0, True, 30, 30, *at(1000), Whose.EITHER, "mousepad")
    for extra in ([], [recorded(hover)]):
        verdict = judge([[*GOOD, *extra]], [*DEEDS, hover])
        assert (verdict.foreign, verdict.missed) == ([], [])


def test_released_unseen_closes_a_press() -> None:
    closing = Key(
        Nanos(330 * MS), press=False, key_class=KeyClass.CHARACTER, keycode=40, released_unseen=True
    )
    verdict = judge([[*GOOD[:3], closing, *GOOD[4:]]], DEEDS)
    assert verdict.unpaired == 0
    assert verdict.foreign == []
