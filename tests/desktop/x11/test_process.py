from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.x11.process import read_process
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.scene import Process


@pytest.fixture
def run() -> Iterator[Callable[..., int]]:
    """Starts a program and returns its pid once it says so (prints a line)."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> int:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE)
        started.append(process)
        return process.pid

    yield start
    for process in started:
        process.kill()
        process.communicate()


def becomes(pid: int, exe: str, script: str | None = None) -> Process:
    """Wait for exec: a child is first a copy of its parent, which may run the same file."""

    def there() -> Process | None:
        process = read_process(pid)
        return process if process and (process.exe, process.script) == (exe, script) else None

    return wait_for(there, f"{pid} to be {exe} {script or ''}")


def test_a_packaged_program_is_trusted(run: Callable[..., int]) -> None:
    process = becomes(run("/usr/bin/sleep", "100"), "/usr/bin/sleep")
    assert process.trusted
    assert process.script is None
    assert process.start > 0


def test_nobody_is_nobody() -> None:
    assert read_process(2**22 - 1) is None


def test_a_copy_is_not_the_program(run: Callable[..., int], tmp_path: Path) -> None:
    copy = tmp_path / "mousepad"
    shutil.copy("/usr/bin/sleep", copy)
    assert not becomes(run(str(copy), "100"), str(copy)).trusted


def test_a_name_on_the_command_line_counts_for_nothing(run: Callable[..., int]) -> None:
    process = becomes(
        run("bash", "-c", "exec -a /usr/bin/mousepad /usr/bin/sleep 100"), "/usr/bin/sleep"
    )
    assert process.trusted


def test_an_upgraded_program_keeps_its_name(run: Callable[..., int], tmp_path: Path) -> None:
    copy = tmp_path / "old"
    shutil.copy("/usr/bin/sleep", copy)
    pid = run(str(copy), "100")
    becomes(pid, str(copy))
    copy.unlink()
    process = read_process(pid)
    assert process is not None
    assert process.exe == str(copy)
    assert not process.trusted  # not root's


def test_a_name_borrowed_by_a_mount_of_ones_own_is_not_trusted(run: Callable[..., int]) -> None:
    """In a mount namespace any file can carry any name; /proc tells that name."""
    script = "mount --bind /usr/bin/sleep /usr/bin/xterm && exec /usr/bin/xterm 100"
    pid = run("unshare", "-rm", "sh", "-c", script)
    process = becomes(pid, "/usr/bin/xterm")
    assert not process.trusted


def test_exec_keeps_the_pid_and_changes_the_program(run: Callable[..., int]) -> None:
    pid = run("/usr/bin/bash", "-c", "read -r _; exec /usr/bin/sleep 100")
    before = becomes(pid, os.path.realpath("/usr/bin/bash"))
    with Path(f"/proc/{pid}/fd/0").open("wb") as stdin:
        stdin.write(b"\n")
    after = becomes(pid, "/usr/bin/sleep")
    assert (after.pid, after.start) == (before.pid, before.start)


@pytest.mark.parametrize(
    ("arguments", "script"),
    [
        (["{script}"], True),
        (["-u", "-X", "dev", "{script}", "--option"], True),
        (["-c", "import time; time.sleep(100)"], False),
        (["-m", "http.server", "--help", "-"], False),
    ],
)
def test_an_interpreter_is_told_by_its_script(
    run: Callable[..., int], tmp_path: Path, arguments: list[str], *, script: bool
) -> None:
    file = tmp_path / "app.py"
    file.write_text("import time\ntime.sleep(100)\n")
    pid = run("/usr/bin/python3", *(a.format(script=file) for a in arguments))
    exe = os.path.realpath("/usr/bin/python3")
    process = becomes(pid, exe, str(file) if script else None)
    assert process.trusted
    assert not process.script_trusted  # it is not root's


def test_a_script_of_roots_is_trusted(run: Callable[..., int]) -> None:
    script = str(next(Path("/usr/lib").glob("python3.*/this.py")))
    pid = run("/usr/bin/python3", "-i", script)
    process = becomes(pid, os.path.realpath("/usr/bin/python3"), script)
    assert process.script_trusted


def test_a_program_of_somebody_else_is_not_ours() -> None:
    init = read_process(1)
    assert init is not None
    assert not init.trusted


def test_this_very_process() -> None:
    me = read_process(os.getpid())
    assert me is not None
    assert me.exe == os.path.realpath(sys.executable)
