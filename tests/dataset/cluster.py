"""A Ray cluster on this machine: a head that does no work, and workers; each a node of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.dataset.engine import ROOT, python

if TYPE_CHECKING:
    from collections.abc import Iterator

ENV = {
    "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "PYTHONPATH": str(ROOT / "src"),
}  # fmt: skip
MEMORY = 80 << 20  # bytes of each node's store


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start one and lend its address; all its processes end."""
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as home:
        before = set(psutil.pids())
        address = f"127.0.0.1:{_port()}"
        port = address.rpartition(":")[2]
        try:
            _ray("start", "--head", f"--port={port}", "--num-cpus=0", f"--temp-dir={home}")
            for _ in range(workers):
                _ray("start", f"--address={address}", "--num-cpus=1")
            os.environ.update(ENV)
            yield address
        finally:
            _end(before, home)


def _port() -> int:
    """A free port outside of those that Ray gives its workers (10002 to 19999)."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    assert port > 20_000
    return port


def _ray(*words: str) -> None:
    quiet = ["--include-dashboard=false"] if "--head" in words else []
    done = subprocess.run(
        [str(Path(python()).with_name("ray")), *words, *quiet, f"--object-store-memory={MEMORY}"],
        env=os.environ | ENV, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def _end(before: set[int], home: str) -> None:
    """End the processes of this cluster: those that came since, and name its folder or its Ray."""
    ray = str(Path(python()).parents[1].resolve())
    ours = []
    for one in psutil.process_iter():
        try:
            words = " ".join(one.cmdline())
            if (
                one.pid not in before
                and one.uids().real == os.getuid()
                and (
                    home in words or (ray in words and "ray" in words) or words.startswith("ray::")
                )
            ):
                ours.append(one)
        except psutil.Error:
            continue  # it ended meanwhile
    for one in ours:
        try:
            one.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(ours, timeout=30)
