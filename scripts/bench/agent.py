"""Measure what recording costs: agent, sign and every helper process, by phases of a person's day.

Real programs on a virtual desktop of 1920 x 1080, a real yes, gate and sealing on. Run it from the
checkout as the user of the tests:

    PYTHONPATH=. python scripts/bench/agent.py [--fps 10] [--rest 60] [--seconds 60] [--phases ...]

Phases: ``idle`` (nothing changes), ``typing``, ``scrolling``, ``office``, ``strangers`` (a program
in front that is not designated); when asked for, ``video`` and ``spinner`` (something in the page
moves by itself). ``--compositor`` runs picom beside it all. Prints one JSON object and a table
against the limits; asserts nothing. CPU is in percent of one core; that of the X server stands
beside it, less what it spends on the same work without nodreel when ``--bare`` measured that first.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import judge
from desk import Desk, Person
from meter import MEGABYTE, Crew, Pids, cpu_seconds, size_of, tree, words
from office import planned, play
from table import markdown

from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence

PHASES = ("idle", "typing", "scrolling", "office", "strangers")
MORE = ("video", "spinner")
IN_BROWSER = {"scrolling", *MORE}
PARTS = ("nodreel.agent", "nodreel.sign", "nodreel.webhost", "nodreel.host")
IMPORT = (
    "import time; a = time.process_time(); import nodreel.agent.run; "
    "print(1000 * (time.process_time() - a))"
)
SETTLE = 4.0  # seconds after which everything is on disk


class Session:
    """A person who agreed, and the agent that login would start for them."""

    def __init__(self, desk: Desk, folder: Path, fps: float) -> None:
        self.desk, self.folder = desk, folder
        self.person = Person(desk, folder, fps)
        self.crew = Crew(self._find, desk.probes)
        self.agent: subprocess.Popen[bytes] | None = None

    def _find(self) -> Pids:
        probed = {int(p.name) for p in self.desk.probes.iterdir() if p.name.isdigit()}
        ours = {p for p in probed if any(part in words(p) for part in PARTS)}
        return frozenset(tree(ours))

    def agree(self) -> None:
        """Hold the ceremony, then end the agent it started."""
        self.person.make_policy()
        terminal = self.person.start()
        first = self.person.status()["pid"]
        os.kill(first, 15)
        wait_for(lambda: not words(first), "the first agent to end", 20)
        terminal.stop()

    def start(self) -> dict[str, Any]:
        """Start the agent while the pointer moves; returns when the first event was recorded."""
        began = time.monotonic_ns()
        self.agent = subprocess.Popen(
            self.person.command, env=self.person.env, stdin=subprocess.DEVNULL
        )
        hands, end = self.desk.hands, time.monotonic() + 6
        while time.monotonic() < end:
            hands.move(1500 + (hands.x + 1) % 2, 300)
            time.sleep(0.02)
        wait_for(self._recording, "nodreel to record", 20)
        return {"began": began}

    def _recording(self) -> bool:
        return bool(self.person.status()["recording"])

    def end(self) -> None:
        if self.agent is not None:
            self.agent.terminate()
            self.agent.wait(20)


def phase(session: Session, name: str, seed: int, seconds: float) -> dict[str, Any]:
    """Do what the phase says and return what it cost."""
    desk, crew = session.desk, session.crew
    deeds = planned(name, seed, seconds)
    if name == "strangers":
        desk.invite()
    else:
        desk.front("browser" if name in IN_BROWSER else "editor")
    time.sleep(SETTLE)
    syncs, stored, first = fsyncs(crew), size_of(session.person.data), len(desk.hands.sent)
    before, server = crew.read(), cpu_seconds(desk.server)
    late = play(desk.hands, deeds, seconds)
    cost = crew.since(before)
    cost["server_cpu"] = round(100 * (cpu_seconds(desk.server) - server) / seconds, 2)
    time.sleep(SETTLE)
    cost["fsyncs_per_minute"] = round((fsyncs(crew) - syncs) * 60 / seconds, 1)
    grown = (size_of(session.person.data) - stored) / MEGABYTE
    cost["mb_per_hour"] = round(grown * 3600 / seconds, 1)
    cost["late_ms"] = round(1000 * late, 1)
    cost["deeds"] = (first, len(desk.hands.sent))
    cost["memory"] = memory(crew)
    return cost


def memory(crew: Crew) -> dict[str, Any]:
    """Return PSS in MB: of all processes, of each, and what the agent's is."""
    told = crew.ask()
    each = {name: round(one["pss"] / MEGABYTE, 1) for name, one in told.items()}
    shares = told.get("nodreel.agent", {}).get("shares", {})
    agent = {kind: round(size / MEGABYTE, 1) for kind, size in shares.items()}
    return {"pss_mb": round(sum(each.values()), 1), "each": each, "agent": agent}


def fsyncs(crew: Crew) -> int:
    return sum(told["fsyncs"] for told in crew.ask().values())


def import_cpu_ms(folder: Path, rounds: int = 5) -> float:
    """Return the CPU time of importing the agent, its bytecode being there already."""
    env = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(folder / "import")
    told = []
    for _ in range(rounds + 1):
        run = [sys.executable, "-c", IMPORT]
        done = subprocess.run(run, capture_output=True, text=True, check=True, env=env)
        told.append(float(done.stdout))
    return round(statistics.median(told[1:]), 1)


def bare(folder: Path, phases: Sequence[str], given: argparse.Namespace) -> dict[str, float]:
    """Return what the X server spends on each phase when nobody records."""
    spent: dict[str, float] = {}
    with Desk(folder / "bare", extension=False) as desk:
        for name in phases:
            seconds = given.rest if name == "idle" else given.seconds
            desk.invite() if name == "strangers" else desk.front("editor")
            time.sleep(1)
            before = cpu_seconds(desk.server)
            play(desk.hands, planned(name, given.seed, seconds), seconds)
            spent[name] = round(100 * (cpu_seconds(desk.server) - before) / seconds, 2)
    return spent


def measure(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {"fps": given.fps, "seed": given.seed, "load": os.getloadavg()[0]}
    found["start"] = {"import_cpu_ms": import_cpu_ms(folder)}
    if given.bare:
        found["server_cpu_without"] = bare(folder, given.phases, given)
    with Desk(folder / "desktop") as desk:
        if given.compositor:
            desk.bed.start("picom", "--backend", "xrender")
        session = Session(desk, folder, given.fps)
        session.agree()
        desk.front("editor")
        began = session.start()["began"]
        for name in given.phases:
            found[name] = phase(session, name, given.seed, rest(given, name))
            print(name, json.dumps(found[name]), file=sys.stderr, flush=True)
        found["memory"] = memory(session.crew)
        dropped = session.person.status().get("dropped", {})
        session.end()
        opened = judge.parts(session.person.episodes, session.person.identity)
        recorded = judge.events(opened)
        first = next((t for t, e in recorded if t > began and isinstance(e, judge.INPUT)), None)
        found["start"]["first_event_s"] = first and round((first - began) / 1e9, 2)
        for name in given.phases:
            one, two = found[name].pop("deeds")
            if two > one:
                found[name] |= judge.compare(recorded, desk.hands.sent[one:two])
        found |= {"frames": judge.frames(opened), "dropped": dropped}
        found["damage"] = [str(error) for part in opened for error in part.damage]
    return found


def rest(given: argparse.Namespace, name: str) -> float:
    return float(given.rest if name == "idle" else given.seconds)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--fps", type=float, default=10)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--rest", type=float, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--phases", nargs="+", default=PHASES, choices=(*PHASES, *MORE))
    asked.add_argument("--compositor", action="store_true", help="with picom running")
    asked.add_argument("--bare", action="store_true", help="measure the X server alone, too")
    asked.add_argument("--out", type=Path, help="also write the JSON there")
    given = asked.parse_args()
    found = measure(Path(tempfile.mkdtemp(prefix="nodreel-bench-")), given)
    text = json.dumps(found, indent=1)
    if given.out:
        given.out.write_text(text)
    print(text)
    print(markdown(found, given.fps))


if __name__ == "__main__":
    main()
