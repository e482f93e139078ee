"""Runs pytest in forks of one process that has imported already what every run would import anew.

``python -m tests.forks`` reads a run a line, as JSON: ``arguments`` for pytest, ``environment``,
``source`` (the folder ``nodreel`` comes from), ``output`` (a file), ``longest`` (seconds). It
answers each with its exit code in a line, TOO_LONG for one it had to end. Nothing of nodreel is
imported before the fork, so each run has the source it names and nothing of any other run.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

# What the runs share: libraries of others, which no run changes.
import _hypothesis_pytestplugin  # noqa: F401
import cryptography.hazmat.primitives.asymmetric.ed25519
import hypothesis
import hypothesis.strategies
import keyring
import mcap.reader
import mcap.writer
import numpy as np
import psutil
import pydantic
import pyrage
import pytest
import re2
import stdnum
import xcffib.xproto
import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARED = (
    *(cryptography, hypothesis, keyring, mcap, np, psutil, pydantic, pyrage, re2, stdnum),
    *(xcffib, zstandard),
)
TOO_LONG = -1


def serve(runs: Iterable[str]) -> None:
    """Carry out one run after the other."""
    gc.freeze()
    for line in runs:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            carry_out(asked)
        print(outcome(child, asked["longest"]), flush=True)


def carry_out(asked: dict[str, Any]) -> None:
    """Be the run; never returns."""
    code = 3
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.path.insert(0, asked["source"])
        output = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for theirs, ours in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(theirs, ours)
        code = int(pytest.main(asked["arguments"]))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def outcome(child: int, longest: float) -> int:
    """Wait for the run and return its exit code; one that takes too long is ended with its own."""
    until = time.monotonic() + longest
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TOO_LONG


if __name__ == "__main__":
    serve(sys.stdin)
