"""What is left out of what is recorded is said in one sentence."""

from __future__ import annotations

from dataclasses import replace

from nodreel.agent.omissions import BARS, BLIND, COMPOSED, NO_TEXT, left_out
from nodreel.events import Kind, Rect
from nodreel.gate.context import Insight, context_of
from nodreel.gate.knowledge import SECRET
from nodreel.scene import Verdict
from tests.scenes import APPS, RULES, scene

CLEAR = Insight(verdict=Verdict.CLEAR)


def said(insight: Insight, *, focus: str = "pad", blind: tuple[Rect, ...] = ()) -> str | None:
    return left_out(context_of(scene(0, focus=focus), APPS, insight=insight), RULES, blind)


def test_nothing_is_left_out_of_a_clear_field() -> None:
    assert said(CLEAR) is None
    assert said(CLEAR, blind=(Rect(500, 10, 5, 5),)) is None


def test_each_thing_left_out() -> None:
    assert said(replace(CLEAR, why=SECRET, keyboard=False)) == SECRET
    assert said(replace(CLEAR, keyboard=False)) == BARS
    assert said(CLEAR, blind=(Rect(10, 10, 5, 5),)) == BLIND
    assert said(Insight()) == NO_TEXT


def test_what_an_input_method_makes_of_keys_is_left_out() -> None:
    there = context_of(scene(0, plain=False), APPS, insight=CLEAR)
    assert left_out(there, RULES, ()) == COMPOSED
    elsewhere = context_of(scene(0, focus="web", plain=False), APPS, insight=CLEAR)
    assert left_out(elsewhere, RULES, ()) is None


def test_where_no_text_was_offered_none_is_missed() -> None:
    assert said(Insight(), focus="web") is None
    rules = replace(RULES, kinds=RULES.kinds - {Kind.KEYS})
    assert left_out(context_of(scene(0), APPS), rules, ()) is None
