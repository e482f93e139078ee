from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.clock import WallNanos, iso
from nodreel.consent.requests import READY, REQUESTS
from nodreel.errors import NoConsentError, PolicyError, UploadError
from nodreel.events import SECOND
from tests.consent.clocks import DAY

if TYPE_CHECKING:
    from tests.upload.machine import Machine
    from tests.upload.memory import MemoryStore


def test_without_a_yes_nothing_is_sent(machine: Machine, memory: MemoryStore) -> None:
    machine.record(1)
    machine.paths.grant.unlink()
    with pytest.raises(NoConsentError):
        machine.send(memory)
    assert memory.log == []


def test_what_could_not_be_asked_back_is_not_sent(machine: Machine, memory: MemoryStore) -> None:
    machine.record(1)
    (request,) = (machine.paths.data / REQUESTS).glob(f"*{READY}")
    request.unlink()
    with pytest.raises(NoConsentError, match="no request to delete it"):
        machine.send(memory)
    assert memory.log == []


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ("max_kib_s = 1000000\n", PolicyError, "wider than what you agreed to"),
        ("battery = true\n", PolicyError, "wider than what you agreed to"),
    ],
)
def test_a_wider_policy_sends_nothing(
    machine: Machine, memory: MemoryStore, more: str, error: type[Exception], words: str
) -> None:
    machine.record(1)
    machine.more = more
    machine.write_policy()
    with pytest.raises(error, match=words):
        machine.send(memory)
    assert memory.log == []


def test_what_an_order_has_deleted_is_not_sent_before_that_is_done(
    machine: Machine, memory: MemoryStore
) -> None:
    machine.record(1)
    text = machine.paths.policy.read_text()
    for wall, passes in ((machine.clock.wall() + DAY, True), (machine.clock.wall(), False)):
        machine.write_policy(f'revoked_before = "{iso(WallNanos(wall + SECOND))[:19]}Z"\n{text}')
        machine.clock.pass_time(2 * SECOND)
        if passes:
            assert machine.permit()
    with pytest.raises(NoConsentError, match="has ended all consents"):
        machine.send(memory)
    assert memory.log == []


@pytest.mark.parametrize("change", ["suspended", "no place", "off", "nonsense"])
def test_who_narrows_stops_it(machine: Machine, memory: MemoryStore, change: str) -> None:
    machine.record(1)
    text = machine.paths.policy.read_text()
    own = machine.paths.config / "preferences.toml"
    match change:
        case "suspended":
            machine.write_policy("suspended = true\n" + text)
        case "no place":
            machine.write_policy(text.partition("\n[upload]")[0])
        case "off":
            own.write_text("[upload]\noff = true\n")
        case _:
            own.write_text("[upload]\nfaster = true\n")
    with pytest.raises(UploadError, match="Nothing is sent") as told:
        machine.send(memory)
    assert not told.value.again
    assert memory.log == []
