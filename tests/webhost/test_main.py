"""The native host as a browser runs it: answers, ends with the line, never speaks out of turn."""

from __future__ import annotations

import signal
import struct
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nodreel.ipc import web
from nodreel.webhost.framing import read, write
from nodreel.webhost.main import BAD_MESSAGE
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.webhost.conftest import StandIn

REPORT: dict[str, object] = {"do": "web_report", "seq": 1, "sent_ms": 5, "since_ms": 4}


@contextmanager
def host() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-m", "nodreel.webhost"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def ask(process: subprocess.Popen[bytes], message: dict[str, object]) -> dict[str, object] | None:
    assert process.stdin
    assert process.stdout
    write(process.stdin, message)  # type: ignore[arg-type]
    return read(process.stdout)  # type: ignore[arg-type]


def silent_end(process: subprocess.Popen[bytes]) -> int:
    out, err = process.communicate(timeout=20)
    assert out == err == b""
    return process.returncode


def test_it_answers_and_says_goodbye_at_the_end(agent: StandIn) -> None:
    with host() as process:
        answer = ask(process, REPORT)
        assert answer is not None
        assert answer["re"] == "web_report"
        assert agent.pids == [process.pid]
        assert silent_end(process) == 0
    assert agent.said[1:] == [web.WebGone()]


def test_a_hostile_browser_ends_it_and_closes_itself(agent: StandIn) -> None:
    with host() as process:
        ask(process, REPORT)
        assert process.stdin
        process.stdin.write(struct.pack("=I", 1 << 30))
        assert silent_end(process) == BAD_MESSAGE
    assert agent.said[1:] == [web.WebGone()]


def test_told_to_end_it_says_goodbye(agent: StandIn) -> None:
    with host() as process:
        ask(process, REPORT)
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: process.poll() == 0, "the host to end")
        assert silent_end(process) == 0
    assert agent.said[1:] == [web.WebGone()]


def test_it_outlives_an_agent_that_is_not_there() -> None:
    with host() as process:
        for _ in range(3):
            assert ask(process, REPORT) == {"re": "web_report", "web": {"allowed": False}}


def test_it_is_small() -> None:
    """A browser waits for it at its start; what takes long to import stays out."""
    told = "import sys, nodreel.webhost.main; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert not {"pydantic", "numpy", "click", "cryptography", "xcffib"} & set(found.stdout.split())
