"""Measure what recording costs: CPU, memory and disk of agent and sign, at rest and at work.

Plays the demo's work on a virtual desktop, so run it as the user of the tests, from the checkout:

    PYTHONPATH=. python scripts/bench/agent.py [--seconds 120] [--rest 30] [--seed 1]

Prints one JSON object; asserts nothing. CPU is in percent of one core, also of the X server, which
does part of the work; ``baseline`` is the same rest before anything was recorded.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tests.demo.plan import KINDS, scenes
from tests.demo.player import Player
from tests.demo.recorder import Recorder
from tests.demo.stage import Stage

MEGABYTE = 1024 * 1024


class Meter:
    """CPU seconds of some processes since the meter was made."""

    def __init__(self, processes: dict[str, psutil.Process]) -> None:
        self._processes = processes
        self._from, self._spent = time.monotonic(), self._read()

    def _read(self) -> dict[str, float]:
        times = {name: process.cpu_times() for name, process in self._processes.items()}
        return {name: spent.user + spent.system for name, spent in times.items()}

    def percent(self) -> dict[str, float]:
        """Return percent of one core, per process."""
        passed, now = time.monotonic() - self._from, self._read()
        return {n: round(100 * (now[n] - self._spent[n]) / passed, 2) for n in now}


def named(stage: Stage, words: str) -> psutil.Process:
    """Find the process on that desktop whose command line holds these words."""
    display = stage.bed.env["DISPLAY"]
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("DISPLAY") == display or display in process.cmdline()
            if mine and words in " ".join(process.cmdline()):
                return process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    raise LookupError(words)


def rest(processes: dict[str, psutil.Process], seconds: float) -> dict[str, float]:
    meter = Meter(processes)
    time.sleep(seconds)
    return meter.percent()


def measure(folder: Path, seed: int, seconds: float, pause: float) -> dict[str, Any]:
    with Stage(folder / "desktop") as stage:
        server = next(p for p in psutil.process_iter() if p.name() == "Xvfb" and _ours(p, folder))
        found: dict[str, Any] = {"baseline": rest({"server": server}, pause)}
        recorder = Recorder(stage, folder)
        recorder.make_policy()
        recorder.start()
        everyone = {
            "server": server,
            "agent": psutil.Process(recorder.status()["pid"]),
            "sign": named(stage, "nodreel.sign"),
        }
        found["at_rest"] = rest(everyone, pause)
        meter, began = Meter(everyone), time.monotonic()
        Player(stage).play(scenes(seed), seconds, len(KINDS))
        found["at_work"], worked = meter.percent(), time.monotonic() - began
        found["peak_memory_mb"] = {
            name: round(process.memory_info().rss / MEGABYTE, 1)
            for name, process in everyone.items()
        }
        recorder.stop()
    stored = sum(f.stat().st_size for f in recorder.data.rglob("*") if f.is_file())
    return found | {"mb_per_hour": round(stored / MEGABYTE / worked * 3600, 1), "seed": seed}


def _ours(process: psutil.Process, folder: Path) -> bool:
    return str(folder) in " ".join(process.cmdline())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=120)
    asked.add_argument("--rest", type=float, default=30)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="nodreel-bench-"))
    print(json.dumps(measure(folder, given.seed, given.seconds, given.rest), indent=1))


if __name__ == "__main__":
    main()
