"""How well and how fast scrubbing for release works, on a labelled set that a seed makes up.

    PYTHONPATH=. python scripts/bench/scrub.py [--episodes N] [--seed S] [--json] [--verbose]

Each episode holds four screens of 28 pieces of text, and 24 more that are typed, titles, notes and
names of elements; half of them have to go, half only look like it (tests/redact/labelled.py).
Recall: what had to go and is gone, wholly. Precision: of what is gone, what had to go. Needs the
extra ``scrub``. Real work is not made up: expect worse.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from nodreel import open_episode
from nodreel.redact import Rules, scrub
from nodreel.redact.ocr import Tesseract
from tests.redact.labelled import DOMAIN, LISTED, WHERE, labelled
from tests.redact.scored import Score, score


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--episodes", type=int, default=10)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--verbose", action="store_true", help="name each mistake")
    given = asked.parse_args()
    found, spent, distinct = Score(), 0.0, 0
    rules = Rules(words=LISTED, domains=(DOMAIN,))
    with Tesseract() as reader:
        for number in range(given.episodes):
            with tempfile.TemporaryDirectory() as place:
                made = labelled(Path(place), given.seed + number)
                began = time.process_time()
                (report,) = scrub(
                    made.studio.read(), Path(place) / "out", recipients=[made.studio.recipient],
                    rules=rules, reader=reader,
                )  # fmt: skip
                spent += time.process_time() - began
                distinct += report.distinct
                score(made, open_episode(report.folder, made.studio.identity), found)
    tell(found, spent / max(1, distinct), given)


def tell(found: Score, cpu: float, given: argparse.Namespace) -> None:
    rows = {
        where: {
            "had to go": sum(n for (w, _), n in (found.gone + found.left).items() if w == where),
            "hard negatives": found.whole[where] + found.spoilt[where],
            "recall": round(found.recall(where), 4),
            "precision": round(found.precision(where), 4),
        }
        for where in WHERE
    }
    kinds = {kind for _, kind in found.gone + found.left}
    by_kind = {
        kind: round(
            sum(n for (_, k), n in found.gone.items() if k == kind)
            / sum(n for (_, k), n in (found.gone + found.left).items() if k == kind), 4,
        )
        for kind in sorted(kinds)
    }  # fmt: skip
    if given.json:
        print(json.dumps({"where": rows, "recall": by_kind, "cpu_s_per_distinct_picture": cpu}))
        return
    for where, row in rows.items():
        print(f"{where:9}", "  ".join(f"{name} {value}" for name, value in row.items()))
    for kind, recall in by_kind.items():
        print(f"  recall of {kind}: {recall}")
    print(f"{cpu:.2f} CPU s for each picture that differs ({DOMAIN} and {len(LISTED)} words told)")
    if given.verbose:
        print("\n".join(found.remarks))


if __name__ == "__main__":
    main()
