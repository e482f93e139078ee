"""nodreel explain: one sentence for this second, and for any second before it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from nodreel.agent.moments import NOT
from nodreel.cli.explain import ADVICE
from nodreel.cli.main import main
from nodreel.clock import SystemClock, iso
from nodreel.events import SECOND
from nodreel.ipc.wire import Done, Interlock, Status
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from tests.cli.agent import Agent
    from tests.cli.recorded import Recorded


LOADING = "The page in front is still loading."
SECRET = "A password field has the keyboard: neither its keys nor its pixels are kept."


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["explain", *words])


def ledger(*spans: tuple[float, str, str, str], end: float = 0) -> int:
    """Write a ledger of spans (length in s, state, why, says) that ends ``end`` s ago."""
    now = SystemClock().wall()
    at = now - int((end + sum(length for length, *_ in spans)) * SECOND)
    lines = []
    for length, state, why, says in spans:
        until = at + int(length * SECOND)
        line = {"from": at, "to": until, "wall": iso(at), "boot": "b", "state": state, "why": why}
        lines.append(json.dumps(line | ({"says": says} if says else {})))
        at = until
    path = default_paths().coverage
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return now


HOUR = (
    (600, "gap", "nodreel was not running", ""),
    (100, "blocked", "context", LOADING),
    (30, "recorded", "", ""),
    (30, "recorded", "", ""),
    (20, "recorded", "", SECRET),
    (40, "blocked", "remote", ""),
    (60, "idle", "", ""),
    (60, "paused", "", ""),
)


@pytest.mark.parametrize(
    ("ago", "sentence"),
    [
        ("10m", "Not recorded: nodreel was not running."),
        ("5m", f"Not recorded: {LOADING}"),
        ("250s", f"Not recorded: {LOADING}"),
        ("215s", "Recorded."),
        ("170s", f"Recorded. {SECRET}"),
        ("130s", NOT["remote"]),
        ("90s", "Nothing happened, so there was nothing to record."),
        ("30s", "Not recorded: you had paused or stopped nodreel."),
    ],
)
def test_a_moment_in_the_past(ago: str, sentence: str) -> None:
    ledger(*HOUR)
    done = run("--ago", ago)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0].endswith(f"  {sentence}")


def test_the_minutes_around_it_are_a_short_table() -> None:
    ledger(*HOUR)
    rows = run("--ago", "215s").stdout.splitlines()[2:]
    words = [row[2:].split("  ", 2)[2] for row in rows]
    assert words == [
        f"Not recorded: {LOADING}",
        "Recorded.",
        f"Recorded. {SECRET}",
        NOT["remote"],
        "Nothing happened, so there was nothing to record.",
    ]
    assert [row[0] for row in rows] == [" ", ">", " ", " ", " "]


def test_as_json() -> None:
    ledger(*HOUR)
    told = json.loads(run("--ago", "130s", "--json").stdout)
    assert (told["recorded"], told["state"], told["sentence"]) == (False, "blocked", NOT["remote"])
    assert {"start", "end", "state", "sentence"} == set(told["around"][0])


@pytest.mark.parametrize("form", ["%H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"])
def test_a_time_of_day(form: str) -> None:
    now = ledger(*HOUR)
    at = datetime.fromtimestamp(now / SECOND - 30, tz=UTC).astimezone()
    done = run("--at", f"{at:{form}}")
    assert "you had paused" in done.stdout.splitlines()[0]


def test_a_moment_of_which_nothing_is_known_says_what_is_known() -> None:
    ledger(*HOUR)
    for words in (("--ago", "2d"), ("--at", "2001-01-01 10:00")):
        done = run(*words)
        assert done.exit_code == 6
        assert "The ledger knows of" in done.stderr


def test_without_a_ledger() -> None:
    done = run("--ago", "5s")
    assert done.exit_code == 6
    assert "nodreel never ran here." in done.stderr


def test_what_is_not_written_yet_is_asked_of_the_agent(agent: Agent) -> None:
    ledger((60, "recorded", "", ""), end=20)
    assert "The app in front is not designated." in run("--ago", "10s").stdout
    agent.answer = Done(status=Status(state="recording", sentence="Recording Pad.", recording=True))
    assert "Recorded." in run("--ago", "10s").stdout.splitlines()[0]


def test_now_in_one_sentence_and_what_to_do(agent: Agent) -> None:
    done = run()
    assert done.stdout == f"The app in front is not designated.\n{ADVICE['context']}\n"
    told = json.loads(run("--json").stdout)
    assert (told["recorded"], told["open"]) == (False, ["context"])
    lock = Interlock(name="grant", closed=True, sentence="You agreed.")
    agent.answer = Done(status=Status(
        state="recording", sentence=f"Recording Pad. {SECRET}", recording=True, interlocks=(lock,)
    ))  # fmt: skip
    assert run().stdout == f"Recording Pad. {SECRET}\n"


def test_not_running_means_not_recorded() -> None:
    done = run()
    assert done.exit_code == 5
    assert done.stderr.startswith("nodreel is not running, so nothing is recorded.")


def test_an_episode(recorded: Recorded) -> None:
    ledger(*HOUR)
    told = json.loads(run("--episode", recorded.episode.name, "--json").stdout)
    assert told["from"] < told["to"]
    assert run("--episode", recorded.episode.name).exit_code == 0


def test_no_such_episode(recorded: Recorded) -> None:
    done = run("--episode", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert done.exit_code == 3
    assert "nodreel list" in done.stderr


def test_only_one_question_at_a_time() -> None:
    assert run("--ago", "5s", "--at", "10:00").exit_code == 2


def test_nothing_in_the_ledger_reaches_the_terminal() -> None:
    ledger((600, "blocked", "context", "\x1b[2Jall is well\r\u202e"))
    assert all(line.isprintable() for line in run("--ago", "5s").stdout.splitlines())
