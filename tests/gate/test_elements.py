"""Elements belong to the app that shows where they say they lie, and only if that is agreed to."""

from __future__ import annotations

from dataclasses import replace

from nodreel.events import Cause, Element, Kind, Nanos, Rect
from nodreel.gate.context import context_of
from nodreel.gate.gate import Drop, Held, admit
from tests.scenes import APPS, RULES, scene

BUTTON = Element(Nanos(5), Cause.CLICK, "button", "Save", Rect(10, 10, 40, 20))


def test_an_element_belongs_to_the_app_that_shows_there() -> None:
    found = admit(BUTTON, context_of(scene(focus="web"), APPS), RULES, Held())
    assert found == replace(BUTTON, app="pad", epoch=1)


def test_one_that_says_it_lies_elsewhere_is_nobodys() -> None:
    context = context_of(scene(focus="pad"), APPS)
    assert admit(replace(BUTTON, rect=Rect(10, 400, 9, 9)), context, RULES, Held()) is Drop.FOREIGN
    foreign = context_of(scene(focus="term"), APPS)
    assert admit(BUTTON, foreign, RULES, Held()) is Drop.FOREIGN
    assert admit(replace(BUTTON, rect=None), foreign, RULES, Held()) is Drop.FOREIGN


def test_without_the_tick_there_are_none() -> None:
    rules = replace(RULES, kinds=frozenset(Kind) - {Kind.ELEMENTS})
    assert admit(BUTTON, context_of(scene(), APPS), rules, Held()) is Drop.KIND
