"""How cost grows: with hours recorded, episodes stored, events, pixels changed, resolution.

All that runs on the agent's thread after the senses, in one process without a desktop: ring,
judgement, sieve, codec, sealing, disk and the store's upkeep, on a clock that is turned instead of
waited for. What the senses cost (the X server, capture) is not in it; ``agent.py`` measures that.

    PYTHONPATH=. python scripts/bench/growth.py [--json] [--hours 8] [--only hours pixels ...]

For each cause: CPU ms of a simulated minute, memory in MB, and the exponent e of cost ~ cause^e,
fitted by least squares on logarithms: 0 is flat, 1 is linear. Pixels and events also carry what a
minute costs anyway, so theirs lie below 1. Run it as the user of the tests; /dev/shm as TMPDIR
leaves the disk's own speed out.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from nodreel.agent.pipeline import Pipeline
from nodreel.episode.ids import new_id
from nodreel.events import (
    MILLISECOND,
    SECOND,
    TILE,
    Event,
    Frame,
    Key,
    KeyClass,
    Move,
    Nanos,
    Rect,
    Tile,
)
from nodreel.paths import Paths
from nodreel.store import Store
from tests.agent.test_pipeline import Senses
from tests.episode.studio import Limits, Studio
from tests.scenes import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BEAT = Nanos(250 * MILLISECOND)
HOLD_S = 2.0
SCREENS = {"1080p": (1920, 1080), "1440p": (2560, 1440), "4K": (3840, 2160)}
WORDS = "the totals differ until friday see ledger "
SHOWN = 400  # tiles of a whole picture: a window or two
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Kept:
    """The store's limits."""

    undo_hours: int = 24
    device_days: int = 14
    quota_mb: int = 1 << 20


@dataclass(frozen=True)
class Work:
    """What happens each second: so many keys and moves, and frames with so many changed tiles."""

    screen: tuple[int, int] = SCREENS["1080p"]
    keys: float = 6.0
    moves: float = 30.0
    frames: float = 5.0
    tiles: int = 6


class Glyphs:
    """Tiles of text-like pixels, no two the same."""

    def __init__(self, seed: int) -> None:
        noise = np.random.default_rng(seed)
        glyphs = np.where(noise.random((64, 16, 8, 1)) > 0.7, 20, 245).astype(np.uint8)
        self._pool = []
        for _ in range(60):
            rows = [np.hstack([glyphs[noise.integers(64)] for _ in range(8)]) for _ in range(4)]
            self._pool.append(np.repeat(np.vstack(rows), 3, axis=2))
        self._count = 0

    def tile(self, row: int, col: int) -> Tile:
        self._count += 1
        pixels = self._pool[self._count * 7919 % len(self._pool)]
        pixels[16:32, 8:16] = self._pool[self._count % len(self._pool)][:16, 8:16]
        pixels[0, :4, 0] = np.frombuffer(self._count.to_bytes(4, "little"), np.uint8)
        return Tile(row, col, pixels.tobytes())


class Rig:
    """A recorder without senses, in a folder of its own."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        home = folder / "data"
        home.mkdir(mode=0o700)
        self.paths = Paths(home, folder / "run", folder / "config", folder / "managed")
        self.studio = Studio(self.paths.episodes, limits=Limits(), file_size=16 << 20)
        self.clock = self.studio.clock
        self.store = Store(self.paths, self.clock)
        self.writer = self.studio.writer()
        self.senses = Senses()
        self.pipeline = Pipeline(
            cast("Any", self.senses), RULES, self.writer, self.clock, hold_back_s=HOLD_S
        )
        self.random, self.glyphs = random.Random(seed), Glyphs(seed)
        self._frame, self._resyncs = Nanos(0), 0

    def minute(self, work: Work, seconds: int = 60) -> float:
        """Record a minute; returns CPU ms of everything after the senses."""
        spent = 0.0
        for beat in range(seconds * SECOND // BEAT):
            given = sorted(self._beat(work, beat), key=lambda event: event.t)
            began = time.process_time()
            for event in given:
                with self.senses.lock:
                    self.senses.ring.push(event, self.senses.timeline.last)
            self.clock.now = Nanos(self.clock.now + BEAT)
            self.pipeline.pump()
            spent += time.process_time() - began
        began = time.process_time()
        self.store.enforce(Kept(), self.studio.signing.sign)
        self.store.counts()
        return 1000 * (spent + time.process_time() - began)

    def _beat(self, work: Work, number: int) -> Iterator[Event]:
        start, share = self.clock.now, BEAT / SECOND
        for n in range(self._many(work.keys * share)):
            t = Nanos(start + (2 * n + 1) * BEAT // max(1, round(2 * work.keys * share + 2)))
            code = ord(WORDS[(number + n) % len(WORDS)])
            key = Key(
                t, press=True, key_class=KeyClass.CHARACTER, keycode=38, keysym=code, app="pad"
            )
            yield key
            yield replace(key, t=Nanos(t + MILLISECOND), press=False)
        for n in range(self._many(work.moves * share)):
            t = Nanos(start + n * BEAT // max(1, round(work.moves * share + 1)))
            yield Move(t, 100 + n % 50, 100 + number % 50, "pad")
        for n in range(self._many(work.frames * share)):
            yield self._picture(work, Nanos(start + n * BEAT // 8))

    def _many(self, wanted: float) -> int:
        return int(wanted) + (self.random.random() < wanted % 1)

    def _picture(self, work: Work, t: Nanos) -> Frame:
        width, height = work.screen
        rows, cols = height // TILE, width // TILE
        full = self._frame == 0 or self.senses.resyncs > self._resyncs
        self._resyncs = self.senses.resyncs
        count = min(rows * cols, SHOWN) if full else work.tiles
        first = 0 if full else self.random.randrange(rows * cols - count + 1)
        tiles = tuple(self.glyphs.tile(*divmod(n, cols)) for n in range(first, first + count))
        kept = (Rect(0, 0, width, height),)
        before, self._frame = self._frame, t
        return Frame(t, Nanos(t + 2 * MILLISECOND), 0, width, height, kept, tiles, full=full,
                     app="pad", after=before)  # fmt: skip

    def close(self) -> None:
        self.writer.close("bench")


def resident() -> float:
    """Memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / (1 << 20)


def exponent(causes: Sequence[float], costs: Sequence[float]) -> float:
    """Fit cost ~ cause^e."""
    xs, ys = [math.log(c) for c in causes], [math.log(max(c, 1e-9)) for c in costs]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    rise = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
    return rise / sum((x - mx) ** 2 for x in xs)


Row = dict[str, float]


def fresh(work: Callable[[Rig], Row]) -> Row:
    """Measure in a new folder and, so that memory is its own, in a new process."""
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        with tempfile.TemporaryDirectory(prefix="nodreel-growth-") as folder:
            rig = Rig(Path(folder))
            row = work(rig)
            rig.close()
        os.write(write, json.dumps(row).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        found: Row = json.loads(pipe.read())
    os.waitpid(child, 0)
    return found


def middle(rig: Rig, work: Work, rounds: int = 3) -> float:
    """Return the median CPU ms of a minute, after one that warms up."""
    rig.minute(work, 20)
    return sorted(rig.minute(work) for _ in range(rounds))[rounds // 2]


def measured(rig: Rig, cause: float, cpu: float) -> Row:
    """Return one row; ``frames`` and ``held`` are those of all minutes (see the budget)."""
    stats = rig.writer.stats
    return {"cause": cause, "cpu_ms": cpu, "mb": resident(), "frames": stats.frames,
            "held": stats.thinned, "dropped": sum(rig.pipeline.dropped().values())}  # fmt: skip


def by_hours(most: float) -> list[Row]:
    """One recording that goes on: what a minute costs after so many hours of work."""

    def grow(rig: Rig) -> Row:
        rows: list[Row] = []
        rig.minute(Work())
        done, goal = 0.0, most / 8
        while goal <= most:
            while done < goal:  # a dense minute in each five, so that it ends today
                rig.minute(Work())
                rig.clock.pass_(240)
                done += 5 / 60
            cpu = sorted(rig.minute(Work()) for _ in range(3))[1]
            rows.append(measured(rig, done, cpu))
            goal *= 2
        return cast("Row", {"rows": rows})

    return cast("list[Row]", fresh(grow)["rows"])


def by_episodes(counts: Sequence[int]) -> list[Row]:
    """Measure a minute beside a store with so many episodes, each of 300 segments."""

    def stored(count: int) -> Callable[[Rig], Row]:
        def measure(rig: Rig) -> Row:
            for n in range(300):
                rig.writer.add(Move(Nanos(rig.clock.now + n), 5, 7, "pad"))
                rig.writer.seal()
            rig.writer.close()
            one = rig.studio.only()
            for _ in range(count - 1):
                shutil.copytree(one, one.with_name(new_id()))
            rig.store.enforce(Kept(), rig.studio.signing.sign)  # as at every start
            return measured(rig, count, middle(rig, Work()))

        return measure

    return [fresh(stored(count)) for count in counts]


def fortnight(rig: Rig) -> Row:
    """Fourteen days of eight hours: an event every 50 s, an episode every quarter of an hour."""
    syncs, real = [0], os.fsync

    def counted(file: int) -> None:
        syncs[0] += 1
        real(file)

    os.fsync = counted
    for _ in range(14):
        for _ in range(8 * 72):
            rig.writer.add(Move(rig.clock.now, 5, 7, "pad"))
            rig.clock.pass_(50)
            rig.writer.tick()
        rig.clock.pass_(16 * 3600)
        rig.writer.tick()
        rig.store.enforce(replace(Kept(), device_days=30), rig.studio.signing.sign)
    os.fsync = real
    found = [path for path in rig.paths.episodes.rglob("*") if path.is_file()]
    episodes = [path for path in rig.paths.episodes.iterdir() if path.is_dir()]
    return {"episodes": len(episodes), "files": len(found), "fsyncs": syncs[0],
            "segments": rig.writer.stats.segments}  # fmt: skip


def photos(rig: Rig) -> Row:
    """Scroll photographs (noise, which nothing packs) every other minute of an hour.

    Ten pictures a second of 20 new tiles, a key every 20 s: what was acted on is written always.
    """
    noise, size, keys = np.random.default_rng(1), TILE * TILE * 3, 0
    first = rig._picture(Work(), rig.clock.now)  # noqa: SLF001
    rig.writer.add(first)
    last, kept = first.t, first.kept
    for n in range(1, 3600 * 10):
        t = rig.clock.now = Nanos(rig.clock.now + SECOND // 10)
        if n // 600 % 2 == 0:
            raw = noise.bytes(20 * size)
            tiles = tuple(Tile(3, i, raw[i * size : (i + 1) * size]) for i in range(20))
            rig.writer.add(
                Frame(t, t, 0, 1920, 1080, kept, tiles, full=False, app="pad", after=last)
            )
            last = t
            if n % 200 == 0:
                keys += 1
                kind = KeyClass.CHARACTER
                rig.writer.add(Key(t, press=True, key_class=kind, keycode=38, keysym=97, app="pad"))
        rig.writer.tick()
    rig.writer.close("bench")
    stats = rig.writer.stats
    return {"mb": stats.bytes / (1 << 20), "frames": stats.frames, "held": stats.thinned,
            "keys": keys, "dropped": stats.dropped}  # fmt: skip


def by_work(causes: Sequence[tuple[float, Work]]) -> list[Row]:
    """Measure a minute of each kind of work."""

    def one(cause: float, work: Work) -> Callable[[Rig], Row]:
        return lambda rig: measured(rig, cause, middle(rig, work))

    return [fresh(one(*each)) for each in causes]


def pixels(screens: Sequence[str], tiles: Sequence[int]) -> list[tuple[float, Work]]:
    still = Work(keys=0.1, moves=0.1, frames=1)
    return [
        (count * TILE * TILE, replace(still, screen=SCREENS[screen], tiles=count))
        for screen in screens for count in tiles
    ]  # fmt: skip


def area(name: str) -> float:
    width, height = SCREENS[name]
    return width * height


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--hours", type=float, default=8, help="longest recording (simulated)")
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--only", nargs="+", metavar="CAUSE")
    given = asked.parse_args()
    causes: dict[str, Callable[[], list[Row]]] = {
        "hours recorded": lambda: by_hours(given.hours),
        "episodes stored": lambda: by_episodes((10, 40, 160, 640)),
        "input events a second": lambda: by_work(
            [(n, Work(keys=n / 6, moves=n * 2 / 3, frames=0.1)) for n in (30, 120, 480, 1920)]
        ),
        "pixels changed": lambda: by_work(pixels(["4K"], (10, 30, 90, 270))),
        "pixels of the screen, the same number changed": lambda: by_work(
            [(area(name), Work(screen=SCREENS[name])) for name in SCREENS]
        ),
    }
    found: dict[str, Any] = {}
    for name, measure in causes.items():
        if given.only and not any(word in name for word in given.only):
            continue
        rows = measure()
        at = [row["cause"] for row in rows]
        found[name] = {
            "rows": rows,
            "cpu_exponent": round(exponent(at, [row["cpu_ms"] for row in rows]), 3),
            "memory_exponent": round(exponent(at, [row["mb"] for row in rows]), 3),
        }
        if not given.json:
            print(_table(name, found[name]), flush=True)
    if not given.only or "fortnight" in given.only:
        found["14 days of 8 hours"] = told = fresh(fortnight)
        if not given.json:
            print("14 days of 8 hours:", ", ".join(f"{n:.0f} {name}" for name, n in told.items()))
    if not given.only or "photos" in given.only:
        found["an hour of photographs"] = told = fresh(photos)
        if not given.json:
            print("an hour of photographs:", ", ".join(f"{n:.0f} {w}" for w, n in told.items()))
    if given.json:
        json.dump(found, sys.stdout, indent=1)


def _table(name: str, told: dict[str, Any]) -> str:
    lines = [f"| {name} | CPU ms of a minute | MB | frames held |", "|---:|---:|---:|---:|"]
    lines += [
        f"| {row['cause']:,.6g} | {row['cpu_ms']:.0f} | {row['mb']:.1f} | {row['held']:.0f} |"
        for row in told["rows"]
    ]
    lines.append(f"exponent: CPU {told['cpu_exponent']}, memory {told['memory_exponent']}\n")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
