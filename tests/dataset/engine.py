"""Running the real engine: in the environment that has it, as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from tests.dataset.folder import Folder

ROOT = Path(__file__).parents[2]
LOOK = Path(__file__).with_name("look.py")
PATIENCE_S = 900
_EVERY_S = 0.1


def python() -> str:
    place = os.environ.get("NODREEL_OWNERS", "")
    assert place, "no engine: run scripts/test --lane dataset"
    return f"{place}/dataset/bin/python"


def start(folder: Folder, target: Path, *words: str) -> subprocess.Popen[str]:
    """Start `nodreel dataset build`; the caller waits for it or kills it."""
    command = [
        python(), "-m", "nodreel.cli", "dataset", "build", str(folder.episodes), str(target),
        "-i", str(folder.identity), *words,
    ]  # fmt: skip
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(
        command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=folder.home, start_new_session=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """Of one build: CPU seconds and peak proportional memory (bytes) of all its processes."""

    wall: float
    cpu: float
    peak: int
    said: str


def build(folder: Folder, target: Path, *words: str) -> Cost:
    """Run a build to its end; it must succeed."""
    before, began, peak = os.times(), time.monotonic(), 0
    going = start(folder, target, *words)
    family = psutil.Process(going.pid)
    while going.poll() is None:
        peak = max(peak, memory(family))
        time.sleep(_EVERY_S)
        assert time.monotonic() - began < PATIENCE_S, "the build hangs"
    out, said = going.communicate()
    assert going.returncode == 0, said[-3000:] + out[-1000:]
    after = os.times()
    cpu = sum(after[n] - before[n] for n in (2, 3))
    return Cost(time.monotonic() - began, cpu, peak, said)


def memory(family: psutil.Process) -> int:
    """Return the proportional memory of a process and all below it."""
    total = 0
    try:
        processes = [family, *family.children(recursive=True)]
    except psutil.Error:
        return 0
    for one in processes:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue  # it ended meanwhile
    return total


def files(target: Path) -> dict[str, bytes]:
    """Return everything in a data set, by name."""
    return {
        p.relative_to(target).as_posix(): p.read_bytes() for p in target.rglob("*") if p.is_file()
    }


def look(target: Path) -> Any:
    """Return what another program's reader finds in a data set; see ``look.py``."""
    done = subprocess.run(
        [python(), str(LOOK), str(target)], capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
