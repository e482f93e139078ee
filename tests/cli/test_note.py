"""nodreel note: the person's own words, and not too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.errors import ControlError
from nodreel.ipc.wire import AddNote, Done

if TYPE_CHECKING:
    from tests.cli.agent import Agent


def test_words_are_joined(agent: Agent) -> None:
    agent.answer = Done(text="Noted.")
    done = CliRunner().invoke(main, ["note", "Filing", "the report"])
    assert done.stdout == "Noted.\n"
    assert agent.heard == [AddNote(text="Filing the report")]


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_too_little_and_too_much(agent: Agent, text: str) -> None:
    done = CliRunner().invoke(main, ["note", text])
    assert done.exit_code == 2
    assert "1 to 500" in done.stderr
    assert agent.heard == []


def test_the_agents_refusal_is_shown(agent: Agent) -> None:
    agent.error = ControlError("Nothing is being recorded.", advice="Open an app.")
    done = CliRunner().invoke(main, ["note", "hello"])
    assert done.exit_code == 6
    assert done.stderr == "Nothing is being recorded.\nOpen an app.\n"
