"""What the doctor sees, one check at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.cli import checks
from nodreel.cli.checks import Finding, examine
from nodreel.clock import SystemClock
from nodreel.errors import DiskFullError, NoConsentError, PolicyError, StoreError, UnsupportedError
from nodreel.paths import default_paths
from tests.bed.fixtures import bed, on_bed

if TYPE_CHECKING:
    from tests.bed.bed import Bed
    from tests.cli.agent import Agent

__all__ = ["bed", "on_bed"]


def found(*, probe: bool = False) -> dict[str, Finding]:
    return {line.name: line for line in examine(default_paths(), SystemClock(), probe=probe)}


def test_on_a_fresh_machine_it_makes_nothing_and_says_what_comes_next() -> None:
    lines = found()
    paths = default_paths()
    assert not paths.data.exists()
    assert not paths.runtime.exists()
    assert {name for name, line in lines.items() if line.mark == "bad"} == {
        "policy", "consent", "display",
    }  # fmt: skip
    assert lines["policy"].exit_code == PolicyError.exit_code
    assert lines["consent"].exit_code == NoConsentError.exit_code
    assert lines["display"].exit_code == UnsupportedError.exit_code
    assert all(line.advice for line in lines.values() if line.mark == "bad")


def test_an_open_folder_is_named_with_the_way_to_close_it() -> None:
    data = default_paths().data
    data.mkdir(parents=True)
    data.chmod(0o755)
    line = found()["data"]
    assert (line.mark, line.exit_code) == ("bad", StoreError.exit_code)
    assert "chmod 700" in line.advice


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "free_bytes", lambda _: checks.FLOOR - 1)
    assert found()["disk"].exit_code == DiskFullError.exit_code


def test_the_x_server_is_not_asked_before_consent(
    on_bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_probed", lambda: pytest.fail("asked"))
    line = found()["display"]
    assert line.mark == "note"
    assert "--probe" in line.advice


def test_asked_to_it_asks(on_bed: Bed) -> None:
    assert found(probe=True)["display"].mark == "ok"


def test_a_display_that_is_gone_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    line = found(probe=True)["display"]
    assert (line.mark, line.exit_code) == ("bad", UnsupportedError.exit_code)


def test_without_a_keyring_recording_still_works() -> None:
    line = found()["keyring"]
    assert line.mark == "note"
    assert "recording works" in line.sentence


def test_the_agents_own_sentence_is_passed_on(agent: Agent) -> None:
    line = found()["agent"]
    assert (line.mark, line.sentence) == ("ok", "The app in front is not designated.")
