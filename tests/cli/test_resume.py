"""nodreel resume wants a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nodreel.consent.switches import FOREVER, Switches, read_switches, write_switches
from nodreel.ipc.wire import AskStatus, Resume
from nodreel.paths import default_paths
from tests.cli.person import in_terminal, without_terminal

if TYPE_CHECKING:
    from tests.cli.agent import Agent


def test_a_script_cannot_resume(agent: Agent) -> None:
    done = without_terminal("resume", "--json")
    assert done.returncode == 6
    assert "typed by a person" in json.loads(done.stderr)["error"]["message"]
    assert agent.heard == []


def test_a_person_can(agent: Agent) -> None:
    done = in_terminal("resume")
    assert done.code == 0
    assert done.text == "The app in front is not designated.\n"
    assert agent.heard == [Resume(), AskStatus()]


def test_without_an_agent_the_pause_is_over() -> None:
    paths = default_paths()
    write_switches(paths.state, Switches(paused_until=FOREVER))
    done = in_terminal("resume")
    assert (done.code, read_switches(paths.state)) == (0, Switches())
    assert "nodreel start" in done.text
