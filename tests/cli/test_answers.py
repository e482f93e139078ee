"""An answer is a sentence, or one line of JSON, and never reaches into the terminal."""

from __future__ import annotations

import json

import pytest

from nodreel.cli.answers import answer, want_a_person
from nodreel.errors import ControlError
from nodreel.ipc.wire import Done
from tests.cli.agent import WAITING


def test_words_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    answer(Done(text="Noted.", status=WAITING), as_json=False)
    answer(Done(status=WAITING), as_json=False)
    answer(Done(), as_json=False)
    assert capsys.readouterr().out.splitlines() == ["Noted.", WAITING.sentence, "Done."]


def test_json_holds_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    done = Done(text="Noted.", status=WAITING)
    answer(done, as_json=True)
    assert Done.model_validate_json(capsys.readouterr().out) == done
    assert json.loads(done.model_dump_json())["status"]["dropped"] == {"not designated": 12}


def test_a_hostile_sentence_stays_text(capsys: pytest.CaptureFixture[str]) -> None:
    answer(Done(text="\x1b]0;owned\x07\u202e"), as_json=False)
    assert "\x1b" not in capsys.readouterr().out


def test_scripts_do_not_switch_recording_on() -> None:
    with pytest.raises(ControlError, match="typed by a person"):
        want_a_person("start")
