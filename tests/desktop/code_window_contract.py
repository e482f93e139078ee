"""What every CodeWindow promises, as one suite: subclass it and give it a ``stage``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nodreel.clock import SystemClock
from nodreel.desktop.presence import Found, Result, look
from nodreel.desktop.press import Press
from nodreel.events import MILLISECOND, SECOND, Nanos

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.desktop.presence import CodeWindow

CODE = "402917"
LONG, SHORT = Nanos(30 * SECOND), Nanos(300 * MILLISECOND)


class Stage(Protocol):
    """A desktop with the window on it, and those who type; ``real``: what a hand's source is."""

    window: CodeWindow
    real: int

    def by_hand(self, text: str) -> None:
        """Type into the window, on a keyboard that is plugged in."""

    def by_program(self, text: str) -> None:
        """Let a program type into the window."""

    def as_if_by_hand(self, text: str) -> None:
        """Let a program type into the window in the name of that keyboard."""


def found(stage: Stage, patience: Nanos = LONG) -> Result:
    return look(stage.window, CODE, SystemClock(), patience)


class CodeWindowContract:
    def test_digits_typed_by_hand_are_a_proof(self, stage: Stage) -> None:
        stage.by_hand(CODE)
        result = found(stage)
        assert result == Result(Found.PHYSICAL, (stage.real,)), result

    def test_a_slip_can_be_followed_by_the_digits(self, stage: Stage) -> None:
        stage.by_hand("4x1" + CODE)
        assert found(stage).found is Found.PHYSICAL

    def test_digits_that_a_program_types_are_none(self, stage: Stage) -> None:
        stage.by_program(CODE)
        assert found(stage) == Result(Found.PROGRAM)

    def test_one_key_of_a_program_spoils_it(self, stage: Stage) -> None:
        stage.by_hand(CODE[:3])
        stage.by_program(CODE[3:4])
        stage.by_hand(CODE[4:])
        assert found(stage) == Result(Found.PROGRAM)

    def test_a_program_that_types_in_the_name_of_a_keyboard_is_noticed(self, stage: Stage) -> None:
        stage.as_if_by_hand(CODE)
        assert found(stage) == Result(Found.PROGRAM)

    def test_other_digits_and_silence_are_none(self, stage: Stage) -> None:
        stage.by_hand(CODE[::-1])
        assert found(stage, SHORT) == Result(Found.SILENCE)

    def test_what_went_down_is_told_in_order_and_once(self, stage: Stage) -> None:
        stage.by_hand("1a2")
        presses: list[Press] = []
        while len(presses) < 3:
            presses += stage.window.wait(LONG)
        assert presses == [Press(digit, stage.real, physical=True) for digit in ("1", "", "2")]
        assert stage.window.wait(Nanos(0)) == []
        assert stage.window.undisturbed()
        stage.window.close()
        stage.window.close()


class FakeWindow:
    """A window whose keys are put in by the test."""

    def __init__(self) -> None:
        self.heard: list[Press] = []
        self.fed = False

    def wait(self, timeout: Nanos) -> Sequence[Press]:
        heard, self.heard = self.heard, []
        return heard

    def undisturbed(self) -> bool:
        return not self.fed

    def close(self) -> None: ...
