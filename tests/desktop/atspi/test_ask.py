from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.desktop.atspi import ask
from nodreel.desktop.atspi.ask import Ref, Seen
from nodreel.desktop.atspi.words import DEFUNCT, NOBODY, SHOWING
from nodreel.events import Rect
from tests.desktop.atspi.stand import APP, Stand

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
HOSTILE = st.none() | st.tuples(ANYTHING) | st.just(()) | st.tuples(ANYTHING, ANYTHING)


@given(HOSTILE)
def test_no_answer_is_too_hostile(answer: Any) -> None:
    assert ask.as_number(answer) is None or 0 <= ask.as_number(answer) < 1024
    assert ask.as_states(answer) <= set(range(64))
    box = ask.as_box(answer)
    assert box is None or (box.w > 0 and box.h > 0)
    assert len(ask.as_name(answer)) <= 80
    assert isinstance(ask.as_hint(answer), str)
    assert all(ref.app == APP for ref in ask.as_refs(answer, APP))
    assert all(ref.app == APP for ref in ask.as_relations(answer, 2, APP))


def test_only_objects_of_the_same_app_count() -> None:
    assert ask.as_ref((APP, "/x"), APP) == Ref(APP, "/x")
    assert ask.as_ref((":1.66", "/x"), APP) is None
    assert ask.as_ref((APP, NOBODY), APP) is None
    assert ask.as_ref((APP, "/" + "x" * 2000), APP) is None
    assert ask.as_refs(([(APP, "/x"), (":1.66", "/y"), 5],), APP) == [Ref(APP, "/x")]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Save", "Save"),
        ("  two\n lines\t", "two lines"),
        ("x" * 500, "x" * 80),
        ("a\u202eb\x00c\x1b[2J", "abc[2J"),
        (5, ""),
    ],
)
def test_names_are_one_short_printable_line(said: object, read: str) -> None:
    assert ask.as_name((("s", said),)) == read


def test_boxes_must_be_possible() -> None:
    assert ask.as_box(((1, 2, 3, 4),)) == Rect(1, 2, 3, 4)
    assert ask.as_box(((-(1 << 31), -(1 << 31), 1, 1),)) is None
    assert ask.as_box(((1, 2, 0, 4),)) is None
    assert ask.as_box(((1, 2, 3),)) is None


def test_states_are_two_words() -> None:
    assert ask.as_states(([1 << SHOWING, 1 << 1],)) == {SHOWING, 33}
    assert ask.as_states(([1],)) == frozenset()


def test_shown_means_there_and_with_a_size() -> None:
    def seen(box: Rect | None, *states: int) -> Seen:
        return Seen(Ref(APP, "/a"), 61, frozenset(states), box, "", None)

    box = Rect(1, 1, 5, 5)
    assert seen(box, SHOWING).shown
    assert not seen(box).shown
    assert not seen(None, SHOWING).shown
    assert not seen(box, SHOWING, DEFUNCT).shown


def test_the_text_of_a_field_is_never_asked_for() -> None:
    stand, found = Stand(), list[Any]()
    ref = stand.put("/f", 61, name="What", label="/l")
    stand.put("/l", 29, name="Label")
    stand.talks.start(ask.look_at(ref), stand.clock(), found.append)
    stand.talks.start(ask.label_of(ref), stand.clock(), found.append)
    stand.run()
    assert found[0].name == "What"
    assert found[1] == "Label"
    assert {a.interface for a in stand.asked} == {
        "org.a11y.atspi.Accessible", "org.a11y.atspi.Component", "org.freedesktop.DBus.Properties",
    }  # fmt: skip
    assert {a.body[1] for a in stand.asked if a.member == "Get"} == {"Name", "Parent"}
