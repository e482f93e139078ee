"""Measure what input costs and loses, whether frames before clicks are true, and the delay of keys.

    PYTHONPATH=. python scripts/bench/input.py [--parts storm burst beacon echo] [--clicks 2000]

``storm``: 1,000 moves and 10 keys a second. ``burst``: 20,000 events as fast as the server takes
them. ``beacon``: a window that shows how often it was clicked; the frame before each click has to
show what was so before it, while it redraws at ``--hertz`` and after changes of focus. ``echo``:
time from a key to its echo, nodreel recording and not running by turns. Prints one JSON object;
asserts nothing.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import judge
from agent import Session
from desk import Desk
from echo_window import BITS, CELL, EDGE, TITLE

from nodreel import open_episode
from nodreel.episode.reader import doubtful
from nodreel.events import Button, Move, Rect
from nodreel.rects import intersect
from tests.bed.injector import BUTTON_PRESS, BUTTON_RELEASE, KEY_PRESS, MOTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.episode import Episode
    from nodreel.episode.picture import Picture

WINDOW = Path(__file__).resolve().with_name("echo_window.py")
PLACE = Rect(640, 384, 480, 240)
PARTS = ("storm", "burst", "beacon", "echo")
TURNS = 5  # how often nodreel runs while the delay of keys is measured, and how often it does not
MS = 1_000_000
Drawn = tuple[int, int]


class Bench:
    """A desk with the window that answers in front, and an agent that records it."""

    def __init__(self, desk: Desk, folder: Path, given: argparse.Namespace) -> None:
        self.desk, self.hands, self.given = desk, desk.hands, given
        self.log = folder / "keys"
        words = [sys.executable, str(WINDOW), "--log", str(self.log), "--hertz", str(given.hertz)]
        app = desk.bed.start(*words, env={"NODREEL_BENCH_PROBE": ""})
        desk._enter("echo", app, TITLE, PLACE)  # noqa: SLF001
        self.area = desk.windows.area(desk.actors["echo"].window)
        self.session = Session(desk, folder, given.fps)
        exe = Path(sys.executable).resolve()
        self.session.person.more = (
            f'[[apps]]\nid = "echo"\nname = "Echo"\nexe = "{exe}"\nscript = "{WINDOW}"\n'
            'keys = "full"\n'
        )

    def front(self) -> None:
        self.desk.front("echo")
        self.hands.move(self.area.x + 240, self.area.y + 100)
        time.sleep(1)

    # ------------------------------------------------------------------------------- the parts

    def storm(self) -> list[tuple[int, int]]:
        """Return the range of what was sent."""
        self.front()
        first, began = len(self.hands.sent), time.monotonic()
        for number in range(int(self.given.seconds * 1000)):
            left = began + number / 1000 - time.monotonic()
            if left > 0:
                time.sleep(left)
            self.hands.move(self.area.x + 10 + number % 400, self.area.y + 60 + number // 400 % 100)
            if number % 100 == 0:
                self.hands.type("a")
        return [(first, len(self.hands.sent))]

    def burst(self) -> list[tuple[int, int]]:
        """Send without asking the server after each event; the times in between are not known."""
        self.front()
        x, test = self.hands._x, self.hands._test  # noqa: SLF001
        first = len(self.hands.sent)
        self.hands.move(self.area.x + 9, self.area.y + 60)
        for number in range(20_000):
            at = (self.area.x + 10 + number % 400, self.area.y + 60 + number // 400 % 100)
            test.FakeInput(MOTION, 0, 0, self.hands.root, *at, 0)
            if number % 200 == 199:
                x.flush()
        self.hands.move(self.area.x + 9, self.area.y + 60)
        return [(first, len(self.hands.sent))]

    def beacon(self) -> list[tuple[int, int]]:
        self.front()
        chance, first = random.Random(self.given.seed), len(self.hands.sent)
        for number in range(self.given.clicks):
            if number % 20 == 19:
                self.desk.front("editor")
                time.sleep(0.4)
            self.hands.button_down()
            time.sleep(0.02)
            self.hands.button_up()
            time.sleep(chance.uniform(0.05, 0.2))
        return [(first, len(self.hands.sent))]

    def echo(self) -> dict[str, Any]:
        """Return delays in ms, by whether it recorded."""
        self.session.end()
        delays: dict[bool, list[float]] = {True: [], False: []}
        block = max(1, self.given.keys // TURNS)
        for turn in range(2 * TURNS):
            on = turn % 2 == 0
            self.session.start() if on else self.session.end()
            self.front()
            for _ in range(block):
                delays[on].append(self._delay())
                time.sleep(0.01)
        self.session.start()
        return {"recording": quantiles(delays[True]), "without": quantiles(delays[False])} | {
            "added_median_ms": round(
                statistics.median(delays[True]) - statistics.median(delays[False]), 3),
            "added_p99_ms": round(at(delays[True], 0.99) - at(delays[False], 0.99), 3),
        }  # fmt: skip

    def _delay(self) -> float:
        before = self.log.stat().st_size
        sent = self.hands._send(KEY_PRESS, self.hands.keycode("a"))  # noqa: SLF001
        self.hands.key_up("a")
        end = time.monotonic() + 5
        while (self.log.stat().st_size == before) and time.monotonic() < end:
            time.sleep(0.001)
        return (int(self.log.read_text().split()[-1]) - sent.before) / MS


def at(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def quantiles(values: Sequence[float]) -> dict[str, float]:
    return {"keys": len(values), "median_ms": round(statistics.median(values), 3),
            "p99_ms": round(at(values, 0.99), 3)}  # fmt: skip


def count_in(picture: Picture, area: Rect) -> int | None:
    """Read the count off the pixels; None where it is blank."""
    x, y = area.x + EDGE + CELL // 2, area.y + EDGE + CELL // 2
    if not any(r.x <= x < r.x + r.w and r.y <= y < r.y + r.h for r in picture.kept):
        return None
    pixels = picture.pixels
    row = y * picture.width
    return sum((pixels[3 * (row + x + bit * CELL)] > 127) << bit for bit in range(BITS))


def truth(
    episode: Episode, start: int, clicks: Sequence[Any], area: Rect, drawn: Sequence[Drawn]
) -> dict[str, int]:
    """Compare the frame before each recorded click with what the window showed by then.

    ``drawn``: between which times (ns) each count came to the screen; a busy machine lets the
    window be late. Of those that are not ``true``, ``reported`` are those of which the reader says
    that just there (``doubtful``) the next picture may be the true one; ``neither`` must be 0.
    ``sure``: the reader says that what the frame shows there was on the screen.
    """
    names = ("recorded", "true", "sure", "reported", "neither", "none")
    found = {"clicks": len(clicks)} | dict.fromkeys(names, 0)
    counts = Rect(area.x + EDGE, area.y + EDGE, BITS * CELL, CELL)
    sure_of: dict[int, tuple[int | None, bool]] = {}
    presses = [
        e.t for e in episode.events() if isinstance(e, Button) and e.press and e.app == "echo"
    ]
    waiting, before = deque(presses), None
    for after in itertools.chain(episode.frames(), [None]):
        while waiting and (after is None or waiting[0] <= after.done):
            t = waiting.popleft()
            doubts = any(intersect(rect, counts) for rect in doubtful(before, after, t))
            sure_of[t] = count_in(before, area) if before else None, not doubts
        before = after
    for sent in clicks:
        early, late = sent.before - start - 2 * MS, sent.after - start + 2 * MS
        t = next((t for t in presses if early <= t <= late), None)
        if t is None:
            continue
        shown, sure = sure_of[t]
        possible = [sum(drew[n] < t + start for drew in drawn) for n in (1, 0)]
        true = shown is not None and possible[0] <= shown <= possible[1]
        found["recorded"] += 1
        found["sure"] += sure
        found["none" if shown is None else "true" if true else "reported" if not sure
              else "neither"] += 1  # fmt: skip
    return found


def of_clicks(bench: Bench, clicks: Sequence[Any]) -> dict[str, int]:
    person = bench.session.person
    episode = open_episode(person.episodes[0].parent, identity=person.identity)
    start = min(part.local.mono for part in episode.parts if part.local)
    words = [line.split() for line in bench.log.read_text().splitlines()]
    drawn = [(int(began), int(done)) for what, began, done in words if what == "click"]
    return truth(episode, start, clicks, bench.area, drawn)


def lost(recorded: list[tuple[int, Any]], sent: Sequence[Any]) -> dict[str, Any]:
    compared = judge.compare(recorded, sent)
    return {k: {"sent": n[1], "lost": n[1] - n[0]}
            for k, n in compared["recorded_of_sent"].items() if n[1]} | {
        "time_error_p99_ms": compared["time_error_p99_ms"]}  # fmt: skip


def measure(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {"fps": given.fps, "hertz": given.hertz}
    with Desk(folder / "desktop") as desk:
        bench = Bench(desk, folder, given)
        bench.session.agree()
        desk.front("editor")
        bench.session.start()
        ranges: dict[str, list[tuple[int, int]]] = {}
        for name in given.parts:
            before = bench.session.crew.read()
            told = getattr(bench, name)()
            found[name] = {"cpu": bench.session.crew.since(before)["cpu"]}
            found[name] |= told if isinstance(told, dict) else {}
            ranges |= {} if isinstance(told, dict) else {name: told}
            print(name, json.dumps(found[name]), file=sys.stderr, flush=True)
            time.sleep(5)
        found["dropped"] = bench.session.person.status().get("dropped", {})
        bench.session.end()
        parts = judge.parts(bench.session.person.episodes, bench.session.person.identity)
        recorded = judge.events(parts)
        for name, each in ranges.items():
            sent = list(itertools.chain(*(desk.hands.sent[a:b] for a, b in each)))
            if name == "beacon":
                found[name] |= of_clicks(bench, [s for s in sent if s.kind == BUTTON_PRESS])
            elif name == "burst":
                low, high = sent[0].before - 2 * MS, sent[-1].after + 2 * MS  # server: whole ms
                moves = sum(1 for t, e in recorded if isinstance(e, Move) and low < t < high)
                found[name] |= {"moves": {"sent": 20_002, "lost": 20_002 - moves}}
            else:
                inside = [s for s in sent if s.kind != BUTTON_RELEASE]
                found[name] |= lost(recorded, inside if name == "beacon" else sent)
        found["damage"] = [str(error) for part in parts for error in part.damage]
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS)
    asked.add_argument("--fps", type=float, default=10)
    asked.add_argument("--hertz", type=float, default=60, help="redraws a second of the window")
    asked.add_argument("--seconds", type=float, default=15, help="of the storm")
    asked.add_argument("--clicks", type=int, default=2000)
    asked.add_argument("--keys", type=int, default=1000, help="with nodreel, and as many without")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    found = measure(Path(tempfile.mkdtemp(prefix="nodreel-bench-")), given)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
