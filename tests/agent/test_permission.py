"""Permission: every reason to stop is found, said in words, and none is ever overlooked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.permission import Permission, stamps
from nodreel.clock import SystemClock, WallNanos
from nodreel.consent import withdraw
from nodreel.consent.switches import (
    FOREVER,
    NOT_STARTED,
    STOPPED,
    Switches,
    read_switches,
    write_switches,
)
from nodreel.errors import DiskFullError, GrantError, NoConsentError, StoreError
from nodreel.events import SECOND, Nanos
from nodreel.policy import load_policy
from tests.agent.journey import POLICY, make_paths
from tests.bed.waiting import wait_for
from tests.consent.yes import agree

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths

KEY = "age1hac4prw3lpszx9t2hz8pgkl97xwx727vmd453y73342zh7mgl53sjkta8k"


class Turned(SystemClock):
    """The machine's clock, moved by as much as a test says."""

    ahead = 0

    def mono(self) -> Nanos:
        return Nanos(super().mono() + self.ahead)

    def wall(self) -> WallNanos:
        return WallNanos(super().wall() + self.ahead)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return make_paths(tmp_path / "n")


@pytest.fixture
def clock() -> Turned:
    return Turned()


def write(paths: Paths, text: str) -> None:
    paths.policy.write_text(text.replace("{key}", KEY))


@pytest.fixture
def permission(paths: Paths, clock: Turned) -> Permission:
    write(paths, POLICY)
    agree(paths, clock, load_policy(paths).policy)
    made = Permission(paths, clock)
    assert made.why_no_grant() is None
    return made


def test_without_a_grant_there_is_no_permission(paths: Paths, clock: Turned) -> None:
    permission = Permission(paths, clock)
    with pytest.raises(NoConsentError):
        permission.why_no_grant()
    assert permission.grant is None
    assert permission.why_policy() is not None


def test_a_withdrawn_grant_is_noticed_at_the_next_look(
    permission: Permission, paths: Paths, clock: Turned
) -> None:
    assert permission.why_no_grant() is None
    withdraw(paths, clock, stored="keep")
    with pytest.raises(NoConsentError):
        permission.why_no_grant()
    assert permission.grant is None


def test_an_expired_grant_is_noticed_at_the_next_look(
    permission: Permission, clock: Turned
) -> None:
    clock.ahead = 181 * 86_400 * SECOND
    with pytest.raises(GrantError):
        permission.why_no_grant()


def test_a_pause_that_the_disk_does_not_take_holds_and_is_written_when_it_does(
    permission: Permission, paths: Paths
) -> None:
    write_switches(paths.state, Switches())
    paths.state.chmod(0o500)
    with pytest.raises(StoreError):
        permission.switch(Switches(paused_until=FOREVER))
    assert permission.why_paused() == "Paused until you resume."
    assert read_switches(paths.state) == Switches()
    paths.state.chmod(0o700)
    assert permission.why_paused() == "Paused until you resume."
    assert read_switches(paths.state) == Switches(paused_until=FOREVER)
    paths.state.chmod(0o500)
    with pytest.raises(StoreError):
        permission.switch(Switches())
    assert permission.why_paused() == "Paused until you resume.", "on is only what is on disk"
    paths.state.chmod(0o700)


def test_pause_and_stop_say_until_when(permission: Permission, paths: Paths, clock: Turned) -> None:
    assert permission.why_paused() is None
    write_switches(paths.state, Switches(paused_until=FOREVER))
    assert permission.why_paused() == "Paused until you resume."
    write_switches(paths.state, Switches(paused_until=WallNanos(clock.wall() + 60 * SECOND)))
    assert (permission.why_paused() or "").startswith("Paused until ")
    clock.ahead = 61 * SECOND
    assert permission.why_paused() is None
    write_switches(paths.state, replace(STOPPED, paused_until=None))
    assert "nodreel start" in (permission.why_paused() or "")
    permission.for_test = True
    assert permission.why_paused() is None
    write_switches(paths.state, replace(NOT_STARTED, paused_until=FOREVER))
    assert permission.why_paused(), "a stop holds for a test, too"
    write_switches(paths.state, replace(STOPPED, paused_until=WallNanos(1)))
    assert "stopped" in (permission.why_paused() or "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[limits]", "[limits]\ndevice_days = 30"), "asks for more"),
        (("version = 1", "version = 1\nsuspended = true"), "suspended"),
        (("version = 1", "version = nonsense"), "policy.toml"),
    ],
)
def test_a_policy_that_changed_is_noticed_within_seconds(
    permission: Permission, paths: Paths, clock: Turned, change: tuple[str, str], words: str
) -> None:
    assert permission.why_policy() is None
    write(paths, POLICY.replace(*change))
    clock.ahead = 3 * SECOND
    assert words in (permission.why_policy() or "")
    assert permission.policy is None
    write(paths, POLICY)
    clock.ahead = 6 * SECOND
    assert permission.why_policy() is None


def test_a_narrower_policy_is_the_one_in_force(
    permission: Permission, paths: Paths, clock: Turned
) -> None:
    assert permission.why_policy() is None
    write(paths, POLICY.replace('"pointer", "keys", ', ""))
    clock.ahead = 3 * SECOND
    assert permission.why_policy() is None
    assert permission.policy is not None
    assert [str(k) for k in permission.policy.kinds] == ["screen", "titles"]


def test_a_store_that_broke_is_tried_again_after_a_while(
    permission: Permission, clock: Turned
) -> None:
    assert permission.why_disk() is None
    permission.store_broke(StoreError("It broke."))
    with pytest.raises(StoreError, match="It broke"):
        permission.why_disk()
    clock.ahead = 6 * SECOND
    assert permission.why_disk() is None


def test_quota_and_floor_stop_recording(
    permission: Permission, paths: Paths, clock: Turned
) -> None:
    permission.over_quota = True
    assert "share of the disk" in (permission.why_disk() or "")
    permission.over_quota = False
    withdraw(paths, clock, stored="keep")
    write(paths, POLICY.replace("disk_floor_mb = 1", "disk_floor_mb = 1000000"))
    agree(paths, clock, load_policy(paths).policy)
    strict = Permission(paths, clock)
    assert strict.why_no_grant() is None
    with pytest.raises(DiskFullError):
        strict.why_disk()


def test_a_policy_that_became_narrower_narrows_the_limits(
    permission: Permission, paths: Paths, clock: Turned
) -> None:
    assert permission.why_policy() is None
    assert permission.why_disk() is None
    narrower = "disk_floor_mb = 1000000\nundo_hours = 100\nquota_mb = 100"
    write(paths, POLICY.replace("disk_floor_mb = 1", narrower))
    clock.ahead += 3 * SECOND
    assert permission.why_policy() is None
    assert permission.limits is not None
    assert (permission.limits.undo_hours, permission.limits.quota_mb) == (100, 100)
    with pytest.raises(DiskFullError):
        permission.why_disk()
    write(paths, POLICY.replace("disk_floor_mb = 1", "disk_floor_mb = 1\ndevice_days = 300"))
    clock.ahead += 3 * SECOND
    assert permission.why_policy() is not None
    assert permission.limits.device_days < 300, "what was not agreed to counts for nothing"


def test_a_policy_file_that_stays_as_it_is_is_read_once(
    permission: Permission, paths: Paths, clock: Turned, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for(lambda: stamps(paths) == stamps(paths), "a file that is no longer young")
    assert permission.why_policy() is None
    monkeypatch.setattr("nodreel.agent.permission.load_policy", None)
    for _ in range(5):
        clock.ahead += 3 * SECOND
        assert permission.why_policy() is None
