"""Which app a process is: only what the operating system vouches for counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nodreel.gate.apps import designated
from nodreel.policy import DesignatedApp
from nodreel.scene import Process
from tests.scenes import APPS, PAD, PROCESSES

SCRIPT = DesignatedApp(
    id="tool", name="Tool", exe="/usr/bin/python3.11", script="/opt/tool/main.py"
)
RUNS_TOOL = Process(
    7, 1, "/usr/bin/python3.11", trusted=True, script="/opt/tool/main.py", script_trusted=True
)


def test_the_exact_trusted_binary_is_designated() -> None:
    assert designated(PROCESSES["pad"], APPS) is PAD


@pytest.mark.parametrize(
    "process",
    [
        None,
        replace(PROCESSES["pad"], exe=""),
        replace(PROCESSES["pad"], exe="/tmp/pad"),
        replace(PROCESSES["pad"], exe="/usr/bin/pad (deleted)"),
        replace(PROCESSES["pad"], trusted=False),
        replace(PROCESSES["pad"], script="/home/x/evil.py"),
    ],
)
def test_anything_else_is_not(process: Process | None) -> None:
    assert designated(process, APPS) is None


def test_an_interpreter_needs_its_script_and_the_script_must_be_trusted() -> None:
    assert designated(RUNS_TOOL, (SCRIPT,)) is SCRIPT
    assert designated(replace(RUNS_TOOL, script_trusted=False), (SCRIPT,)) is None
    assert designated(replace(RUNS_TOOL, script="/tmp/main.py"), (SCRIPT,)) is None
    assert designated(replace(RUNS_TOOL, script=None), (SCRIPT,)) is None


def test_a_pinned_binary_must_have_that_hash() -> None:
    pinned = PAD.model_copy(update={"sha256": "ab" * 32})
    assert designated(PROCESSES["pad"], (pinned,)) is None
    assert designated(PROCESSES["pad"], (pinned,), lambda _: "ab" * 32) is pinned
    assert designated(PROCESSES["pad"], (pinned,), lambda _: "cd" * 32) is None
