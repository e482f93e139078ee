from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import Key, KeyClass, Nanos
from nodreel.gate.composing import TURNED, Sequence, plain_at
from nodreel.gate.context import context_of
from nodreel.gate.timeline import Timeline
from tests.scenes import APPS, MS, scene

CONTROL, SHIFT = 1 << 2, 1 << 0
HEX = tuple(Key(Nanos(0), True, KeyClass.CHARACTER, 40, ord(sign)) for sign in "e9")
SPACE = Key(Nanos(0), True, KeyClass.CHARACTER, 65, 0x20)
RETURN = Key(Nanos(0), True, KeyClass.NAVIGATION, 36, 0xFF0D)


def chord(keysym: int, modifiers: int) -> Key:
    return Key(Nanos(0), True, KeyClass.SHORTCUT, 30, keysym, modifiers=modifiers)


def taken(*keys: Key) -> list[bool]:
    sequence = Sequence()
    return [sequence.takes(key) for key in keys]


def test_the_digits_of_a_code_point_are_used_up_and_so_is_the_space_that_ends_it() -> None:
    begin = chord(ord("U"), CONTROL | SHIFT)
    assert taken(*HEX, begin, *HEX, SPACE, *HEX) == [False] * 3 + [True] * 3 + [False] * 2
    assert taken(begin, HEX[0], RETURN, *HEX) == [False, True, False, False, False]


def test_the_name_of_an_emoji_may_hold_spaces() -> None:
    for begin in (
        chord(ord("."), CONTROL), chord(ord(";"), CONTROL), chord(ord("E"), CONTROL | SHIFT)
    ):  # fmt: skip
        assert taken(begin, HEX[0], SPACE, HEX[0], RETURN, HEX[0]) == [
            False, True, True, True, False, False
        ]  # fmt: skip


def test_other_shortcuts_begin_nothing() -> None:
    for other in (
        chord(ord("u"), CONTROL), chord(ord("e"), CONTROL), chord(ord("U"), SHIFT | 1 << 3),
        chord(ord("c"), CONTROL | SHIFT), chord(ord("."), 1 << 3),
    ):  # fmt: skip
        assert taken(other, *HEX, SPACE) == [False] * 4


def test_a_click_ends_it() -> None:
    sequence = Sequence()
    sequence.takes(chord(ord("U"), CONTROL | SHIFT))
    sequence.end()
    assert not sequence.takes(HEX[0])


@given(
    began=st.lists(st.booleans(), min_size=1, max_size=6),
    gaps=st.lists(st.integers(1, 2000), min_size=6, max_size=6),
    after=st.integers(0, 1500),
)
def test_what_was_typed_within_a_second_before_a_method_was_heard_of_is_unknown(
    began: list[bool], gaps: list[int], after: int
) -> None:
    timeline, t, times = Timeline(), 0, []
    for plain, gap in zip(began, gaps, strict=False):
        timeline.add(context_of(scene(t, plain=plain), APPS))
        times.append(t * MS)
        t += gap
    typed = Nanos(after * MS)
    number = timeline.at(typed)
    known = plain_at(timeline, number, typed)
    at_work = [
        not plain
        for n, (plain, since) in enumerate(zip(began, times, strict=True))
        if n == number or (n > number and since <= typed + TURNED)
    ]
    assert known == (not any(at_work))
