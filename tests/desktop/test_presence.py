from __future__ import annotations

import json
import os
import sys

import pytest

from nodreel.desktop import presence as module
from nodreel.desktop.presence import Found, Result, main, open_window
from nodreel.desktop.press import Press
from nodreel.errors import UnsupportedError
from tests.desktop.code_window_contract import CODE, CodeWindowContract, FakeWindow, found


class FakeStage:
    real = 9

    def __init__(self) -> None:
        self.window = FakeWindow()

    def _put(self, text: str, source: int, *, physical: bool) -> None:
        digits = [sign if sign.isdigit() else "" for sign in text]
        self.window.heard += [Press(digit, source, physical) for digit in digits]

    def by_hand(self, text: str) -> None:
        self._put(text, self.real, physical=True)

    def by_program(self, text: str) -> None:
        self._put(text, 5, physical=False)
        self.window.fed = True

    def as_if_by_hand(self, text: str) -> None:
        self.by_hand(text)
        self.window.fed = True


class TestFake(CodeWindowContract):
    @pytest.fixture
    def stage(self) -> FakeStage:
        return FakeStage()


def test_a_key_of_a_program_ends_it_by_itself() -> None:
    stage = FakeStage()
    stage.by_program(CODE[0])
    stage.by_hand(CODE)
    stage.window.fed = False
    assert found(stage) == Result(Found.PROGRAM)


def test_it_says_what_it_found_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = FakeStage()
    stage.by_hand(CODE)
    monkeypatch.setattr(module, "harden", lambda: None)
    monkeypatch.setattr(module, "open_window", lambda _: stage.window)
    monkeypatch.setattr(sys, "argv", ["presence", CODE])
    assert main() == 0
    assert json.loads(capsys.readouterr().out) == {"found": "physical", "sources": [9]}


def test_where_there_is_no_window_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "harden", lambda: None)
    monkeypatch.setattr(sys, "argv", ["presence", CODE])
    assert main() == 0
    assert json.loads(capsys.readouterr().out) == {"found": Found.NO_WINDOW, "sources": []}


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "cannot be told"),
        ({"DISPLAY": "far:0"}, "another machine"),
        ({}, "another machine"),
    ],
)
def test_only_an_x_server_of_this_machine_will_do(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], why: str
) -> None:
    for name, value in env.items():
        monkeypatch.setitem(os.environ, name, value)
    with pytest.raises(UnsupportedError, match=why):
        open_window(CODE)
