"""Quit stays quit, a pause stays a pause, and what cannot be read means off."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import WallNanos
from nodreel.consent.switches import (
    FOREVER,
    STOPPED,
    KeptSwitches,
    Switches,
    read_switches,
    write_switches,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = WallNanos(1_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "private" / "state"


@pytest.mark.parametrize(
    "switches", [Switches(), STOPPED, Switches(paused_until=WallNanos(5)), Switches(stopped=True)]
)
def test_what_was_written_is_read(folder: Path, switches: Switches) -> None:
    folder.parent.mkdir(mode=0o700)
    write_switches(folder, switches)
    assert read_switches(folder) == switches


def test_nothing_written_means_neither_stopped_nor_paused(folder: Path) -> None:
    assert read_switches(folder) == Switches()


@pytest.mark.parametrize(
    "junk",
    [b"", b"{}", b"[1]", b"null", b'{"stopped": 1, "paused_until": null}', b"\xff" * 9000,
     b'{"stopped": false, "paused_until": "no"}', b'{"stopped": false}'],
)  # fmt: skip
def test_junk_means_off(folder: Path, junk: bytes) -> None:
    folder.mkdir(parents=True, mode=0o700)
    (folder / "switches.json").write_bytes(junk)
    assert read_switches(folder) == STOPPED


def test_a_pause_ends_at_its_time_or_never() -> None:
    assert not Switches().paused(NOW)
    assert Switches(paused_until=WallNanos(1_001)).paused(NOW)
    assert not Switches(paused_until=NOW).paused(NOW)
    assert Switches(paused_until=FOREVER).paused(NOW)


def test_a_link_in_its_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o700)
    victim = tmp_path / "victim"
    mine = '{"stopped": false, "paused_until": null}'
    victim.write_text(mine)
    victim.chmod(0o600)
    for name in (f".switches.json.{os.getpid()}.tmp", "switches.json"):
        (folder / name).symlink_to(victim)
    assert read_switches(folder) == STOPPED
    write_switches(folder, Switches())
    assert victim.read_text() == mine
    assert read_switches(folder) == Switches()


def test_a_fifo_in_its_place_means_off_and_is_not_waited_for(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    os.mkfifo(folder / "switches.json", 0o600)
    assert read_switches(folder) == STOPPED


def test_what_is_kept_in_memory_follows_the_file(folder: Path, tmp_path: Path) -> None:
    folder.parent.mkdir(mode=0o700)
    kept = KeptSwitches(folder)
    assert kept.read() == Switches()
    for switches in (STOPPED, Switches(), Switches(paused_until=WallNanos(7))):
        write_switches(folder, switches)
        assert kept.read() == kept.read() == switches
    file = folder / "switches.json"
    linked = tmp_path / "linked"
    file.rename(linked)
    file.symlink_to(linked)
    assert kept.read() == STOPPED
    file.unlink()
    assert kept.read() == Switches()
