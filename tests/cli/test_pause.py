"""nodreel pause reads spans as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.cli.pause import minutes_of
from nodreel.consent.switches import FOREVER, Switches, read_switches
from nodreel.ipc.wire import Pause
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from tests.cli.agent import Agent


@pytest.mark.parametrize(
    ("span", "minutes"),
    [("", None), ("until I resume", None), ("until resume", None), ("15m", 15), ("15", 15),
     ("90 min", 90), ("1h", 60), ("24h", 1440), ("1440", 1440)],
)  # fmt: skip
def test_spans(span: str, minutes: int | None) -> None:
    assert minutes_of(span) == minutes


@pytest.mark.parametrize("span", ["0", "0h", "25h", "1441", "-5m", "1.5h", "soon", "3d", "99999m"])
def test_no_spans(span: str) -> None:
    with pytest.raises(click.UsageError, match="is no pause"):
        minutes_of(span)


@pytest.mark.parametrize(
    ("words", "asked"),
    [(["pause"], Pause()), (["pause", "1h"], Pause(minutes=60)),
     (["pause", "until", "I", "resume"], Pause())],
)  # fmt: skip
def test_it_asks_the_agent(agent: Agent, words: list[str], asked: Pause) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.stderr
    assert agent.heard == [asked]
    assert done.stdout == "The app in front is not designated.\n"


def test_without_an_agent_it_holds_for_the_next_one() -> None:
    done = CliRunner().invoke(main, ["pause"])
    assert done.exit_code == 0, done.stderr
    assert "not running" in done.stdout
    assert read_switches(default_paths().state) == Switches(paused_until=FOREVER)
