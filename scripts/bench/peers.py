"""Record the same office minute with nodreel and with what people could install instead.

    scripts/bench/run peers [--rounds 3] [--seconds 60] [--json] [--only NAME …]

Peers are installed by pip into environments of their own below ``--envs``; what cannot be installed
is named with the reason. What they need of Debian's packages is in ``scripts/packages-bench.txt``.
In each round every recorder gets a fresh desktop, one after the other, so that what else the
machine does hits all alike; ``--rounds 1 --add FILE`` spreads the rounds over several quiet
moments, and ``--rounds 0 --add FILE`` only reports them. Medians over the rounds; a ratio is
peer ÷ nodreel, of CPU (all processes), idle CPU, bytes and memory. A ratio below 1 is printed like
any other.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import Session
from desk import Desk
from meter import MEGABYTE, Crew, cpu_seconds, pss, size_of, tree
from office import planned, play

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = Path(__file__).resolve().parent / "peers"
SETTLE = 5.0
FINISH_S = 60  # seconds a peer gets to finish its files; what that costs is not counted


@dataclass(frozen=True)
class Peer:
    """``command`` with {env}, {here} and {out}; ``stop`` is the signal that ends it."""

    name: str
    env: str
    packages: tuple[str, ...]
    command: tuple[str, ...]
    programs: tuple[str, ...] = ()
    stop: int = signal.SIGINT


PEERS = (
    Peer("ffmpeg", "handmade", ("pynput", "mss"), ("{env}/bin/python", "{here}/video.py", "{out}"),
         ("ffmpeg",)),
    Peer("png", "handmade", ("pynput", "mss"), ("{env}/bin/python", "{here}/images.py", "{out}")),
    Peer("napsack", "napsack", ("napsack",),
         ("{env}/bin/napsack-record", "--session-dir", "{out}/session")),
    Peer("openadapt", "openadapt", ("openadapt-capture",),
         ("{env}/bin/python", "{here}/openadapt.py", "{out}")),
)  # fmt: skip


def install(peer: Peer, envs: Path) -> str:
    """Make the peer's environment; returns why not, '' when it is there."""
    for program in peer.programs:
        if shutil.which(program) is None:
            return f"there is no {program} on this machine (scripts/bench/run installs it)"
    place = envs / peer.env
    done = place / ".installed"
    if done.exists():
        return ""
    try:
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, capture_output=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", *peer.packages]
        subprocess.run(pip, check=True, capture_output=True, text=True, timeout=600)
    except (subprocess.SubprocessError, OSError) as error:
        told = str(getattr(error, "stderr", "") or error).strip().splitlines()
        return f"pip could not install {' '.join(peer.packages)}: {told[-1] if told else error}"
    done.touch()
    return ""


def cost(desk: Desk, crew: Crew, out: Path, given: argparse.Namespace) -> dict[str, float]:
    """Rest, then work; returns percent of one core for both, bytes and memory."""
    desk.front("editor")
    time.sleep(SETTLE)
    before = crew.read()
    time.sleep(given.rest)
    idle = crew.since(before)
    stored, before, server = size_of(out), crew.read(), cpu_seconds(desk.server)
    play(desk.hands, planned("office", given.seed, given.seconds), given.seconds)
    busy = crew.since(before)
    found = {
        "cpu": busy["cpu"],
        "idle": idle["cpu"],
        "server": round(100 * (cpu_seconds(desk.server) - server) / given.seconds, 2),
    }
    if crew.probed:
        found["pss_mb"] = sum(told["pss"] for told in crew.ask().values()) / MEGABYTE
    else:
        found["pss_mb"] = sum(pss(pid) for pid in crew.pids()) / MEGABYTE
    time.sleep(SETTLE)
    found["mb_per_minute"] = (size_of(out) - stored) / MEGABYTE * 60 / given.seconds
    return {name: round(float(str(value)), 3) for name, value in found.items()}


def nodreel(folder: Path, given: argparse.Namespace) -> dict[str, float]:
    with Desk(folder / "desktop") as desk:
        session = Session(desk, folder, given.fps)
        session.agree()
        desk.front("editor")
        session.start()
        try:
            return cost(desk, session.crew, session.person.data, given)
        finally:
            session.end()


def key(desk: Desk) -> str:
    """Return an X authority file with the display's own entry: python-xlib takes no other."""
    secret = Path(desk.bed.env["XAUTHORITY"]).read_bytes()[-16:]
    parts = (socket.gethostname(), desk.bed.env["DISPLAY"][1:], "MIT-MAGIC-COOKIE-1")
    entry = struct.pack(">H", 256)
    for part in (*(one.encode() for one in parts), secret):
        entry += struct.pack(">H", len(part)) + part
    place = desk.folder / "Xauthority-of-one"
    place.write_bytes(entry)
    return str(place)


def other(peer: Peer, folder: Path, given: argparse.Namespace) -> dict[str, float]:
    out = folder / "recording"
    out.mkdir()
    words = [part.format(env=given.envs / peer.env, here=HERE, out=out) for part in peer.command]
    with Desk(folder / "desktop", extension=False) as desk, (folder / "said").open("wb") as said:
        env = desk.bed.env | {"PYTHONPATH": "", "NODREEL_BENCH_PROBE": "", "XAUTHORITY": key(desk)}
        process = subprocess.Popen(
            words, env=env, cwd=out, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        try:
            crew = Crew(lambda: tree([process.pid]))
            time.sleep(SETTLE)
            if process.poll() is not None:
                told = (folder / "said").read_text(errors="replace").strip().splitlines()
                raise RuntimeError(told[-1] if told else f"it ended with {process.returncode}")
            found = cost(desk, crew, out, given)
            process.send_signal(peer.stop)
            try:
                process.wait(FINISH_S)
            except subprocess.TimeoutExpired:
                found["unfinished"] = 1
            return found
        finally:
            for pid in tree([process.pid]):
                os.kill(pid, signal.SIGKILL)
            process.wait()


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = {name for one in rounds for name in one}
    return {n: round(statistics.median(one.get(n, 0) for one in rounds), 3) for n in sorted(names)}


def added(file: Path, new: Mapping[str, Sequence[dict[str, float]]]) -> dict[str, list[Any]]:
    """Add new rounds to those of earlier runs; return all of them."""
    old = json.loads(file.read_text()) if file.exists() else {}
    every = {name: [*old.get(name, []), *new.get(name, [])] for name in {**old, **new}}
    file.write_text(json.dumps(every, indent=1))
    return every


def ratios(found: Mapping[str, Mapping[str, float]], name: str) -> dict[str, float]:
    ours = found["nodreel"][name]
    return {
        peer: round(told[name] / ours, 2)
        for peer, told in found.items()
        if peer != "nodreel" and ours > 0
    }


def measure(given: argparse.Namespace) -> dict[str, Any]:
    wanted = [peer for peer in PEERS if not given.only or peer.name in given.only]
    missing = {peer.name: why for peer in wanted if (why := install(peer, given.envs))}
    rounds: dict[str, list[dict[str, float]]] = {}
    for number in range(given.rounds):
        for peer in (None, *(p for p in wanted if p.name not in missing)):
            name = peer.name if peer else "nodreel"
            folder = Path(tempfile.mkdtemp(prefix=f"nodreel-bench-{name}-"))
            try:
                one = other(peer, folder, given) if peer else nodreel(folder, given)
            except RuntimeError as error:
                missing[name] = f"it did not run: {error}"
                continue
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            rounds.setdefault(name, []).append(one)
            print(number, name, json.dumps(one), file=sys.stderr, flush=True)
    if given.add:
        rounds = added(given.add, rounds)
    found = {name: medians(each) for name, each in rounds.items()}
    result: dict[str, Any] = {
        "rounds": {name: len(each) for name, each in rounds.items()},
        "seconds": given.seconds, "fps": given.fps, "missing": missing,
        "figures": found,
    }  # fmt: skip
    if "nodreel" in found:
        result |= {
            "cpu_ratio": ratios(found, "cpu"),
            "idle_ratio": ratios(found, "idle"),
            "disk_ratio": ratios(found, "mb_per_minute"),
            "pss_ratio": ratios(found, "pss_mb"),
            "pss_mb": found["nodreel"]["pss_mb"],
        }
    return result


def table(result: Mapping[str, Any]) -> str:
    lines = [
        "| recorder | CPU, % of a core | idle | PSS, MB | MB a minute | CPU ÷ ours | disk ÷ ours |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, told in result["figures"].items():
        cpu, disk = (result.get(r, {}).get(name, 1) for r in ("cpu_ratio", "disk_ratio"))
        lines.append(
            f"| {name} | {told['cpu']} | {told['idle']} | {told['pss_mb']} |"
            f" {told['mb_per_minute']} | {cpu} | {disk} |"
        )
    return "\n".join([*lines, *(f"{n}: {why}" for n, why in result["missing"].items())])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--rest", type=float, default=20)
    asked.add_argument("--fps", type=float, default=10)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", nargs="+", choices=[peer.name for peer in PEERS])
    asked.add_argument("--envs", type=Path, default=Path.home() / ".cache" / "nodreel-bench")
    asked.add_argument("--add", type=Path, help="keep the rounds in this file, with earlier ones")
    asked.add_argument("--json", action="store_true", help="print JSON only")
    given = asked.parse_args()
    given.envs.mkdir(parents=True, exist_ok=True)
    result = measure(given)
    print(json.dumps(result, indent=1))
    if not given.json:
        print(table(result))


if __name__ == "__main__":
    main()
