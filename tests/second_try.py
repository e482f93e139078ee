"""Which red tests may be tried once more, alone: docs/decisions/0015.

``python -m tests.second_try FILE`` reads what pytest noted of its failures ({"id": true, ...}) and
prints the ids, a line each; it exits with 1 where nothing may be tried again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

MOST = 3
# They touch no desktop, hang on no other process, and hold what was promised: one red is red.
NEVER = ("attacks", "canary", "consent", "episode", "faults", "fuzz", "gate", "policy", "scrub")


def again(failed: dict[str, bool]) -> list[str]:
    """Return the ids to try again: all of them, or none."""
    ids = sorted(failed)
    if len(ids) > MOST or any(one.startswith(f"tests/{place}/") for one in ids for place in NEVER):
        return []
    return ids


if __name__ == "__main__":
    found = again(json.loads(Path(sys.argv[1]).read_bytes()))
    sys.stdout.write("".join(f"{one}\n" for one in found))
    sys.exit(not found)
