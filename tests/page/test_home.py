"""The first page and what belongs to it: how things are, and each way to take something back."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.consent import Ledger, current_state
from nodreel.consent.state import State
from nodreel.consent.switches import NOT_STARTED, Switches, read_switches, write_switches
from nodreel.host import private_dir
from nodreel.ipc.wire import AskStatus, Delete, Done, Pause, Resume, Status, Stop, Withdraw
from nodreel.policy import load_policy
from tests.cli.agent import WAITING, Agent, listening
from tests.consent.yes import agree
from tests.episode.studio import Studio, key
from tests.page.conftest import Client, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.paths import Paths

PAUSED = Done(status=Status(state="paused", sentence="You paused."))


@pytest.fixture
def agent(paths: Paths) -> Iterator[Agent]:
    with listening() as made:
        yield made


@pytest.fixture
def yes(paths: Paths) -> None:
    agree(paths, SystemClock(), load_policy(paths).policy)


def heard(agent: Agent) -> list[object]:
    return [message for message in agent.heard if not isinstance(message, AskStatus)]


def test_without_a_yes_it_leads_to_the_terms(client: Client) -> None:
    told = words(client.get("/").body)
    assert "not running, so nothing is recorded" in told
    assert "Read the terms and decide" in told
    assert "Withdraw" not in told


@pytest.mark.usefixtures("yes")
def test_it_says_how_things_are_and_offers_what_is_possible(client: Client, agent: Agent) -> None:
    told = words(client.get("/").body)
    assert WAITING.sentence in told
    assert "Last saved 3 s ago" in told
    assert "Pause 1 hour" in told
    assert "Resume" not in told.replace("Pause until I resume", "")
    agent.answer = PAUSED
    told = words(client.get("/").body)
    assert "Resume" in told
    assert "Pause 1 hour" not in told


@pytest.mark.usefixtures("yes")
def test_each_button_says_one_thing_to_the_agent(client: Client, agent: Agent) -> None:
    for where, fields in (
        ("/pause", {"minutes": "15"}), ("/pause", {}), ("/resume", {}), ("/stop", {}),
    ):  # fmt: skip
        assert client.post(where, **fields).status == 303
    assert heard(agent) == [Pause(minutes=15), Pause(), Resume(), Stop()]


@pytest.mark.usefixtures("yes")
def test_an_agent_that_idles_is_started_and_not_a_second_one(
    client: Client, agent: Agent, paths: Paths
) -> None:
    write_switches(paths.state, NOT_STARTED)
    assert "Start" in words(client.get("/").body)
    assert client.post("/start").status == 303
    assert heard(agent) == [Resume()]
    assert read_switches(paths.state) == Switches()
    assert "Pause 1 hour" in words(client.get("/").body)
    assert not (paths.state / "agent.err").exists()


def test_no_form_starts_anything_without_a_yes(client: Client, paths: Paths) -> None:
    told = client.post("/start")
    assert told.status == 409
    assert not (paths.state / "agent.err").exists()


@pytest.mark.usefixtures("yes")
def test_withdrawing_is_one_click_and_asks_about_the_rest_afterwards(
    client: Client, agent: Agent, paths: Paths
) -> None:
    assert client.post("/withdraw").status == 303
    assert not paths.grant.exists()
    assert heard(agent) == [Withdraw(stored="later")]
    told = words(client.get("/").body)
    assert "You have withdrawn" in told
    assert "Delete it now" in told
    assert client.post("/withdraw", stored="delete").status == 303
    assert "You have withdrawn" not in words(client.get("/").body)
    state = current_state(paths, SystemClock(), load_policy(paths).policy)
    assert state is State.WITHDRAWN
    assert Ledger(paths.audit, SystemClock()).verify().lines > 1


def test_what_is_recorded_at_most_is_the_terms(client: Client) -> None:
    told = words(client.get("/recorded").body)
    assert "What is never recorded" in told
    assert "Team wiki" in told


def test_this_moment_is_explained(client: Client, agent: Agent, paths: Paths) -> None:
    line = (
        '{"from": 0, "to": 5000000000, "wall": "%s", "boot": "b", "state": "blocked",'
        ' "why": "context", "says": "<b>The app in front</b>"}\n'
    )
    from nodreel.clock import iso

    paths.coverage.write_text(line % iso(SystemClock().wall()))
    body = client.get("/explain").body
    assert "The app in front is not designated." in body
    assert "&lt;b&gt;The app in front" in body
    assert "<b>" not in body


@pytest.mark.usefixtures("yes")
def test_the_last_minutes_are_deleted_by_the_agent(client: Client, agent: Agent) -> None:
    assert "Delete the last 5 minutes" in words(client.get("/").body)
    agent.answer = Done(text="Deleted: 2 segments.")
    assert "Deleted: 2 segments." in words(client.post("/delete", minutes="5").body)
    assert heard(agent) == [Delete(last_seconds=300)]


@pytest.mark.parametrize("minutes", ["-1", "x", "", "nan", "1e12"])
def test_what_is_no_number_of_minutes_deletes_nothing(
    client: Client, agent: Agent, minutes: str
) -> None:
    assert client.post("/delete", minutes=minutes).status == 409
    assert heard(agent) == []


def test_without_an_agent_the_pages_delete_by_themselves(client: Client, paths: Paths) -> None:
    studio = Studio(private_dir(paths.episodes))
    episode = studio.record([key(0), key(1, press=False)])
    local = json.loads((episode / "local.json").read_text())
    (episode / "local.json").write_text(json.dumps(local | {"wall": time.time_ns() - 10**10}))
    assert client.post("/delete", minutes="5").status == 200
    assert not episode.exists()
