"""Real keys on a real server: the chord pauses, every other key goes where it went before."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.sign.chord import read_chord
from nodreel.sign.looks import look_of
from nodreel.sign.menu import Choice, menu_of
from nodreel.sign.raising import Raising
from nodreel.sign.window import SignWindow
from tests.bed.injector import connect
from tests.bed.waiting import wait_for
from tests.sign.conftest import RECORDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector

CHORD = ("Control_L", "Alt_L", "Shift_L", "p")


def opened() -> SignWindow:
    made = SignWindow(Raising(SystemClock()), look_of(RECORDING))
    made.pause_by(read_chord("Ctrl+Alt+Shift+P"))
    return made


@pytest.fixture
def window(on_bed: Bed) -> Iterator[SignWindow]:
    with closing(opened()) as made:
        yield made


def chosen(window: SignWindow) -> list[int]:
    window.clicks()
    return window.chosen()


@pytest.mark.parametrize("lock", ["", "Caps_Lock", "Num_Lock"])
def test_the_chord_pauses_whatever_is_locked(
    window: SignWindow, hands: Injector, lock: str
) -> None:
    if lock:
        hands.tap(lock)
    hands.tap(*CHORD)
    wait_for(lambda: chosen(window) == [Choice.PAUSE], "the chord")
    if lock:
        hands.tap(lock)


def test_no_other_key_comes_to_us_and_none_is_held_up(
    window: SignWindow, on_bed: Bed, hands: Injector
) -> None:
    x = connect(on_bed.env)
    with closing_connection(x):
        typed = Typed(x)
        hands.tap("p")
        hands.tap("Control_L", "p")
        for name in CHORD:
            hands.key_down(name)
        wait_for(lambda: chosen(window) == [Choice.PAUSE], "the chord")
        hands.tap("x")  # while the chord is still held
        for name in reversed(CHORD):
            hands.key_up(name)
        hands.tap("y")
        code = hands.keycode
        wanted = [code("p"), code("p"), code("x"), code("y")]
        letters = {code(name) for name in "pxy"}
        wait_for(lambda: [k for k in typed.read() if k in letters] == wanted, "the other keys")
    assert chosen(window) == []


def test_a_chord_that_another_has_is_left_to_it_and_said(
    window: SignWindow, on_bed: Bed, hands: Injector
) -> None:
    with closing(opened()) as second:
        assert second.shortcut == "Ctrl+Alt+Shift+P is taken"
        entries = menu_of(RECORDING, shortcut=second.shortcut)
        assert "Pause until I resume (Ctrl+Alt+Shift+P is taken)" in [e.label for e in entries]
        hands.tap(*CHORD)
        wait_for(lambda: chosen(window) == [Choice.PAUSE], "the chord of the first")
        assert chosen(second) == []


class Typed:
    """A focused window of another program, and the keys that were pressed in it."""

    def __init__(self, x: object) -> None:
        self._x, self._keys = x, []
        core = x.core
        window, root = x.generate_id(), x.get_setup().roots[0].root
        core.CreateWindow(0, window, root, 300, 300, 50, 50, 0, 1, 0, (1 << 9) | (1 << 11), [1, 1])
        core.MapWindow(window)
        core.SetInputFocus(1, window, 0)
        core.GetInputFocus().reply()

    def read(self) -> list[int]:
        while (event := self._x.poll_for_event()) is not None:
            if event.response_type & 0x7F == 2:
                self._keys.append(event.detail)
        return self._keys


def closing_connection(x: object) -> closing:
    class Ends:
        def close(self) -> None:
            x.disconnect()

    return closing(Ends())
