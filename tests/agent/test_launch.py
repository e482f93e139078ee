"""Starting the agent for a person; that it really comes up is tested with `nodreel start`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel import errors
from nodreel.agent import launch
from nodreel.agent.launch import asked, lift_stop
from nodreel.clock import SystemClock
from nodreel.consent.switches import FOREVER, STOPPED, Switches, read_switches, write_switches
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from pathlib import Path


def test_without_an_agent_there_is_none_to_ask() -> None:
    assert asked(default_paths()) is None


def test_a_pause_is_no_stop() -> None:
    paths, clock = default_paths(), SystemClock()
    paused = Switches(paused_until=FOREVER)
    write_switches(paths.state, paused)
    lift_stop(paths, clock)
    assert read_switches(paths.state) == paused
    write_switches(paths.state, STOPPED)
    lift_stop(paths, clock)
    assert read_switches(paths.state) == Switches()
    assert paths.audit.read_text().count('"started"') == 2


@pytest.mark.parametrize(
    ("code", "said", "kind", "words"),
    [
        (69, "Log in to Xorg.", errors.UnsupportedError, "Log in to Xorg."),
        (73, "a\nb\n", errors.StoreError, "b"),
        (1, "", errors.NodreelError, "said nothing"),
        (-9, "", errors.NodreelError, "code -9"),
        (99, "\xff", errors.NodreelError, "did not start"),
    ],
)
def test_an_agent_that_ends_at_once_says_why(
    tmp_path: Path, code: int, said: str, kind: type[errors.NodreelError], words: str
) -> None:
    (tmp_path / "agent.err").write_text(said)
    error = launch._why_not(code, tmp_path / "agent.err")
    assert type(error) is kind
    assert words in str(error)
