"""Everything a pair of hands does arrives: once, in order, with its time and its place."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from nodreel.desktop.x11.desktop import X11Desktop
from nodreel.events import MILLISECOND, Button, Key, KeyClass, Move, Nanos, Scroll
from tests.bed.bed import wait_for
from tests.bed.injector import (
    BUTTON_PRESS,
    BUTTON_RELEASE,
    KEY_PRESS,
    KEY_RELEASE,
    MOTION,
    WHEEL,
    Injector,
    Sent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nodreel.scene import Sensed
    from tests.bed.bed import Bed
    from tests.bed.windows import Windows

INPUT = (Key, Button, Scroll, Move)
TURNS = {button: step for step, button in WHEEL.items()}


def expected(sent: Iterable[Sent]) -> Iterator[tuple[object, ...]]:
    for s in sent:
        press = s.kind in {KEY_PRESS, BUTTON_PRESS}
        if s.kind in {KEY_PRESS, KEY_RELEASE}:
            yield (Key, press, s.detail)
        elif s.kind == MOTION:
            yield (Move, s.x, s.y)
        elif s.kind in {BUTTON_PRESS, BUTTON_RELEASE} and s.detail not in TURNS:
            yield (Button, press, s.detail, s.x, s.y)
        elif press:
            yield (Scroll, *TURNS[s.detail], s.x, s.y)


def shape(e: Sensed) -> tuple[object, ...]:
    match e:
        case Key():
            return (Key, e.press, e.keycode)
        case Move():
            return (Move, e.x, e.y)
        case Button():
            return (Button, e.press, e.button, e.x, e.y)
        case Scroll():
            return (Scroll, e.dx, e.dy, e.x, e.y)
    raise AssertionError(e)


def act(hands: Injector, turn: random.Random) -> None:
    x, y = turn.randrange(20, 1900), turn.randrange(20, 1060)
    match turn.randrange(5):
        case 0:
            hands.type(turn.choice(["a", "Z", "7", "\t"]))
        case 1:
            hands.click(x, y, turn.choice([1, 8, 9]))
        case 2:
            hands.scroll(0, turn.choice([-2, 1]))
        case 3:
            hands.scroll(turn.choice([-1, 2]), 0)
        case _:
            hands.path(((x + i, y + i // 2) for i in range(12)), hertz=1000)


def test_everything_comes_once_in_order_with_its_time_and_place(
    bed: Bed, desktop: X11Desktop, hands: Injector, windows: Windows
) -> None:
    app = bed.start("xterm", "-T", "target", "-geometry", "80x24+0+0", "-e", "sleep", "1000")
    windows.activate(windows.wait("target").id)
    turn = random.Random(7)
    hands.move(11, 12)
    desktop.flush()
    hands.sent.clear()
    got: list[Sensed] = []
    for _ in range(150):
        act(hands, turn)
        got += desktop.flush()[0]
    got += desktop.flush()[0]
    app.stop()
    seen = [e for e in got if isinstance(e, INPUT)]
    assert [shape(e) for e in seen] == list(expected(hands.sent))
    times = [s for s in hands.sent if not (s.kind == BUTTON_RELEASE and s.detail in TURNS)]
    slack = 2 * MILLISECOND
    off = [e.t for e, s in zip(seen, times, strict=True)
           if not s.before - slack <= e.t <= s.after + slack]  # fmt: skip
    assert off == []
    assert all(e.synthetic for e in seen)


def test_a_click_comes_out_of_a_wait_with_the_path_before_it(
    desktop: X11Desktop, hands: Injector
) -> None:
    hands.move(30, 31)
    desktop.flush()
    hands.path(((30 + i, 400) for i in range(5)), hertz=2000)
    hands.button_down()
    got = [shape(e) for e in desktop.wait(Nanos(10_000 * MILLISECOND)) if isinstance(e, INPUT)]
    hands.button_up()
    assert got[:6] == [*((Move, 30 + i, 400) for i in range(5)), (Button, True, 1, 34, 400)]


def test_moves_over_nothing_come_by_themselves(desktop: X11Desktop, hands: Injector) -> None:
    """The server holds back fewer than 32 of them for as long as nothing else happens."""
    hands.move(40, 41)
    desktop.flush()
    hands.path(((40 + i, 41) for i in range(3)), hertz=2000)
    got: list[Sensed] = []

    def three() -> bool:
        got.extend(e for e in desktop.wait(Nanos(100 * MILLISECOND)) if isinstance(e, Move))
        return len(got) >= 3

    wait_for(three, "three moves")
    assert [shape(e) for e in got] == [(Move, 40 + i, 41) for i in range(3)]


def test_a_key_held_down_is_told_once(desktop: X11Desktop, hands: Injector, bed: Bed) -> None:
    """Raw keys do not repeat: what the server repeats for apps is no press of a finger."""
    bed.run("xset", "r", "rate", "50", "100")
    desktop.flush()
    hands.key_down("a")
    end = time.monotonic() + 0.4
    got: list[Sensed] = []
    while time.monotonic() < end:
        got += desktop.wait(Nanos(50 * MILLISECOND))
    hands.key_up("a")
    got += desktop.flush()[0]
    assert [e.press for e in got if isinstance(e, Key)] == [True, False]


def test_text_follows_layout_group_and_modifiers(
    desktop: X11Desktop, hands: Injector, bed: Bed
) -> None:
    def symbols(*names: str) -> list[tuple[int | None, str]]:
        desktop.flush()
        hands.tap(*names)
        keys = [e for e in desktop.flush()[0] if isinstance(e, Key) and e.press]
        return [(e.keysym, e.layout) for e in keys[-1:]]

    try:
        assert symbols("a") == [(0x61, "us")]
        assert symbols("Shift_L", "a") == [(0x41, "us")]
        assert symbols("Caps_Lock", "a") == [(0x41, "us")]
        assert symbols("Caps_Lock", "a")[0][1] == "us"  # locked a second time: off again
        bed.run("setxkbmap", "de")
        assert symbols("y") == [(0x7A, "de")]  # the injector still goes by the us keymap
        bed.run("setxkbmap", "us,ru", "-option", "grp:alt_shift_toggle")
        assert symbols("a") == [(0x61, "us")]
        hands.tap("Alt_L", "Shift_L")
        assert symbols("f") == [(0x6C1, "ru")]  # Cyrillic a
    finally:
        bed.run("setxkbmap", "us", "-option", "")


def test_keys_have_a_class(desktop: X11Desktop, hands: Injector) -> None:
    cases = {
        ("a",): KeyClass.CHARACTER, ("space",): KeyClass.CHARACTER, ("Left",): KeyClass.NAVIGATION,
        ("Return",): KeyClass.NAVIGATION, ("BackSpace",): KeyClass.EDITING,
        ("F5",): KeyClass.FUNCTION, ("Shift_L",): KeyClass.MODIFIER,
        ("Control_L", "c"): KeyClass.SHORTCUT, ("Alt_L", "f"): KeyClass.SHORTCUT,
        ("Shift_L", "a"): KeyClass.CHARACTER,
    }  # fmt: skip
    for names, wanted in cases.items():
        desktop.flush()
        hands.tap(*names)
        pressed = [e for e in desktop.flush()[0] if isinstance(e, Key) and e.press]
        assert pressed[-1].key_class is wanted, names


def test_two_desktops_hear_the_same(desktop: X11Desktop, hands: Injector, on_bed: Bed) -> None:
    other = X11Desktop()
    other.flush()
    desktop.flush()
    hands.click(100, 700)
    one = [e for e in desktop.flush()[0] if isinstance(e, INPUT)]
    two = [e for e in other.flush()[0] if isinstance(e, INPUT)]
    other.close()
    assert one == two
    assert len(one) >= 2
