from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.desktop.atspi import terminals
from nodreel.desktop.atspi.client import AtspiAccessibility
from nodreel.desktop.atspi.terminals import Asks, asks, descendants, is_terminal, started
from nodreel.events import Element, Nanos, Rect
from nodreel.scene import Field, Process, Verdict, Window
from tests.bed.waiting import wait_for
from tests.desktop.atspi.forms import APPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bed.bed import Bed
    from tests.bed.windows import Windows

PROMPT = str(APPS / "prompt.py")
HOST = """
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv[1:]])
seen = b""
while b"ready" not in seen:
    seen += os.read(fd, 100)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def host() -> Iterator[Callable[..., int]]:
    """Start a program with a pty of its own, as a terminal does; gives its pid."""
    made: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> int:
        process = subprocess.Popen(
            [sys.executable, "-c", HOST, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        made.append(process)
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        return process.pid

    yield start
    for process in made:
        for child in descendants(process.pid):
            os.kill(child, 9)
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("mode", "name", "found"),
    [
        ("open", "cat", Asks.OPENLY),
        ("hidden", "cat", Asks.SECRETLY),
        ("raw", "bash", Asks.OPENLY),
        ("raw", "ssh", Asks.SECRETLY),
        ("open", "sudo", Asks.SECRETLY),
        ("raw", "tmux: client", Asks.SECRETLY),
        ("raw", "mosh-client", Asks.SECRETLY),
    ],
)
def test_what_a_tty_says(host: Callable[..., int], mode: str, name: str, found: Asks) -> None:
    assert asks(host(PROMPT, mode, name)) is found


def test_blind_programs_count_in_terminals_only(host: Callable[..., int]) -> None:
    pid = host(PROMPT, "raw", "ssh")
    assert asks(pid, blind=False) is Asks.OPENLY
    assert asks(host(PROMPT, "hidden", "cat"), blind=False) is Asks.SECRETLY


def test_a_program_without_a_tty_asks_nothing() -> None:
    assert asks(os.getpid()) is Asks.NOTHING
    assert asks(2**22 + 1) is Asks.NOTHING


def test_a_terminal_inside_a_terminal_counts(host: Callable[..., int], tmp_path: Path) -> None:
    inner = tmp_path / "inner.py"
    inner.write_text(HOST)
    assert asks(host(str(inner), PROMPT, "hidden")) is Asks.SECRETLY


def test_the_terminal_a_program_was_started_from_is_not_its_own(host: Callable[..., int]) -> None:
    started_there = f"import subprocess; subprocess.run([{PROMPT!r}, 'hidden'])"
    pid = host("-c", started_there)
    assert asks(pid) is Asks.SECRETLY
    program, _ = descendants(pid)
    assert asks(program) is Asks.NOTHING


def test_a_tty_that_will_not_say_is_secret(
    host: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = host(PROMPT, "open", "cat")

    def refuse(path: str, _: int) -> int:
        raise PermissionError(path)

    monkeypatch.setattr(terminals.os, "open", refuse)
    monkeypatch.setattr(terminals, "_read", lambda path: Path(path).read_text())
    assert asks(pid) is Asks.SECRETLY


def test_names_of_terminals() -> None:
    assert is_terminal("/usr/bin/xterm", None)
    assert is_terminal("/usr/bin/python3.11", "/usr/bin/terminator")
    assert not is_terminal("/usr/bin/gedit", None)
    assert not is_terminal("", None)


def test_when_a_process_began() -> None:
    assert (started(os.getpid()) or 0) > 0
    assert started(2**22 + 1) is None


def test_a_real_terminal_is_unknown_and_secret_while_it_asks(
    on_bed: Bed, windows: Windows, tmp_path: Path
) -> None:
    turn = tmp_path / "turn"
    shell = f"while [ ! -e {turn} ]; do sleep 0.05; done; read -s answer"
    app = on_bed.start("xterm", "-T", "terminal", "-e", "bash", "-c", shell)
    seen = windows.wait("terminal", app.pid)
    fed: list[Field | Element] = []
    accessibility = AtspiAccessibility(fed.append)
    area = windows.area(seen.id)
    process = Process(app.pid, started(app.pid) or 0, "/usr/bin/xterm", trusted=True)
    front = Window(seen.id, area, area, process)
    accessibility.attend(front, Nanos(time.monotonic_ns()))
    wait_for(lambda: fed or None, "a verdict")

    def last() -> Field:
        found = fed[-1]
        assert isinstance(found, Field)
        return found

    wait_for(lambda: last().verdict is Verdict.UNKNOWN, "an open terminal")
    turn.touch()
    wait_for(lambda: last().verdict is Verdict.SECRET, "the prompt to be noticed", 3)
    assert last().rect == Rect(0, 0, 0, 0)
    accessibility.close()
    app.stop()
