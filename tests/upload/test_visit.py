from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from nodreel.consent.requests import requests
from nodreel.errors import NoConsentError, UploadError
from nodreel.host.load import Surroundings
from nodreel.policy import Upload
from nodreel.upload import visit as module
from nodreel.upload.sweep import sweep
from nodreel.upload.visit import look_ahead, reach_store, visit
from tests.upload.conftest import INBOX

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.upload.visit import Visit
    from tests.upload.machine import Machine
    from tests.upload.memory import MemoryStore


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """On mains, over a connection that costs nothing; and nobody waits."""
    monkeypatch.setattr(module, "metered", lambda: False)
    monkeypatch.setattr(module, "surroundings", Surroundings)
    monkeypatch.setattr(module.time, "sleep", lambda _: None)


def go(machine: Machine, memory: MemoryStore) -> Visit:
    return visit(machine.paths, machine.clock, lambda *_: None, lambda _: memory)


def test_a_visit_sends_and_notes_it_without_names(machine: Machine, memory: MemoryStore) -> None:
    episode = machine.record(2)
    done = go(machine, memory)
    assert done.outcome.sent == [episode]
    (line,) = [line for line in machine.paths.audit.read_text().splitlines() if '"sent"' in line]
    assert json.loads(line)["data"] == {"episodes": 1, "segments": 2}
    assert episode not in line


def test_by_itself_nothing_is_sent_unless_terms_and_person_let_it(
    machine: Machine, memory: MemoryStore
) -> None:
    def by_itself() -> Visit:
        return visit(
            machine.paths, machine.clock, lambda *_: None, lambda _: memory, scheduled=True
        )

    machine.more = "automatic = true\n"
    machine.record(1)
    own = machine.paths.config / "preferences.toml"
    own.write_text("[upload]\nautomatic = false\n")
    assert "when you say so" in str(by_itself().outcome.waits)
    assert memory.log == []
    own.unlink()
    assert len(by_itself().outcome.sent) == 1
    machine.record(1)
    machine.write_policy(machine.paths.policy.read_text().replace("automatic = true\n", ""))
    assert "when you say so" in str(by_itself().outcome.waits)
    assert len(go(machine, memory).outcome.sent) == 1


def test_a_withdrawal_is_carried_out_without_a_consent(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(2)
    go(machine, memory)
    machine.withdraw()
    assert [asked.objects for asked in go(machine, memory).asked] == [None]
    sweep(memory, INBOX)
    assert [asked.objects for asked in go(machine, memory).asked] == [2]
    assert '"deletion_confirmed"' in machine.paths.audit.read_text()
    with pytest.raises(NoConsentError):
        go(machine, memory)


@pytest.mark.parametrize(
    ("what", "value", "words"),
    [("surroundings", lambda: Surroundings(battery=0.8), "battery"),
     ("metered", lambda: True, "volume")],
)  # fmt: skip
def test_at_a_bad_moment_nothing_is_sent_and_nothing_asked(  # noqa: PLR0917
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch,
    what: str, value: object, words: str,
) -> None:  # fmt: skip
    machine.record(1)
    monkeypatch.setattr(module, what, value)
    done = go(machine, memory)
    assert words in str(done.outcome.waits)
    assert memory.log == []
    plan = look_ahead(machine.paths, machine.clock)
    assert words in str(plan.waits)


def test_a_moment_that_turns_bad_ends_it(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.record(1)
    asked = iter([False, False, False])
    monkeypatch.setattr(module, "metered", lambda: next(asked, True))
    assert "volume" in str(go(machine, memory).outcome.waits)
    assert memory.keys("manifests") == []


def test_a_deletion_is_asked_for_at_a_bad_moment_too(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.record(1)
    go(machine, memory)
    machine.withdraw()
    monkeypatch.setattr(module, "metered", lambda: True)
    assert len(go(machine, memory).asked) == 1
    assert len(memory.keys("tombstones")) == 1


def test_looking_ahead_asks_nobody_and_changes_nothing(machine: Machine) -> None:
    episode, held = machine.record(2), machine.record(1, release=False)
    before = sorted(p.name for p in machine.paths.data.rglob("*"))
    plan = look_ahead(machine.paths, machine.clock)
    assert [e.id for e in plan.waiting] == [episode]
    assert plan.waiting[0].bytes > 0
    assert sorted(p.name for p in machine.paths.data.rglob("*")) == before
    assert machine.held() == [held]


def test_two_visits_at_once_are_one(machine: Machine, memory: MemoryStore) -> None:
    machine.record(1)
    with (
        FileLock(machine.paths.data / "upload.lock", mode=0o600),
        pytest.raises(UploadError, match="already"),
    ):
        go(machine, memory)
    assert memory.log == []


def test_another_place_in_the_middle_ends_it(
    machine: Machine, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.record(1)
    real, count = module.permit, iter(range(100))

    def moved(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        if next(count) < 2:
            return found
        upload = found.upload.model_copy(update={"to": "s3://elsewhere"})
        return type(found)(found.grant, upload)

    monkeypatch.setattr(module, "permit", moved)
    assert "another place" in str(go(machine, memory).outcome.waits)
    assert memory.keys("manifests") == []


def test_an_authority_that_others_can_write_is_not_believed(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("x")
    ca.chmod(0o666)
    upload = Upload(to="s3://b", inbox_key="ab" * 32, ca=str(ca))
    with pytest.raises(UploadError, match="authority"):
        reach_store(upload)


def test_what_a_withdrawal_leaves_open_is_shown_ahead(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(1)
    go(machine, memory)
    machine.withdraw()
    assert len(requests(machine.paths, "open")) == 1
    assert machine.grant  # a new yes
    assert look_ahead(machine.paths, machine.clock).open_requests == 1
