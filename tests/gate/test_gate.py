"""The door, one refusal at a time (what must always hold stands in test_hindsight.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel.events import (
    Button,
    Event,
    Focus,
    Frame,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Kind,
    Move,
    Nanos,
    Note,
    Pace,
    Rect,
    Scroll,
    Sparing,
)  # fmt: skip
from nodreel.gate.context import context_of
from nodreel.gate.gate import Drop, Held, Rules, admit
from tests.scenes import APPS, RULES, scene, window

if TYPE_CHECKING:
    from nodreel.scene import Scene

T = Nanos(1)
PACE = Pace(T, Sparing.RATE)
KEY = Key(T, True, KeyClass.CHARACTER, 38, 97)
CLICK = Button(T, True, 1, 20, 20)
MOVE = Move(T, 20, 20)
SCROLL = Scroll(T, 0, 1, 20, 20)
FRAME = Frame(T, T, 1, 800, 600, (), ())


def ask(event: Event, now: Scene, rules: Rules = RULES) -> Event | Drop:
    return admit(event, context_of(now, APPS), rules, Held())


@pytest.mark.parametrize("event", [KEY, CLICK, MOVE, SCROLL, FRAME])
def test_designated_in_front_passes_and_is_named(
    event: Key | Button | Move | Scroll | Frame,
) -> None:
    assert ask(event, scene()) == replace(event, app="pad")


@pytest.mark.parametrize("event", [KEY, CLICK, MOVE, SCROLL, FRAME, Note(T, "x")])
def test_a_locked_session_lets_nothing_in(event: Event) -> None:
    assert ask(event, scene(locked=True)) is Drop.LOCKED


@pytest.mark.parametrize("event", [KEY, FRAME, Note(T, "x")])
@pytest.mark.parametrize("focus", ["term", None])
def test_a_foreign_front_lets_nothing_in(event: Event, focus: str | None) -> None:
    assert ask(event, scene(focus=focus)) is Drop.FOREIGN


@pytest.mark.parametrize("event", [MOVE, SCROLL])
def test_pointing_at_a_designated_window_behind_is_not_use_of_it(event: Event) -> None:
    assert ask(event, scene(focus="term")) is Drop.UNFOCUSED


@pytest.mark.parametrize("event", [CLICK, MOVE, SCROLL])
def test_pointing_at_a_foreign_window_while_a_designated_one_is_in_front(event: Event) -> None:
    assert not isinstance(event, Key | Frame)
    alien = window("term", Rect(10, 10, 50, 50), popup=True, ident=9)
    now = scene(windows=(window("pad"), alien))
    assert ask(event, now) is Drop.FOREIGN


def test_an_unexplained_grab_takes_the_keys() -> None:
    assert ask(KEY, scene(grabbed=True)) is Drop.GRAB


@pytest.mark.parametrize("event", [KEY, CLICK, MOVE, SCROLL])
def test_synthetic_input_is_dropped_unless_the_policy_keeps_it(
    event: Key | Button | Move | Scroll,
) -> None:
    strict = Rules(RULES.apps, RULES.kinds, keep_synthetic=False)
    made = replace(event, synthetic=True)
    assert ask(made, scene(), strict) is Drop.SYNTHETIC
    assert ask(made, scene()) == replace(made, app="pad")


@pytest.mark.parametrize(
    ("event", "kind"),
    [(KEY, Kind.KEYS), (CLICK, Kind.POINTER), (MOVE, Kind.POINTER), (SCROLL, Kind.POINTER),
     (FRAME, Kind.SCREEN)],
)  # fmt: skip
def test_a_kind_that_was_not_ticked_is_dropped(event: Event, kind: Kind) -> None:
    less = Rules(RULES.apps, RULES.kinds - {kind}, keep_synthetic=True)
    assert ask(event, scene(), less) is Drop.KIND


@pytest.mark.parametrize("event", [Focus(T, "pad"), Geometry(T, 1, 1, 1, ()), PACE, Gap(T, T)])
def test_what_only_the_gate_may_say_is_refused_from_outside(event: Event) -> None:
    assert ask(event, scene()) is Drop.FOREIGN


def test_a_release_passes_only_after_its_press() -> None:
    context, held = context_of(scene(), APPS), Held()
    up = replace(KEY, press=False)
    assert admit(up, context, RULES, held) is Drop.UNPAIRED
    admit(KEY, context, RULES, held)
    assert admit(up, context, RULES, held) == replace(up, app="pad")
    assert admit(up, context, RULES, held) is Drop.UNPAIRED


def test_a_key_without_a_code_is_a_forgery() -> None:
    assert ask(replace(KEY, keycode=None), scene()) is Drop.FOREIGN
