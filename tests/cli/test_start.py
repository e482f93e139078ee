"""nodreel start on a real desktop: asks, starts, says so; and never for a script."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel import errors
from nodreel.agent.launch import launched
from nodreel.cli import start as start_module
from nodreel.cli.main import main
from nodreel.consent.switches import read_switches
from nodreel.episode.seal import new_identity
from nodreel.host import holder, private_dir
from nodreel.page.door import door
from nodreel.paths import default_paths
from tests.bed.bed import wait_for
from tests.bed.fixtures import bed, on_bed
from tests.bed.opener import opener
from tests.cli.person import in_terminal, without_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.agent import Agent

__all__ = ["bed", "on_bed", "opener"]

POLICY = """\
version = 1
kinds = ["pointer", "keys", "screen", "titles"]
presence = "synthetic"
review_key = false

[organisation]
name = "A test"
address = "This machine"
contact = "nobody@localhost"
jurisdiction = "none"

[purpose]
id = "test"
text = "To see whether starting works."

[[recipients]]
name = "nobody"
key = "{key}"

[limits]
disk_floor_mb = 1

[[apps]]
id = "xterm"
name = "xterm"
exe = "/usr/bin/xterm"
"""


@pytest.fixture
def policy(tmp_path: Path) -> Iterator[None]:
    """Write a policy of the person's own; whatever agent was started is stopped in the end."""
    paths = default_paths()
    paths.config.mkdir(mode=0o700, parents=True)
    paths.config.parent.chmod(0o700)
    paths.policy.write_text(POLICY.format(key=new_identity(tmp_path / "research.key")))
    yield
    without_terminal("stop")


def agrees(question: str) -> str:
    last = question.rsplit("\n", 1)[-1]
    return "yes" if last.endswith("[yes/NO] ") else "I agree to be recorded"


def declines(question: str) -> str:
    return "refuse"


@pytest.mark.usefixtures("on_bed", "policy")
def test_from_the_first_question_to_the_last_stop(opener: Path) -> None:
    first = in_terminal("start", reply=agrees)
    assert first.code == 0, first.text
    assert first.text.splitlines()[-1].startswith("nodreel is on. ")
    assert "nodreel start" not in first.text, "that is what they just did"
    state = json.loads(without_terminal("status", "--json").stdout)
    assert state["state"] in {"waiting", "recording"}
    assert state["pid"] == holder(default_paths().lock)
    assert os.getsid(state["pid"]) == state["pid"]  # outlives the terminal

    again = without_terminal("start")
    assert again.returncode == 0
    assert again.stdout.startswith("nodreel is already running. ")
    wait_for(opener.exists, "the pages, which who starts it twice wants to see")
    assert opener.read_text().strip() == door(default_paths()).as_uri()
    assert without_terminal("start", "--json").returncode == 0
    assert len(opener.read_text().split()) == 1, "programs do not want to see them"

    assert without_terminal("stop").returncode == 0
    assert without_terminal("status").returncode == 5
    assert read_switches(default_paths().state).stopped

    second = in_terminal("start")  # nothing is asked this time
    assert second.code == 0, second.text
    assert not read_switches(default_paths().state).stopped


def now() -> tuple[str, str]:
    """The state, and the first interlock that is open."""
    told = json.loads(without_terminal("status", "--json").stdout)
    return told["state"], next((k["name"] for k in told["interlocks"] if not k["closed"]), "")


@pytest.mark.usefixtures("on_bed", "policy")
def test_an_agent_that_idles_since_the_login_begins_when_it_is_started_and_not_at_the_yes() -> None:
    for folder in (default_paths().data.parent, default_paths().data):
        private_dir(folder)
    launched(default_paths())
    assert now() == ("blocked", "grant")
    for _ in range(2):
        given = in_terminal("consent", "give", reply=agrees)
        assert given.code == 0, given.text
        assert "To begin recording: nodreel start" in given.text
        wait_for(lambda: now()[1] != "grant", "the yes to be seen")
        assert now() == ("paused", "pause")
        assert not list(default_paths().episodes.glob("*"))

        assert without_terminal("start").returncode == 6
        started = in_terminal("start")  # nothing is asked this time
        assert started.text.splitlines()[-1].startswith("nodreel is on. "), started.text
        assert now()[0] in {"waiting", "recording"}
        withdrawn = in_terminal("consent", "withdraw", "--delete")
        assert withdrawn.code == 0, withdrawn.text


@pytest.mark.usefixtures("on_bed", "policy")
def test_a_no_is_taken_for_a_no() -> None:
    done = in_terminal("start", reply=declines)
    assert done.code == errors.DeclinedError.exit_code
    assert without_terminal("status").returncode == 5
    assert not default_paths().grant.exists()


@pytest.mark.usefixtures("on_bed", "policy")
def test_a_script_starts_nothing() -> None:
    done = without_terminal("start")
    assert done.returncode == 6
    assert "Nothing was started" in done.stderr
    assert not default_paths().data.exists()


def test_root_is_refused_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getresuid", lambda: (0, 0, 0))
    assert CliRunner().invoke(main, ["start"]).exit_code == errors.RootRefusedError.exit_code


def test_a_ceremony_that_lies_starts_nothing(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 0 and no grant: not a yes."""
    monkeypatch.setattr(start_module, "asked", lambda _: None)
    monkeypatch.setattr(start_module, "want_a_person", lambda _: None)
    monkeypatch.setattr(start_module, "_hold_ceremony", lambda: None)
    monkeypatch.setattr(start_module, "switched_on", lambda *_: pytest.fail("started"))
    done = CliRunner().invoke(main, ["start"])
    assert done.exit_code == errors.NoConsentError.exit_code
