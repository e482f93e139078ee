"""Open an episode, look at all of it; prints its peak of memory in KiB, CPU seconds, the damage.

``yard_s``: the CPU seconds that this machine takes just now to hash 64 MiB, to measure by.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

from nodreel import open_episode


def main() -> None:
    began = time.process_time()
    episode = open_episode(sys.argv[1], sys.argv[2])
    for _ in episode:
        pass
    cpu_s = round(time.process_time() - began, 3)
    status = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    began = time.process_time()
    hashed = hashlib.sha256()
    for _ in range(64):
        hashed.update(bytes(1 << 20))
    yard_s = time.process_time() - began
    told = {"peak": peak, "cpu_s": cpu_s, "yard_s": round(yard_s, 3)}
    print(json.dumps(told | {"damage": list(map(str, episode.damage))}))


if __name__ == "__main__":
    main()
