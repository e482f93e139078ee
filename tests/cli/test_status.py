"""nodreel status: one sentence first, every condition after it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.cli.status import lines
from nodreel.ipc.wire import Done, Status
from tests.cli.agent import WAITING
from tests.cli.person import NODREEL

if TYPE_CHECKING:
    from tests.cli.agent import Agent

SHOWN = """\
The app in front is not designated.

  yes  grant      You agreed.
  NO   context    The app in front is not designated.

  last stored  3 s ago
  episodes     2 held here, 1 released
  dropped      12 not designated
  data         /there
"""


def test_as_people_read_it(agent: Agent) -> None:
    done = CliRunner().invoke(main, ["status"])
    assert (done.exit_code, done.stdout) == (0, SHOWN)


def test_as_json_it_is_the_state_itself(agent: Agent) -> None:
    done = CliRunner().invoke(main, ["status", "--json"])
    assert Status.model_validate_json(done.stdout) == WAITING
    assert json.loads(done.stdout)["state"] == "waiting"


def test_not_running_means_not_recorded() -> None:
    done = CliRunner().invoke(main, ["status"])
    assert done.exit_code == 5
    assert done.stderr.splitlines()[0] == "nodreel is not running, so nothing is recorded."


def test_nothing_in_it_reaches_the_terminal() -> None:
    hostile = Status(state="blocked", sentence="\x1b[2Jall is well\r\u202e")
    assert all(line.isprintable() for line in lines(hostile))


def test_watching_says_each_change_once_and_ends_with_the_agent(agent: Agent) -> None:
    watching = [*NODREEL, "status", "--watch", "--json"]
    with subprocess.Popen(watching, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["state"] == "waiting"
        agent.answer = Done(status=Status(state="paused", sentence="Paused."))
        assert json.loads(process.stdout.readline())["state"] == "paused"
        agent.answer = Done()
        assert process.wait(20) == 5
        assert process.stdout.read() == ""
