"""One agent at a time; a dead one is no obstacle."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import StoreError
from nodreel.host import claim, holder

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys, pathlib
from nodreel.host import claim
mine = claim(pathlib.Path(sys.argv[1]))
print("held" if mine else "refused", flush=True)
sys.stdin.read()
"""


def other(path: Path) -> subprocess.Popen[str]:
    """Start another process that claims ``path`` and keeps it until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def answer(process: subprocess.Popen[str]) -> str:
    """Wait for what the other process says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_second_is_told_who_the_first_is(tmp_path: Path) -> None:
    lock = tmp_path / "agent.lock"
    mine = claim(lock)
    assert mine is not None
    with mine, other(lock) as second:
        assert answer(second) == "refused"
        second.communicate()
        assert holder(lock) == os.getpid()
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    with other(lock) as third:
        assert answer(third) == "held"
        third.communicate()


def test_a_killed_holder_is_taken_over(tmp_path: Path) -> None:
    lock = tmp_path / "agent.lock"
    with other(lock) as first:
        assert answer(first) == "held"
        assert claim(lock) is None
        assert holder(lock) == first.pid
        first.send_signal(signal.SIGKILL)
        first.wait()
        with claim(lock) or pytest.fail("a dead process still holds the lock"):
            assert holder(lock) == os.getpid()


def test_a_link_in_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "agent.lock").symlink_to(victim)
    with pytest.raises(StoreError, match=r"agent\.lock"):
        claim(tmp_path / "agent.lock")
    assert victim.read_text() == "precious"


def test_nobody_holds_what_is_not_there(tmp_path: Path) -> None:
    assert holder(tmp_path / "agent.lock") is None
    (tmp_path / "agent.lock").write_text("not a pid")
    assert holder(tmp_path / "agent.lock") is None


def test_the_lock_is_no_other_name_of_anothers_file(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "lock").hardlink_to(victim)
    with pytest.raises(StoreError, match="not a plain file"):
        claim(tmp_path / "lock")
    assert victim.read_text() == "mine"


def test_a_claim_that_was_deleted_is_none(tmp_path: Path) -> None:
    mine = claim(tmp_path / "lock")
    assert mine is not None
    with mine:
        assert mine.holds()
        (tmp_path / "lock").unlink()
        assert not mine.holds()
        other = claim(tmp_path / "lock")
        assert other is not None
        with other:
            assert other.holds()
            assert not mine.holds()
