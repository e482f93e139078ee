"""Measure what nodreel adds to the programs that it records, in their own processes.

GTK and Qt programs are asked over AT-SPI what was clicked and what has the keyboard; in Chromium an
extension tells. The same work in each (a click a second, four keys between), in turn with the
agent recording and without; accessibility is on and the extension installed in both. Run it from
the checkout as the user of the tests, on a quiet machine:

    PYTHONPATH=. python scripts/bench/told.py [--seconds 12] [--pairs 4] [--apps GTK Qt Chromium]

Prints one JSON object and a table; asserts nothing. CPU is in percent of one core, of all processes
of the program; ``added`` is the median of the differences, ``elements`` how many were recorded.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meter import cpu_seconds, tree

from nodreel.events import Element
from tests.canary import campaign
from tests.canary.exposures.web import page
from tests.canary.site import field
from tests.canary.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.events import Rect

KEYS = 5  # strokes a second, one of them a click
SETTLE = 1.5  # seconds
IDS = {"gtk-desk": "GTK", "qt-desk": "Qt", "chromium": "Chromium"}


@dataclass(frozen=True)
class Subject:
    """A program to work in: its process, and where to click in turn."""

    pid: int
    spots: tuple[Rect, ...]
    ready: Callable[[], object]

    def cpu(self) -> float:
        return sum(cpu_seconds(pid) for pid in tree({self.pid}))


def program(stage: Stage, name: str) -> Subject:
    desk = stage.gtk  # the first to speak brings the bus of accessibility up, for Qt, too
    desk = desk if name == "GTK" else stage.qt
    stage.front(desk)
    spots = tuple(desk.where(part) for part in ("note", "button", "note", "secret"))
    return Subject(desk.app.pid, spots, stage.recording)


def browser(stage: Stage, _name: str) -> Subject:
    campaign.begin(stage, "keep")  # the extension learns of the page only from an agent
    web = stage.browser("chromium")
    body = (
        field("note", 0) + '<button style="top:68px">Go</button>' + field("pw", 2, "type=password")
    )
    page(stage, web, "work.html", body)
    spots = tuple(web.at(row) for row in (0, 1, 0, 2))
    campaign.stop(stage)
    return Subject(web.browser.app.pid, spots, web.recording)


def work(stage: Stage, subject: Subject, seconds: float) -> float:
    """Click and type for so long; returns the program's CPU in percent of a core."""
    before, began = subject.cpu(), time.monotonic()
    for n in range(round(seconds * KEYS)):
        time.sleep(max(0.0, began + n / KEYS - time.monotonic()))
        if n % KEYS:
            stage.hands.type("a")
        else:
            spot = subject.spots[n // KEYS % len(subject.spots)]
            stage.hands.click(spot.x + spot.w // 2, spot.y + spot.h // 2)
    time.sleep(max(0.0, began + seconds - time.monotonic()))
    return round(100 * (subject.cpu() - before) / (time.monotonic() - began), 3)


def compare(stage: Stage, subject: Subject, seconds: float, pairs: int) -> dict[str, Any]:
    """Work with and without nodreel in turn, first the one and then the other."""
    figures: dict[bool, list[float]] = {False: [], True: []}
    for pair in range(pairs):
        for recorded in (pair % 2 == 1, pair % 2 == 0):
            if recorded:
                stage.start_agent()
                subject.ready()
            time.sleep(SETTLE)
            figures[recorded].append(work(stage, subject, seconds))
            if recorded:
                campaign.stop(stage)
    differences = [a - b for a, b in zip(figures[True], figures[False], strict=True)]
    added = round(statistics.median(differences), 3)
    return {"without": figures[False], "with": figures[True], "added": added}


def measure(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {"load": os.getloadavg()[0]}
    with Stage(folder, 1) as stage:
        stage.agree()
        for name in given.apps:
            subject = (browser if name == "Chromium" else program)(stage, name)
            found[name] = compare(stage, subject, given.seconds, given.pairs)
            stage.tidy()
        told = Counter(IDS[e.app] for e in stage.journey.stored() if isinstance(e, Element))
    for name in given.apps:
        found[name]["elements"] = told[name]
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=12)
    asked.add_argument("--pairs", type=int, default=4)
    asked.add_argument("--apps", nargs="+", default=[*IDS.values()], choices=[*IDS.values()])
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="nodreel-bench-") as place:
        found = measure(Path(place) / "c", given)
    print(json.dumps(found, indent=1))
    for name in given.apps:
        one = found[name]
        print(f"{name}: {statistics.median(one['without'])} % without, added {one['added']} %")


if __name__ == "__main__":
    main()
