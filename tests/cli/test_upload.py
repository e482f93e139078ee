"""From release to deletion there, by the two commands, over a folder as the object store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli import upload as module
from nodreel.cli.checks import Finding, examine
from nodreel.cli.inbox import inbox
from nodreel.cli.main import main
from nodreel.clock import SystemClock
from nodreel.episode import open_episode
from nodreel.host.load import Surroundings
from nodreel.paths import default_paths
from nodreel.upload import visit
from tests.upload.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

COVERS = ["inbox"]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "inbox.key"


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"file://{tmp_path.resolve()}/store"


@pytest.fixture
def machine(store: str, key: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(visit, "metered", lambda: False)
    monkeypatch.setattr(visit, "surroundings", Surroundings)
    public = json.loads(run("inbox", "key", str(key), "--json").stdout)["inbox_key"]
    return Machine(default_paths(), public, to=store, clock=SystemClock())  # type: ignore[arg-type]


def run(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=text)


def said(*words: str) -> dict[str, object]:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_from_release_to_deletion_there(
    machine: Machine, store: str, key: Path, tmp_path: Path
) -> None:
    episode, held = machine.record(2), machine.record(1, release=False)
    plan = run("upload", "--dry-run")
    assert plan.exit_code == 0
    assert episode in plan.stdout
    assert held not in plan.stdout
    assert machine.here() == {episode, held}

    done = run("upload")
    assert "Sent, read back, deleted here: 1 episodes" in done.stdout
    assert machine.here() == {held}
    assert run("upload").stdout == "There is nothing to send.\n"

    assert said("inbox", "verify", store)["whole"] == [episode]
    assert said("inbox", "collect", store, str(tmp_path / "got"))["episodes"] == [episode]
    assert open_episode(tmp_path / "got" / episode).verify() == []

    machine.withdraw()
    assert "no answer yet" in run("upload").stdout
    dry = said("inbox", "sweep", store, "--key", str(key), "--dry-run")
    assert dry["dry_run"]
    swept = run("inbox", "sweep", store, "--key", str(key))
    assert swept.stdout == "1 tombstones: 2 objects deleted and confirmed gone.\n"
    assert "as its keeper signed: 2 objects" in run("upload").stdout
    left = {p.parent.name for p in (tmp_path / "store").rglob("*") if p.is_file()}
    assert left == {"tombstones", "answers"}


def test_what_nobody_can_read_is_told_and_deleted_when_the_keeper_says_so(
    machine: Machine, store: str, key: Path, tmp_path: Path
) -> None:
    machine.record(1)
    run("upload")
    machine.withdraw()
    run("upload")
    (tmp_path / "store" / "batches" / "x").write_bytes(b"noise")
    swept = run("inbox", "sweep", store, "--key", str(key))
    assert swept.exit_code == 3
    assert swept.stdout == "1 tombstones: 2 objects deleted.\n"
    assert "nothing is signed" in swept.stderr
    assert "no answer yet" in run("upload").stdout
    assert run("inbox", "sweep", store, "--key", str(key), "--damaged").exit_code == 0
    assert "as its keeper signed" in run("upload").stdout


def test_a_store_that_is_not_there_is_tried_again(machine: Machine, tmp_path: Path) -> None:
    machine.record(1)
    run("upload")
    machine.withdraw()
    (tmp_path / "store").rename(tmp_path / "away")
    (tmp_path / "store").write_text("no folder")
    done = run("upload")
    assert done.exit_code == 75
    assert "could not be asked for yet" in done.stdout
    told = json.loads(run("upload", "--json").stdout)["deletions"]
    assert told["unheard"] == list(told["open"])
    (tmp_path / "store").unlink()
    (tmp_path / "away").rename(tmp_path / "store")
    assert run("upload").exit_code == 0


def test_a_request_that_is_damaged_here_is_named_everywhere(machine: Machine) -> None:
    assert machine.grant
    machine.withdraw()
    (request,) = (machine.paths.data / "requests").glob("*.open")
    assert found()["deletion"].mark == "note"
    request.write_text("{}")
    done = run("upload")
    assert done.exit_code == 75
    assert f"cannot be asked: {request}" in done.stdout
    told = run("upload", "--json")
    assert json.loads(told.stdout)["deletions"]["unreadable"] == [str(request)]
    line = found()["deletion"]
    assert (line.mark, line.exit_code) == ("bad", 73)
    assert str(request) in line.sentence


def found() -> dict[str, Finding]:
    return {line.name: line for line in examine(default_paths(), SystemClock(), probe=False)}


def test_without_a_yes_it_says_so(store: str) -> None:
    done = run("upload")
    assert done.exit_code == 77
    done = run("upload", "--dry-run", "--json")
    assert json.loads(done.stderr)["error"]["code"] == "NoConsentError"


def test_credentials_go_into_the_keyring_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(module, "store_upload_credentials", lambda text: not kept.append(text))
    monkeypatch.setattr(module, "delete_upload_credentials", lambda: True)
    told = run("upload", "--credentials", text='{"access_key_id": "AK", "secret_access_key": "S"}')
    assert told.exit_code == 0
    assert json.loads(kept[0])["secret_access_key"] == "S"
    assert '"S"' not in told.output
    assert run("upload", "--credentials", text="{}}").exit_code == 75
    assert len(kept) == 1
    assert "out of your keyring" in run("upload", "--forget-credentials").stdout
    monkeypatch.setattr(module, "store_upload_credentials", lambda _: False)
    assert run("upload", "--credentials", text="{}").exit_code == 75


def test_damage_in_the_store_is_told_with_a_code(
    machine: Machine, store: str, tmp_path: Path
) -> None:
    machine.record(1)
    run("upload")
    (batch,) = (tmp_path / "store" / "batches").iterdir()
    batch.write_bytes(batch.read_bytes()[:-1] + b"x")
    done = run("inbox", "verify", store)
    assert done.exit_code == 3
    assert "Set aside" in done.stderr


@pytest.mark.parametrize("place", ["http://example.org", "s3://b/../c", "nowhere"])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    done = run("inbox", "verify", place)
    assert done.exit_code == 75
    assert "Traceback" not in done.output


def test_a_key_that_is_none_is_refused(store: str, tmp_path: Path) -> None:
    assert run("inbox", "sweep", store, "--key", str(tmp_path / "none")).exit_code == 73
    bad = tmp_path / "bad"
    bad.write_bytes(b"short")
    bad.chmod(0o600)
    assert run("inbox", "sweep", store, "--key", str(bad)).exit_code == 73


def test_each_command_explains_itself() -> None:
    for name in inbox.commands:
        assert run("inbox", name, "--help").exit_code == 0
    assert "Exit code 75" in run("upload", "--help").stdout
