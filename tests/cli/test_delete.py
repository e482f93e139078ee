from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli import delete as delete_module
from nodreel.cli.delete import delete
from nodreel.errors import ControlError, StoreError
from nodreel.ipc.wire import AskStatus, Delete, Done
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from tests.cli.recorded import Recorded


@pytest.mark.parametrize(
    "asked", [[], ["--all", "--last", "5m"], ["--from", "2026-01-01T10:00"], ["--last", "0m"]]
)
def test_one_thing_is_named(asked: list[str]) -> None:
    assert CliRunner().invoke(delete, [*asked, "--yes"]).exit_code == 2


@pytest.mark.parametrize("words", ["soon", "5", "-5m", "5w"])
def test_a_span_is_a_number_and_a_unit(words: str) -> None:
    assert "is no length of time" in CliRunner().invoke(delete, ["--last", words]).stderr


def test_it_asks_first_and_silence_is_no(recorded: Recorded) -> None:
    for answer in ("n\n", "", "\n"):
        result = recorded.run(delete, "--all", input=answer)
        assert result.exit_code == 1
        assert recorded.episode.exists()
    assert recorded.run(delete, "--all", input="y\n").exit_code == 0
    assert not recorded.episode.exists()


def test_an_episode_goes_without_consent_or_agent(recorded: Recorded) -> None:
    result = recorded.run(delete, "--episode", recorded.episode.name, "--yes", "--json")
    assert json.loads(result.stdout)["deleted"] == "Deleted 1 whole episode, for good."
    assert not recorded.episode.exists()
    assert '"deleted"' in default_paths().audit.read_text()
    result = recorded.run(delete, "--episode", recorded.episode.name, "--yes")
    assert isinstance(result.exception, StoreError)


def test_a_stretch_of_time_goes(recorded: Recorded) -> None:
    started = recorded.studio.clock.wall()
    assert started > 0
    early = ["--from", "2026-01-01T00:00", "--to", "2026-01-02T00:00"]
    assert "nothing to delete" in recorded.run(delete, *early, "--yes").stdout
    both = ["--from", "2026-01-01T00:00", "--to", "2036-01-02T00:00"]
    assert "whole episode" in recorded.run(delete, *both, "--yes").stdout
    assert not recorded.episode.exists()


def test_a_running_agent_deletes_itself(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def call(paths: object, message: object, timeout: float = 2.0) -> Done:
        asked.append(message)
        return Done(text="Deleted by the agent.")

    monkeypatch.setattr(delete_module, "call", call)
    result = recorded.run(delete, "--last", "5m", "--yes")
    assert result.stdout == "Deleted by the agent.\n"
    assert asked == [Delete(last_seconds=300)]
    assert recorded.episode.exists()
    stretch = ["--from", "2026-01-01T00:00", "--to", "2036-01-02T00:00"]
    assert isinstance(recorded.run(delete, *stretch, "--yes").exception, ControlError)
    assert asked[1:] == [AskStatus()]
    assert recorded.episode.exists()
