"""``python -m tests.canary [CHANNEL ...] [--json]``: the campaign, or some channels of it."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.canary import campaign, report, switching
from tests.canary.channels import CHANNELS, LATE
from tests.canary.corpus import MARKER

LATE_FOR = 45.0  # seconds


def main() -> int:
    """Run it; 0 when nothing was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.canary", description=__doc__)
    asked.add_argument(
        "channel", nargs="*", choices=[*CHANNELS, MARKER, []], help="only these channels"
    )
    asked.add_argument("--json", action="store_true", help="print one JSON object")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--stalls", action="store_true", help="stop the agent now and then for a while"
    )
    asked.add_argument("--source", type=Path, help="another copy of nodreel's source for the agent")
    given = asked.parse_args()
    env = {"PYTHONPATH": str(given.source)} if given.source else {}
    with tempfile.TemporaryDirectory(prefix="nodreel-canary-") as place:
        say = (lambda _line: None) if given.json else (lambda line: print(line, flush=True))
        folder = Path(place) / "c"
        if given.channel == [LATE]:
            outcome = switching.fuzz(folder, given.seed, LATE_FOR)
        else:
            outcome = campaign.run(folder, given.seed, given.channel, env, say, stalls=given.stalls)
    found = report.figures(outcome)
    if given.json:
        print(json.dumps(found))
    else:
        print(report.table(outcome), *report.whereabouts(outcome), sep="\n")
        print({name: value for name, value in found.items() if name != "channels"})
    return 1 if found["leaks"] or found["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
