"""nodreel stop ends it for good, running or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.cli import stop as stop_module
from nodreel.cli.main import main
from nodreel.consent.switches import STOPPED, Switches, read_switches
from nodreel.host import claim
from nodreel.ipc.wire import Done, Stop
from nodreel.paths import default_paths

if TYPE_CHECKING:
    import pytest

    from tests.cli.agent import Agent


def test_without_an_agent_it_stays_stopped() -> None:
    paths = default_paths()
    assert read_switches(paths.state) == Switches()
    done = CliRunner().invoke(main, ["stop"])
    assert done.exit_code == 0, done.stderr
    assert read_switches(paths.state) == STOPPED


def test_the_agent_is_asked(agent: Agent) -> None:
    agent.answer = Done(text="nodreel has stopped.")
    done = CliRunner().invoke(main, ["stop"])
    assert (done.exit_code, done.stdout) == (0, "nodreel has stopped.\n")
    assert agent.heard == [Stop()]


def test_an_agent_that_stays_is_told_of(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stop_module, "PATIENCE_S", 0.3)
    held = claim(default_paths().lock)
    assert held is not None
    with held:
        done = CliRunner().invoke(main, ["stop"])
    assert done.exit_code == 6
    assert "still there" in done.stderr
