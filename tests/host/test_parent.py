"""Who started a process: only what the kernel says, and nobody once that one is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from nodreel.host.parent import Born, parent_of


def start_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19])


def test_the_parent_of_a_child_is_the_one_who_started_it() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        assert parent_of(child.pid) == Born(os.getpid(), start_of(os.getpid()))
        child.kill()


def test_a_wrapper_that_becomes_the_host_stays_the_browsers_child() -> None:
    with subprocess.Popen(["sh", "-c", "exec sleep 60"]) as child:
        assert parent_of(child.pid) == Born(os.getpid(), start_of(os.getpid()))
        child.kill()


def test_a_name_cannot_forge_its_parent(tmp_path: Path) -> None:
    false = tmp_path / "x) S 1 1"
    false.symlink_to(sys.executable)
    code = "print('here', flush=True); input()"
    with subprocess.Popen(
        [false, "-Sc", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        found = parent_of(child.pid)
        child.kill()
    assert found is not None
    assert found.pid == os.getpid()


def test_nobody_is_the_parent_of_what_is_gone_or_of_init() -> None:
    with subprocess.Popen(["true"]) as child:
        child.wait()
    assert parent_of(child.pid) is None
    assert parent_of(1) is None
