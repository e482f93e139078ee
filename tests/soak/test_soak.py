"""A whole day of work without a break, with kills, pauses and policy changes, under load.

17.3 million events (24 hours at 200 a second) go through the real agent, as fast as it takes them.
``scripts/test --lane soak --events 300000`` is a sample of some minutes; ``--seconds 3600`` ends
the day after an hour, with as many events as were played until then.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pyrage
import pytest

from nodreel.agent.coverage import read_spans
from nodreel.consent import Ledger
from nodreel.episode import open_episode
from nodreel.errors import NodreelError
from nodreel.events import SECOND, Frame, Geometry, Nanos
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Pause, Resume, Stop
from nodreel.policy import load_policy
from tests.agent.journey import POLICY, make_paths
from tests.bed.bed import wait_for
from tests.consent.yes import agree
from tests.findings import found
from tests.soak.clock import Dial, PlayedClock, make_clock_file
from tests.soak.desktop import RATE, STEP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.paths import Paths

ROOT = Path(__file__).parents[2]
DAY = 24 * 3600 * RATE
"""The events of a day."""
GROWTH = 8 << 20
"""Bytes that the agent's memory may grow after the first tenth of its life."""
KILLS = (0.03, 0.06, 0.09, 0.5)
"""Shares of the way at which the agent is killed."""
TURNS = 24
"""How often something is changed on the way: paused, narrowed, widened, put back."""
MOST_LOST = 6.0
"""Played seconds before a kill that may be missing: hold-back, segment, beat."""
TURNED = 5.0
"""Played seconds that may be missing when a recording ends: what nobody could confirm any more."""
SLOW = 60.0
ENOUGH = 20  # looks at a process before anything is said about it


@dataclass
class Life:
    """One agent process: (share of the way, resident bytes, open files), while it recorded."""

    process: subprocess.Popen[bytes]
    seen: list[tuple[int, int, int]] = field(default_factory=list)
    cpu_s: float = 0.0

    def look(self, events: int) -> None:
        with suppress(psutil.NoSuchProcess):
            it = psutil.Process(self.process.pid)
            self.seen.append((events, it.memory_info().rss, it.num_fds()))
            self.cpu_s = sum(it.cpu_times()[:2])

    def growth(self) -> int:
        """Bytes of growth of the typical size, from the second tenth of this life to its last."""
        if not self.seen:
            return 0
        first, last = self.seen[0][0], self.seen[-1][0]
        tenth = (last - first) / 10
        early = [rss for at, rss, _ in self.seen if tenth <= at - first < 2 * tenth]
        late = [rss for at, rss, _ in self.seen if at - first >= 9 * tenth]
        return 0 if not early or not late else sorted(late)[len(late) // 2] - max(early)

    def files(self) -> tuple[int, int]:
        """How many files are usually open in the first and in the second half of this life."""
        counts = [files for _, _, files in self.seen]
        half = len(counts) // 2
        return (0, 0) if half < ENOUGH else (usual(counts[:half]), usual(counts[half:]))


def usual(counts: list[int]) -> int:
    return sorted(counts)[len(counts) // 2]


class Day:
    """One person's day: the agent, what is done to it, and what is seen of it."""

    def __init__(self, home: Path, goal: int, seconds: float) -> None:
        key = pyrage.x25519.Identity.generate()
        self.identity, self._recipient = str(key), str(key.to_public())
        self.paths: Paths = make_paths(home)
        self._home, self._goal, self._seconds = home, goal, seconds
        self._began = time.monotonic()
        self._dial = home / "clock"
        make_clock_file(self._dial, Nanos(1000 * SECOND))
        self.write_policy(2)
        agree(self.paths, self.clock(), load_policy(self.paths).policy)
        self.lives: list[Life] = []
        self.killed: list[int] = []

    def clock(self) -> PlayedClock:
        return PlayedClock(Dial(self._dial))

    def write_policy(self, fps: float) -> None:
        text = POLICY.replace("{key}", self._recipient).replace(
            "hold_back_s = 1\nseal_s = 0.5\n", ""
        )
        text += f"max_fps = {fps}\nquota_mb = 20000\n"
        kinds = text.replace('"titles"]', '"titles", "text"]').replace("version = 1", "version = 2")
        made = self.paths.policy.with_suffix(".new")
        made.write_text(kinds)
        made.chmod(0o600)
        made.replace(self.paths.policy)

    def begin(self) -> None:
        env = os.environ | {"NODREEL_HOME": str(self._home)}
        told = [sys.executable, "-m", "tests.soak.person_agent", str(self._dial)]
        log = (self._home / f"log-{len(self.lives)}").open("wb")
        with log:
            life = Life(subprocess.Popen(told, cwd=ROOT, env=env, stderr=log, stdout=log))
        self.lives.append(life)
        self.until("recording")

    def events(self) -> int:
        return Dial(self._dial).read()[1]

    def say(self, request: Any) -> Any:
        return call(self.paths, request, timeout=SLOW)

    def why(self) -> str:
        """What the person is told just now."""
        return str(self.say(AskStatus()).status.sentence)

    def until(self, *states: str) -> None:
        def there() -> bool:
            with suppress(NodreelError):
                status = self.say(AskStatus()).status
                return status is not None and status.state in states
            return False

        wait_for(there, f"the state {states}", SLOW)

    def share(self) -> float:
        """How much of the day is over."""
        passed = time.monotonic() - self._began
        return max(self.events() / self._goal, passed / self._seconds)

    def minutes(self) -> float:
        return round((time.monotonic() - self._began) / 60, 1)

    def go_on(self, until: Callable[[], bool]) -> None:
        """Let the work go on."""
        life = self.lives[-1]
        before = time.monotonic()
        while not until():
            now = self.events()
            assert life.process.poll() is None, (
                self._home / f"log-{len(self.lives) - 1}"
            ).read_text()
            life.look(now)
            time.sleep(0.5)
            if self.events() > now:
                before = time.monotonic()
            assert time.monotonic() - before < SLOW, f"stuck: {self.say(AskStatus())}"

    def turn(self, number: int) -> None:
        """Change something, and put it back."""
        match number % 3:
            case 0:
                self.say(Pause())
                self.until("paused")
                self.say(Resume())
            case 1:
                self.write_policy(1)  # narrower: a new recording begins under it
                then = self.events() + 20 * RATE
                self.go_on(lambda: self.events() >= then)
                self.write_policy(2)
            case _:
                self.write_policy(50)  # wider: nothing may be recorded under it
                self.until("blocked")
                self.write_policy(2)
        self.until("recording")

    def over(self, share: float) -> bool:
        return self.share() >= share

    def kill(self) -> None:
        life = self.lives[-1]
        life.process.kill()
        life.process.wait()
        self.killed.append(Dial(self._dial).read()[0])
        self.begin()

    def end(self) -> None:
        self.say(Stop())
        assert self.lives[-1].process.wait(SLOW) == 0

    def work(self) -> None:
        """Live the whole day."""
        steps = [(share, "kill", 0) for share in KILLS]
        steps += [((n + 0.7) / TURNS, "turn", n) for n in range(TURNS)]
        self.begin()
        for share, what, number in [*sorted(steps), (1.0, "end", 0)]:
            self.go_on(partial(self.over, share))
            if what == "kill":
                self.kill()
            elif what == "turn":
                self.turn(number)
        self.end()


@pytest.fixture
def load() -> Iterator[None]:
    """Other programs that want the processors and the disk."""
    stress = shutil.which("stress-ng")
    assert stress, "stress-ng is not installed"
    command = [stress, "--cpu", "2", "--cpu-load", "25", "--hdd", "1", "--hdd-bytes", "16m",
               "--temp-path", "/tmp", "--quiet"]  # fmt: skip
    with subprocess.Popen(["nice", "-n", "10", *command]) as made:
        yield
        made.terminate()


def spans(day: Day) -> list[dict[str, Any]]:
    return [json.loads(line) for line in day.paths.coverage.read_bytes().splitlines()]


def stored(day: Day) -> tuple[int, int, float]:
    """Events that can be read back, damaged segments, and seconds lost in the worst kill."""
    count, damaged, ends = 0, 0, []
    for path in sorted(p.parent for p in day.paths.episodes.glob("*/chain.jsonl")):
        episode = open_episode(path, day.identity)
        start = json.loads((path / "local.json").read_text())["mono"]
        last = 0
        for event in episode.events():
            count += not isinstance(event, Frame | Geometry)
            last = max(last, event.t)
        damaged += len(episode.damage) + (episode.state == "open")
        ends.append(start + last)
    lost = [(t - max((e for e in ends if e <= t), default=0)) / SECOND for t in day.killed]
    return count, damaged, max(lost, default=0.0)


def ledger(day: Day) -> dict[str, float]:
    """Seconds by state; every one of them is there once."""
    lines = spans(day)
    assert all(before["to"] == after["from"] for before, after in pairwise(lines))
    assert len(list(read_spans(day.paths.coverage))) == len(lines)
    assert 0 <= day.clock().mono() - lines[-1]["to"] < SECOND
    total: dict[str, float] = {}
    for line in lines:
        total[line["state"]] = total.get(line["state"], 0) + (line["to"] - line["from"]) / SECOND
    return total


@pytest.mark.soak
def test_a_day_of_work(tmp_path: Path, load: None, request: pytest.FixtureRequest) -> None:
    options = request.config.getoption
    day = Day(tmp_path / "n", options("--events") or DAY, options("--seconds") or float("inf"))
    try:
        day.work()
    finally:
        for life in day.lives:
            life.process.kill()
            life.process.wait()
    minutes = day.minutes()
    accounted = ledger(day)
    kept, damaged, lost = stored(day)
    growth = [life.growth() for life in day.lives]
    files = [life.files() for life in day.lives]
    print(json.dumps({
        "events": day.events(), "kept": kept, "damaged": damaged, "lost at most s": round(lost, 2),
        "minutes": minutes, "cpu s": round(sum(life.cpu_s for life in day.lives)),
        "growth MiB": [round(g / (1 << 20), 2) for g in growth], "files": files,
        "ledger s": {state: round(seconds, 1) for state, seconds in accounted.items()},
    }))  # fmt: skip
    assert damaged == 0
    assert lost <= MOST_LOST
    drawn = day.events() // RATE  # one in each second is drawing: it makes frames, it is no event
    assert day.events() - drawn - kept <= RATE * (MOST_LOST * len(KILLS) + TURNED * 2 * TURNS)
    assert max(growth) <= GROWTH
    assert all(late <= early for early, late in files), files
    Ledger(day.paths.audit, day.clock()).verify()
    found("C13", "events of a day under load", day.events(), lost_at_most_s=lost)


def test_the_played_clock_goes_on_where_it_was_left(tmp_path: Path) -> None:
    make_clock_file(tmp_path / "clock", Nanos(5))
    PlayedClock(Dial(tmp_path / "clock")).advance(5 + 3 * STEP, 3)
    again = PlayedClock(Dial(tmp_path / "clock"))
    assert (again.mono(), again.events) == (5 + 3 * STEP, 3)
