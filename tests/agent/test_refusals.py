"""What must not record does not, and says in one sentence what to do next."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import StoreError
from tests.agent.journey import POLICY, connected
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agent.journey import Journey


def forge(path: Path) -> None:
    text = path.read_text()
    path.write_text(text.replace('"uid":', '"uid":1', 1))


def tear(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize("harm", [forge, tear], ids=["of-somebody-else", "torn"])
def test_a_grant_that_is_not_valid_here_is_no_permission(journey: Journey, harm: object) -> None:
    journey.consent()
    assert callable(harm)
    harm(journey.paths.grant)
    agent = journey.agent()
    status = journey.until("blocked", "grant")
    assert "nodreel consent" in status.sentence, "it says what to do next"
    assert agent.pid not in connected(journey.bed)


def test_a_broken_policy_stops_and_names_file_and_line(journey: Journey) -> None:
    journey.consent()
    journey.write_policy(POLICY.replace("seal_s = 0.5", 'seal_s = "soon"'))
    agent = journey.agent()
    status = journey.until("blocked", "policy")
    assert "policy.toml, line" in status.sentence
    assert "seal_s" in status.sentence
    assert agent.pid not in connected(journey.bed)


def test_a_folder_that_cannot_be_written_ends_with_its_own_code(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    done = subprocess.run(
        [sys.executable, "-m", "nodreel.agent"],
        env=os.environ | {"NODREEL_HOME": str(locked / "n")},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == StoreError.exit_code
    assert "Permission denied" in done.stderr
    assert StoreError.advice in done.stderr


def test_without_a_desktop_it_says_so_and_goes_on_waiting(journey: Journey) -> None:
    journey.consent()
    journey.agent(env={"WAYLAND_DISPLAY": "wayland-0"})
    wait_for(lambda: "Xorg" in journey.until("blocked", "senses").sentence, "the advice")
