"""``scripts/demo``: a virtual desktop, a real yes, real work, and a judgement of the record."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from nodreel import open_episode
from tests.bed.bed import BedError
from tests.demo import report
from tests.demo.judge import Verdict, judge
from tests.demo.pixels import Album, Seen, compare_clicks, compare_photos, search_canaries
from tests.demo.plan import KINDS, scenes
from tests.demo.player import Player, disagreements
from tests.demo.recorder import Recorder
from tests.demo.stage import CANARIES, Stage, has_everything

COUNTED = ("keys", "clicks", "scrolls", "moves")
HOLD_BACK = 3.5  # seconds after which the last deed has been judged again


def main() -> int:
    """Run the demo; 0 when all that is promised was kept."""
    asked = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    asked.add_argument("--json", action="store_true", help="print one JSON object")
    asked.add_argument("--seed", type=int, default=1, help="another seed is other work")
    asked.add_argument(
        "--seconds", type=float, default=60, help="how long to work (one round at least)"
    )
    given = asked.parse_args()
    lacking = has_everything()
    if lacking:
        print(
            f"missing programs: {', '.join(lacking)}; scripts/setup installs them", file=sys.stderr
        )
        return 2
    folder = Path(tempfile.mkdtemp(prefix="nodreel-demo-"))
    say = (lambda _line: None) if given.json else (lambda line: print(line, flush=True))
    try:
        found = perform(folder, given.seed, given.seconds, say)
    except BedError as error:
        print(
            f"the demo could not be played: {error}\nwhat is left of it: {folder}", file=sys.stderr
        )
        return 2
    print(json.dumps(found) if given.json else report.for_people(found))
    return 1 if found["shortcomings"] else 0


def perform(folder: Path, seed: int, seconds: float, say: Any) -> dict[str, Any]:
    """Play and judge; returns the figures."""
    say("A desktop with mousepad, chromium, a terminal and a program that claims to be mousepad.")
    with Stage(folder / "desktop") as stage:
        recorder = Recorder(stage, folder)
        recorder.make_policy()
        terminal = recorder.start()
        recorder.greet()
        started = time.monotonic_ns()
        say(quoted(recorder.heard()))
        say(f"Recording. Working for {seconds:g} s, seed {seed} ...")
        player = Player(stage, recorder.records)
        player.play(scenes(seed), seconds, len(KINDS))
        time.sleep(HOLD_BACK)
        dropped = recorder.status().get("dropped", {})
        differ = disagreements(player, stage)
        stopped = time.monotonic_ns()
        recorder.stop()
        terminal.stop()
    say("Stopped. Reading the episode with the research key, and judging ...\n")
    found = evaluate(recorder, player)
    missing, states = report.coverage(recorder.data / "coverage.log", started, stopped)
    found |= {
        "coverage_error_s": missing,
        "coverage": states,
        "dropped": dropped,
        "truth_disagreements": differ,
        "episodes": [str(path) for path in recorder.episodes],
        "identity": str(recorder.identity),
        "seed": seed,
        "seconds": seconds,
        "longest_wait_for_sign_s": round(max(player.waited, default=0), 3),
    }
    found["shortcomings"] = report.shortcomings(found)
    return found


def evaluate(recorder: Recorder, player: Player) -> dict[str, Any]:
    """Open what was recorded and compare it with the truth."""
    opened = [open_episode(path, identity=recorder.identity) for path in recorder.episodes]
    truth = player.truth
    verdict = judge([list(episode) for episode in opened], truth.deeds)
    album = Album(
        (start, episode.frames()) for start, episode in zip(verdict.starts, opened, strict=True)
    )
    seen = Seen()
    search_canaries(album.pictures, CANARIES, seen)
    compare_photos(album, truth.photos, seen)
    compare_clicks(album, truth.glimpses, truth.deeds, verdict.matched, seen)
    return figures(verdict, seen) | {"damage": [str(e) for one in opened for e in one.damage]}


def figures(verdict: Verdict, seen: Seen) -> dict[str, Any]:
    """Return what was counted under the names that the demo promises."""
    return {
        "injected": {name: verdict.injected[name] for name in COUNTED},
        "recorded": {name: verdict.recorded[name] for name in COUNTED},
        "missed": [f"{d.what} {d.detail} in {d.app}" for d in verdict.missed[:20]],
        "foreign_events": len(verdict.foreign),
        "foreign": [str(event) for event in verdict.foreign[:20]],
        "wrong_app": verdict.wrong_app,
        "unpaired": verdict.unpaired,
        "time_error_p99_ms": verdict.time_error_p99_ms,
        "foreign_pixels": seen.foreign_pixels,
        "canaries": seen.canaries,
        "designated_pixels_kept": seen.kept_share,
        "pictures": seen.pictures,
        "photos": seen.photos,
        "clicks_seen": seen.clicks,
        "clicks_without_prior_frame": seen.clicks_without_prior_frame,
        "prior_frame_mismatches": seen.prior_frame_mismatches,
        "straddled_clicks": seen.straddled_clicks,
        "activating_clicks": seen.activating_clicks,
        "activating_without_prior_frame": seen.activating_without_prior_frame,
        "remarks": seen.remarks,
    }


def quoted(text: str) -> str:
    """Show the conversation in the terminal as a quotation."""
    lines = [line for line in text.splitlines() if not line.startswith("Script ")]
    return "\n".join(["", *(f"  | {line}" for line in lines), ""])


if __name__ == "__main__":
    sys.exit(main())
