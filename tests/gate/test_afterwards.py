"""What a report that comes late still says about a moment before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import Nanos, Rect
from nodreel.gate.afterwards import bars_had, masks_at, page_held, settled, verdict_at
from nodreel.gate.knowledge import Knowledge
from nodreel.gate.timeline import Timeline
from nodreel.scene import Field, Page, Scene, Verdict
from tests.scenes import MS, PROCESSES, RULES, VIEWPORT, page, scene, window

if TYPE_CHECKING:
    from nodreel.gate.context import Context


def at(ms: int) -> Nanos:
    return Nanos(ms * MS)


def told(*said: Scene | Page | Field) -> Timeline:
    knowledge, timeline = Knowledge(RULES), Timeline()
    for each in said:
        context: Context | None
        match each:
            case Scene():
                context = knowledge.scene(each)
            case Page():
                context = knowledge.page(each)
            case _:
                context = knowledge.field(each)
        if context is not None:
            timeline.add(context)
    return timeline


def field(t: int, verdict: Verdict, since: int | None = None, **other: object) -> Field:
    began = t if since is None else since
    return Field(at(t), at(began), PROCESSES["pad"].pid, verdict, **other)  # type: ignore[arg-type]


def test_a_page_holds_until_the_moment_that_a_later_report_names() -> None:
    line = told(scene(0, focus="net"), page(10), page(3000, site=None, since=2000))
    assert page_held(line, 1, at(1999))
    assert not page_held(line, 1, at(2000))
    assert not page_held(line, 1, at(1900), slack=200 * MS)


def test_the_bars_have_the_keyboard_since_the_moment_that_a_later_report_names() -> None:
    line = told(scene(0, focus="net"), page(10), page(3000, since=2000, focused=False))
    assert not bars_had(line, 1, at(1999), 0)
    assert bars_had(line, 1, at(2000), 0)
    assert bars_had(line, 1, at(1900), 200 * MS)
    assert not bars_had(told(scene(0, focus="net"), page(10), page(3000)), 1, at(2000), 0)


def test_an_app_that_is_no_browser_needs_no_page() -> None:
    assert page_held(told(scene(0)), 0, at(5))


def test_a_page_in_doubt_is_settled_by_the_next_report_of_it() -> None:
    shown = scene(0, focus="net")
    line = told(shown, page(10), page(20, since=10, title="renamed"))
    assert line[2].pending
    assert settled(line, 2, at(30)) is line[2]
    assert not page_held(line, 2, at(30))
    line = told(shown, page(10), page(20, since=10, title="renamed"), page(400, since=10))
    assert settled(line, 2, at(30)) is line[3]
    assert page_held(line, 2, at(30))
    line = told(shown, page(10), page(20, since=10, title="renamed"), page(400, since=350))
    assert not page_held(line, 2, at(30)), "that document came to the front later"


@pytest.mark.parametrize(("since", "reach"), [(3000, 2000), (2000, 2000), (700, 700)])
def test_a_secret_field_reaches_back_a_second_or_as_far_as_its_app_was_late(
    since: int, reach: int
) -> None:
    line = told(
        scene(0),
        field(5, Verdict.CLEAR),
        field(3000, Verdict.SECRET, since=since, rect=Rect(0, 0, 9, 9)),
    )
    assert verdict_at(line, 1, at(reach - 1)) is Verdict.CLEAR
    assert verdict_at(line, 1, at(reach)) is Verdict.SECRET


def test_a_browser_names_the_key_that_led_to_a_secret_field() -> None:
    secret = page(2000, since=600, verdict=Verdict.SECRET)
    line = told(scene(0, focus="net"), page(10), secret)
    assert verdict_at(line, 1, at(599)) is Verdict.CLEAR
    assert verdict_at(line, 1, at(600)) is Verdict.SECRET


def test_from_a_field_nobody_knew_it_reaches_back_to_the_focus() -> None:
    line = told(scene(0), field(3000, Verdict.SECRET, since=10))
    assert verdict_at(line, 0, at(11)) is Verdict.SECRET


def test_masks_reach_back_a_second_and_no_further() -> None:
    mask = Rect(1, 2, 3, 4)
    line = told(scene(0), field(1500, Verdict.CLEAR, masks=(mask,)))
    assert masks_at(line, 0, at(499)) == ()
    assert masks_at(line, 0, at(500)) == (mask,)


def test_what_the_bars_suggest_over_the_page_falls_in_the_frames_before() -> None:
    line = told(scene(0, focus="net"), page(10), page(3000, since=2000, focused=False))
    assert masks_at(line, 1, at(1700)) == ()
    assert masks_at(line, 1, at(1800)) == (VIEWPORT,)


def test_a_secret_field_that_was_covered_meanwhile_falls_in_the_frames_before() -> None:
    mask = Rect(1, 2, 3, 4)
    over = window("web", Rect(0, 0, 400, 300))
    line = told(
        scene(0),
        scene(100, focus="web", windows=(window("pad"), over)),
        field(200, Verdict.UNKNOWN, masks=(mask,)),
    )
    assert line[line.last].masks == ()
    assert masks_at(line, 0, at(50)) == (mask,)


@given(st.lists(st.tuples(st.sampled_from(list(Verdict)), st.integers(0, 400)), max_size=6))
def test_no_later_word_makes_a_secret_moment_clear(said: list[tuple[Verdict, int]]) -> None:
    reports = [field(n * 300 + 300, v, max(0, n * 300 + 300 - s)) for n, (v, s) in enumerate(said)]
    for known in range(len(reports) + 1):
        line = told(scene(0), *reports[:known])
        if verdict_at(line, 0, at(250)) is Verdict.SECRET:
            whole = told(scene(0), *reports)
            assert verdict_at(whole, 0, at(250)) is Verdict.SECRET
