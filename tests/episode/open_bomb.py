"""Open an episode and look at everything; prints the peak of its memory in KiB, and the damage."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nodreel import open_episode


def main() -> None:
    episode = open_episode(sys.argv[1], sys.argv[2])
    for _ in episode:
        pass
    status = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(json.dumps({"peak": peak, "damage": list(map(str, episode.damage))}))


if __name__ == "__main__":
    main()
