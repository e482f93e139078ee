"""Faults by strace: kill at the n-th system call, or let it fail; and a list of what was called."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.episode.studio import Studio

ROOT = Path(__file__).parents[2]
CALLS = "write,fsync,rename,renameat,renameat2,ftruncate,mkdir,mkdirat,unlinkat,fallocate"


def record_under(studio: Studio, folder: Path, *options: str, log: Path | None = None) -> int:
    """Run ``record_two`` under strace; returns its exit code (-9 when it was killed)."""
    secret = studio.signing.private_bytes_raw().hex()
    what = ["tests.episode.record_two", str(folder), studio.recipient, secret]
    return under_strace(what, *options, log=log)


def under_strace(
    module: list[str], *options: str, log: Path | None = None, forks: bool = False
) -> int:
    """Run a module with its arguments under strace; returns its exit code.

    ``forks``: faults are for its children, too, which strace 6.1 only manages without seccomp.
    """
    quick = () if forks else ("--seccomp-bpf",)
    command = [
        "strace", "-f", *quick, "-y", "-o", str(log or os.devnull), *options, "--",
        sys.executable, "-m", *module,
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    if "Traceback" in done.stderr:
        pytest.fail(done.stderr)
    return done.returncode


def called(log: Path) -> list[tuple[str, str]]:
    """Return (system call, file name) in order, for files of the store."""
    found = []
    for line in log.read_text().splitlines():
        call = re.match(r"\d+ +(\w+)\((.*)", line)
        if call is None:
            continue
        names = re.findall(r'episodes/?([^>"]*)>|"([^"]*)"', call[2])
        if call[1].startswith("rename"):
            found.append(("rename", names[-1][1] or names[-1][0]))
        elif names and "episodes" in call[2]:
            found.append((call[1], names[0][0]))
    return found
