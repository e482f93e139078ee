"""How fast an hour of recording is read: events to columns, and random frames; peers beside it.

    PYTHONPATH=. python scripts/bench/read.py [--owners FOLDER] [--minutes N] [--json]

The hour is made up: 127,000 events (the rate of a published session) and a changed frame a second,
1920 x 1080. The same events are exported and read by the owners' own loaders, each in its own
environment (``scripts/test --lane exports`` builds them; ``--owners`` is their folder). CPU seconds
of a whole read, best of three, into columns of numpy arrays: what a DataFrame takes as it is.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from nodreel import open_episode
from nodreel.events import Button, Focus, Key, KeyClass, Move, Scroll
from nodreel.export import openadapt, owamcap
from nodreel.export.source import Source
from tests.episode.studio import Limits, Screen, Studio, at

OURS = """
import sys
from nodreel import open_episode
def read():
    return open_episode(sys.argv[1], sys.argv[2]).columns()
"""
OWA = """
import sys
from mcap_owa.highlevel import OWAMcapReader
def read():
    keys = ("timestamp", "event_type", "vk", "x", "y", "button", "pressed", "dx", "dy")
    with OWAMcapReader(sys.argv[1]) as reader:
        rows = [(m.topic, m.decoded) for m in reader.iter_messages()]
    return {k: np.array([getattr(b, k, None) for _, b in rows]) for k in keys} | {
        "kind": np.array([t for t, _ in rows])}
"""
OPENADAPT = """
import sys
from openadapt_capture import CaptureSession
def read():
    keys = ("timestamp", "name", "mouse_x", "mouse_y", "mouse_dx", "mouse_dy", "mouse_pressed",
            "mouse_button_name", "key_char", "key_name")
    with CaptureSession.load(sys.argv[1]) as capture:
        rows = list(capture._recording.action_events)
        return {k: np.array([getattr(e, k) for e in rows]) for k in keys}
"""
MEASURE = """
import numpy as np, time, json
def measure():
    best = None
    for _ in range(3):
        began = time.process_time()
        columns = read()
        spent = time.process_time() - began
        best = spent if best is None else min(best, spent)
    print(json.dumps({"events": len(next(iter(columns.values()))), "cpu_s": best}))
measure()
"""


def run(python: str, code: str, *words: str) -> dict[str, Any]:
    lines = ["import numpy as np", code, MEASURE]
    done = subprocess.run(
        [python, "-c", "\n".join(lines), *words], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def record(folder: Path, minutes: int) -> tuple[Path, str]:
    """Write the made-up recording; return its folder and key."""
    rng = random.Random(1)
    studio = Studio(folder / "e", limits=Limits(episode_minutes=1000, episode_mb=10_000))
    screen = Screen(1, 1920, 1080)
    studio.folder.mkdir(mode=0o700)
    writer = studio.writer()
    writer.add(screen.frame(0, full=True))
    writer.add(Focus(at(5), "editor"))
    x = y = 500
    for n in range(minutes * 2117):  # 127,000 an hour
        ms = 10 + n * 28.35
        x, y = max(0, min(1919, x + rng.randint(-9, 9))), max(0, min(1079, y + rng.randint(-9, 9)))
        kind = n % 20
        if kind < 16:
            writer.add(Move(at(ms), x, y, "editor"))
        elif kind < 18:
            press = kind == 16
            writer.add(Key(at(ms), press, KeyClass.CHARACTER, 38, 97, 0, 0, "us", "editor"))
        elif kind == 18:
            writer.add(Scroll(at(ms), 0, -1, x, y, app="editor"))
        else:
            writer.add(Button(at(ms), n % 40 == 19, 1, x, y, app="editor"))
        if n % 35 == 0:
            places = [(rng.randrange(16), rng.randrange(30)) for _ in range(12)]
            writer.add(screen.frame(ms + 1, *dict.fromkeys(places)))
        studio.clock.now = at(ms + 5)
        writer.tick()
    writer.close("end")
    return studio.folder, studio.identity


def frames(folder: Path, identity: str, count: int) -> dict[str, float]:
    """Return how long random frames take, wall and CPU ms (the episode is opened once)."""
    episode, rng = open_episode(folder, identity), random.Random(2)
    took: list[float] = []
    cpu: list[float] = []
    for _ in range(count):
        t = rng.randrange(1_000_000_000, episode.length)
        began, spent = time.perf_counter(), time.process_time()
        picture = episode.frame_at(t)
        cpu.append((time.process_time() - spent) * 1000)
        took.append((time.perf_counter() - began) * 1000)
        assert picture is not None
    p99 = int(count * 0.99)
    return {
        name: round(sorted(values)[at_], 1)
        for name, values, at_ in (
            ("p50_ms", took, count // 2), ("p99_ms", took, p99), ("p50_cpu_ms", cpu, count // 2),
            ("p99_cpu_ms", cpu, p99),
        )
    }  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--owners", type=Path, help="folder of the owners' environments")
    asked.add_argument("--minutes", type=int, default=60)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = measure(Path(place), given.minutes, given.owners)
    print(json.dumps(found) if given.json else "\n".join(f"{k}: {v}" for k, v in found.items()))


def measure(place: Path, minutes: int, owners: Path | None) -> dict[str, Any]:
    folder, identity = record(place, minutes)
    found: dict[str, Any] = {"nodreel": run(sys.executable, OURS, str(folder), identity)}
    found["random frame"] = frames(folder, identity, 300)
    if owners is not None:
        episode = open_episode(folder, identity)
        source = Source(episode, list(episode.events()), [], [], 1920, 1080, 0)
        for name, write in (("owa", owamcap.write), ("openadapt", openadapt.write)):
            (place / name).mkdir()
            write(source, place / name, lambda _done, _total: None)
        files = {"owa": (OWA, "owa/recording.mcap"), "openadapt": (OPENADAPT, "openadapt")}
        for name, (code, file) in files.items():
            python = str(owners / name / "bin" / "python")
            found[name] = run(python, code, str(place / file))
    ours = found["nodreel"]["events"] / found["nodreel"]["cpu_s"]
    for name in ("nodreel", "owa", "openadapt"):
        if name in found:
            theirs = found[name]["events"] / found[name]["cpu_s"]
            found[name]["events_per_cpu_s"] = round(theirs)
            found[name]["ours_is_times"] = round(ours / theirs, 2)
    return found


if __name__ == "__main__":
    main()
